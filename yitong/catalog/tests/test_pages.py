"""Pages and API: what a stranger sees, what an author does, and that a wrong address or form never breaks."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from typer.testing import CliRunner

from tests.cast import NOW
from yitong.catalog import cli
from yitong.catalog.commands import drafts, publishing
from yitong.catalog.exchange import workbook, yaml_files
from yitong.catalog.models import ImportBatch, ItemVersion, ServiceItem, Synonym
from yitong.catalog.tests.records import record
from yitong.parties.actors import system

CODE = "430117001000"


@pytest.fixture
def item(cast: Any) -> ServiceItem:
    loader = system("loading")
    department = cast.department("market").pk
    version = drafts.create_item(actor=loader, basic_code=CODE, department_id=department, record=record(), now=NOW)
    return publishing.publish(actor=loader, version_id=version.pk, rev=version.rev, now=NOW).item


@pytest.fixture
def author(cast: Any, client: Client) -> Client:
    client.force_login(cast.account("author"))
    return client


@pytest.fixture
def draft(cast: Any) -> ItemVersion:
    return drafts.create_item(
        actor=cast.actor("author"),
        basic_code=CODE,
        department_id=cast.department("market").pk,
        record=record(),
        now=NOW,
    )


def body(client: Client, address: str, status: int = 200) -> str:
    response = client.get(address)
    assert response.status_code == status, response.content[:500]
    return response.content.decode()


def test_the_home_page_shows_themes_lists_and_popular_items(client: Client, item: ServiceItem) -> None:
    page = body(client, "/")
    assert "生育收养" in page and "企业开办" in page and "行政许可事项清单" in page and "食品经营许可" in page


def test_an_empty_catalogue_still_has_pages(client: Client, db: None) -> None:
    for address in ("/", "/guide/", "/guide/?q=居住证", "/guide/lists/permits/"):
        body(client, address)


def test_search_and_filters_are_in_the_address(client: Client, item: ServiceItem) -> None:
    assert "食品经营许可" in body(client, "/guide/?q=spjyxk")
    assert "食品经营许可" in body(client, "/guide/?theme=operation_permit&subject=2&list=permits")
    empty = body(client, "/guide/?q=火箭&theme=birth")
    assert "<form" in empty and "?q=" in empty


@pytest.mark.parametrize(
    "query",
    ["page=0", "page=-1", "page=9999999", "page=x", "subject=9", "theme=%00", "department=x", "q=%00%FF", "list=x"],
)
def test_a_wrong_filter_is_ignored(client: Client, item: ServiceItem, query: str) -> None:
    body(client, f"/guide/?{query}")


def test_the_guide_answers_questions_without_javascript(client: Client, item: ServiceItem) -> None:
    page = body(client, f"/guide/{CODE}/")
    assert "厨房设备清单" in page and "is-undecided" in page and "<svg" in page
    mine = body(client, f"/guide/{CODE}/?scope=retail&paper=false")
    assert "厨房设备清单" not in mine
    assert "厨房是否可视" in body(client, f"/guide/{CODE}/?scope=catering")
    body(client, f"/guide/{item.implementation_code}/?scope=%00nothing")


def test_the_public_lists_show_their_counts(client: Client, item: ServiceItem) -> None:
    assert "食品经营许可" in body(client, "/guide/lists/permits/")
    body(client, "/guide/lists/nothing/", 404)


@pytest.mark.parametrize("code", ["999999999999", "x", "1" * 40])
def test_an_item_that_is_not_there_is_not_found(client: Client, db: None, code: str) -> None:
    body(client, f"/guide/{code}/", 404)


def test_a_draft_is_in_no_public_page_and_not_in_the_api(client: Client, draft: ItemVersion) -> None:
    body(client, f"/guide/{CODE}/", 404)
    assert "食品经营许可" not in body(client, "/guide/")
    assert client.get(f"/api/catalog/items/{CODE}").status_code == 404


def test_the_api_searches_shows_and_selects(client: Client, item: ServiceItem) -> None:
    found = client.get("/api/catalog/items", {"q": "食品"}).json()
    assert (found["total"], found["items"][0]["basic_code"]) == (1, CODE)
    assert client.get(f"/api/catalog/items/{CODE}").json()["record"]["name"] == "食品经营许可"
    answer = client.post(
        f"/api/catalog/items/{CODE}/selection",
        json.dumps({"answers": {"scope": "catering", "paper": True}, "form": {"area": 10}}),
        content_type="application/json",
    ).json()
    assert answer["materials"] == ["application", "layout", "kitchen"] and answer["fees_fen"] == 1000
    assert client.get("/api/catalog/items", {"page": 0}).status_code == 422
    assert client.get("/api/catalog/items/unknown").status_code == 404


ADDRESSES = ["", "new/", "import/", "synonyms/", "export/?kind=yaml"]


@pytest.mark.parametrize("address", ADDRESSES)
def test_the_console_is_closed_to_others(client: Client, cast: Any, draft: ItemVersion, address: str) -> None:
    assert client.get(f"/console/catalog/{address}").status_code == 302
    client.force_login(cast.account("clerk"))
    assert client.get(f"/console/catalog/{address}").status_code == 404
    for closed in (f"versions/{draft.pk}/", f"versions/{draft.pk}/edit/", f"items/{draft.item_id}/"):
        assert client.get(f"/console/catalog/{closed}").status_code == 404


@pytest.mark.parametrize("address", [*ADDRESSES, "?q=食品&state=draft", "export/?kind=excel&drafts=1"])
def test_an_author_opens_every_page(author: Client, draft: ItemVersion, address: str) -> None:
    assert author.get(f"/console/catalog/{address}").status_code == 200


def test_an_author_begins_an_item_in_a_form(author: Client, cast: Any) -> None:
    values = {"department": cast.department("market").pk, "basic_code": "12", "name": "新事项", "level": "3"}
    assert author.post("/console/catalog/new/", values).status_code == 422
    response = author.post("/console/catalog/new/", {**values, "basic_code": CODE})
    version = ItemVersion.objects.get()
    assert (response.status_code, version.name, version.state) == (302, "新事项", "draft")


def form_values(page: Any) -> dict[str, Any]:
    """What a browser would post back from the edit page."""
    values: dict[str, Any] = {"rev": page.context["rev"]}
    for form in (page.context["form"], page.context["materials"].management_form, *page.context["materials"].forms):
        for field in form:
            value = field.value()
            if value is not None and value is not False and value != "":
                values[field.html_name] = "on" if value is True else value
    return values


def test_the_structured_form_saves_main_fields_and_materials(author: Client, draft: ItemVersion) -> None:
    address = f"/console/catalog/versions/{draft.pk}/edit/"
    values = form_values(author.get(address))
    values |= {"name": "食品经营许可证核发", "committed_amount": "6", "materials-1-basis": "办法第十三条"}
    values |= {"materials-4-code": "photo", "materials-4-name": "门头照片", "materials-4-basis": "办法第十四条"}
    response = author.post(address, values)
    assert response.status_code == 302, (response.context["form"].errors, response.context["materials"].errors)
    draft.refresh_from_db()
    assert draft.record["name"] == draft.name == "食品经营许可证核发"
    assert draft.record["committed_limit"]["amount"] == 6
    assert [m["code"] for m in draft.record["materials"]] == ["application", "layout", "kitchen", "large", "photo"]
    assert draft.record["materials"][1]["basis"] == "办法第十三条"
    assert draft.record["materials"][2]["when"] == 'scope == "catering"'
    assert draft.record["questions"] == json.loads(record().model_dump_json())["questions"]


def test_a_stale_form_is_kept_and_told_who_was_first(author: Client, cast: Any, draft: ItemVersion) -> None:
    address = f"/console/catalog/versions/{draft.pk}/edit/"
    values = form_values(author.get(address))
    saved = drafts.save_draft(
        actor=cast.actor("author"), item_id=draft.item_id, record=record(summary="先"), rev=draft.rev, now=NOW
    )
    response = author.post(address, {**values, "summary": "后"})
    assert response.status_code == 422
    page = response.content.decode()
    assert "后" in page and cast.actor("author").name in page
    assert response.context["rev"] == saved.rev
    draft.refresh_from_db()
    assert draft.record["summary"] == "先"


def test_the_yaml_editor_names_lines_and_paths_and_keeps_the_text(author: Client, draft: ItemVersion) -> None:
    address = f"/console/catalog/versions/{draft.pk}/yaml/"
    text = author.get(address).context["text"]
    broken = text.replace("amount: 20", "amount: twenty")
    response = author.post(address, {"yaml": broken, "rev": draft.rev})
    assert response.status_code == 422 and response.context["text"] == broken
    line = broken.splitlines().index("  amount: twenty") + 1
    assert [(row[0], row[1]) for row in response.context["problems"]] == [(line, "statutory_limit.amount")]
    for rubbish in ("[1", "", "a: 1\na: 2", "- 1"):
        assert author.post(address, {"yaml": rubbish, "rev": draft.rev}).status_code == 422
    good = text.replace("amount: 20", "amount: 15")
    assert author.post(address, {"yaml": good, "rev": draft.rev}).status_code == 302
    draft.refresh_from_db()
    assert draft.record["statutory_limit"]["amount"] == 15


def act(client: Client, version: ItemVersion, name: str, **values: Any) -> Any:
    version.refresh_from_db()
    return client.post(f"/console/catalog/versions/{version.pk}/{name}/", {"rev": version.rev, **values})


def test_review_and_publication_take_two_people_on_the_pages_too(author: Client, cast: Any, draft: ItemVersion) -> None:
    assert act(author, draft, "submit").status_code == 302
    assert 'disabled aria-describedby="v-refusals"' in body(author, f"/console/catalog/versions/{draft.pk}/")
    act(author, draft, "publish")
    draft.refresh_from_db()
    assert draft.state == "review"
    ItemVersion.objects.filter(pk=draft.pk).update(author_ref="staff:9001")
    act(author, draft, "send-back", remark="请补充")
    assert "请补充" in body(author, f"/console/catalog/versions/{draft.pk}/")
    act(author, draft, "submit")
    ItemVersion.objects.filter(pk=draft.pk).update(author_ref="staff:9001")
    act(author, draft, "publish")
    draft.refresh_from_db()
    assert draft.state == "published"
    body(author, f"/guide/{CODE}/")


def test_versions_are_compared_side_by_side(author: Client, cast: Any, item: ServiceItem) -> None:
    body(author, f"/console/catalog/items/{item.pk}/compare/", 404)
    assert author.post(f"/console/catalog/items/{item.pk}/draft/").status_code == 302
    version = ItemVersion.objects.get(state="draft")
    drafts.save_draft(
        actor=cast.actor("author"), item_id=item.pk, record=record(summary="改过了"), rev=version.rev, now=NOW
    )
    page = body(author, f"/console/catalog/items/{item.pk}/compare/")
    assert "改过了" in page and "事项简介" in page
    assert "改过了" in body(author, f"/console/catalog/versions/{version.pk}/")
    assert author.post(f"/console/catalog/items/{item.pk}/retire/", {"reason": "并入"}).status_code == 302
    body(author, f"/guide/{CODE}/", 404)


def test_an_upload_is_reported_row_by_row(author: Client, cast: Any) -> None:
    rows = [(CODE, "nobody", "439900", record())]
    upload = SimpleUploadedFile("items.xlsx", workbook.write(rows))
    response = author.post("/console/catalog/import/", {"file": upload}, follow=True)
    page = response.content.decode()
    assert "部门编码" in page and "nobody" in page
    assert ImportBatch.objects.get().state == "rejected"
    good = yaml_files.write([(CODE, cast.department("market").code, "439900", record())])
    response = author.post(
        "/console/catalog/import/", {"file": SimpleUploadedFile("items.yaml", good.encode())}, follow=True
    )
    assert ImportBatch.objects.first().state == "imported"
    assert author.post("/console/catalog/import/", {}).status_code == 422


def test_everyday_words_are_edited_on_a_page(author: Client) -> None:
    assert author.post("/console/catalog/synonyms/", {"word": "办酒席", "means": "食品经营、餐饮"}).status_code == 302
    assert Synonym.objects.get().means == ["食品经营", "餐饮"]
    assert author.post("/console/catalog/synonyms/", {"word": "x", "means": ""}).status_code == 422
    author.post("/console/catalog/synonyms/", {"word": "办酒席", "remove": "1"})
    assert not Synonym.objects.exists()


def test_the_command_line_checks_imports_lists_publishes_and_exports(cast: Any, tmp_path: Any) -> None:
    run, file = CliRunner().invoke, tmp_path / "items.yaml"
    file.write_text(yaml_files.write([(CODE, cast.department("market").code, "439900", record())]))
    assert json.loads(run(cli.app, ["check", str(file), "--json"]).stdout) == {"items": 1, "errors": []}
    assert json.loads(run(cli.app, ["import", str(file), "--json"]).stdout)["changed"] == 1
    assert json.loads(run(cli.app, ["publish", CODE, "--json"]).stdout)["published"] is True
    assert json.loads(run(cli.app, ["list", "食品", "--json"]).stdout)["total"] == 1
    for name in ("out.yaml", "out.xlsx"):
        assert run(cli.app, ["export", str(tmp_path / name)]).exit_code == 0
        again = run(cli.app, ["import", str(tmp_path / name), "--publish", "--json"])
        assert json.loads(again.stdout)["changed"] == 0
    file.write_text(file.read_text().replace("basis: 办法第十二条", "basis: ''"))
    wrong = run(cli.app, ["check", str(file)])
    assert wrong.exit_code == 1 and "materials[0].basis" in wrong.stdout
    assert run(cli.app, ["import", str(tmp_path / "nothing.yaml")]).exit_code == 2
    assert run(cli.app, ["export", str(tmp_path / "out.txt")]).exit_code == 2
    assert run(cli.app, ["publish", "0"]).exit_code == 2
