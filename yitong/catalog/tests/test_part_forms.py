"""The lists of a record edited as rows, with nothing but what a browser without JavaScript sends."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.test import Client

from tests.cast import NOW
from yitong.catalog.commands import drafts
from yitong.catalog.models import ItemVersion
from yitong.catalog.rules import shape
from yitong.catalog.tests.records import record
from yitong.catalog.views import part_data

CODE = "430117001000"
PARTS = ["steps", "questions", "fields", "fees", "delegations"]


@pytest.fixture
def author(cast: Any, client: Client) -> Client:
    client.force_login(cast.account("author"))
    return client


@pytest.fixture
def draft(cast: Any) -> ItemVersion:
    department = cast.department("market").pk
    town = cast.region("town").code
    return drafts.create_item(
        actor=cast.actor("author"),
        basic_code=CODE,
        department_id=department,
        record=record(delegated_to=[town]),
        now=NOW,
    )


def address(draft: ItemVersion, part: str) -> str:
    return f"/console/catalog/versions/{draft.pk}/edit/{part}/"


def typed(page: Any) -> dict[str, Any]:
    """What a browser would post back from the page."""
    rows = [row for row, _head in page.context["rows"]]
    values: dict[str, Any] = {"rev": page.context["rev"], "rows-total": len(rows)}
    for row in rows:
        if page.context["part"].add_choice:
            values[f"{row.form.prefix}-choices-total"] = len(row.choices)
        for form in (row.form, *row.choices):
            for field in form:
                value = field.value()
                if value is not None and value is not False and value != "":
                    values[field.html_name] = "on" if value is True else str(value)
    return values


def stored(draft: ItemVersion) -> dict[str, Any]:
    draft.refresh_from_db()
    return draft.record


@pytest.mark.parametrize("part", PARTS)
def test_saving_what_the_page_shows_changes_nothing(author: Client, draft: ItemVersion, part: str) -> None:
    before = stored(draft)
    page = author.get(address(draft, part))
    assert page.status_code == 200
    response = author.post(address(draft, part), typed(page))
    assert response.status_code == 302, response.context["mistakes"]
    assert stored(draft) == before


@pytest.mark.parametrize("part", [*PARTS, "nothing"])
def test_the_rows_are_closed_to_others(client: Client, cast: Any, draft: ItemVersion, part: str) -> None:
    assert client.get(address(draft, part)).status_code == 302
    client.force_login(cast.account("clerk"))
    assert client.get(address(draft, part)).status_code == 404
    assert client.post(address(draft, part), {"rows-total": "0"}).status_code == 404


def test_rows_are_added_moved_and_removed_by_buttons_alone(author: Client, draft: ItemVersion) -> None:
    steps = address(draft, "steps")
    values = typed(author.get(steps))
    page = author.post(steps, {**values, "rows-0-name": "审查改", "do": "add"})
    assert page.status_code == 200 and len(page.context["rows"]) == 3
    assert "审查改" in page.content.decode(), "what was typed stays"
    values = typed(page) | {"rows-2-name": "复核", "rows-2-code": "again", "rows-2-stage": "3"}
    page = author.post(steps, {**values, "do": "up:2"})
    assert [row.form["name"].value() for row, _ in page.context["rows"]] == ["审查改", "复核", "现场核查"]
    page = author.post(steps, {**typed(page), "do": "down:1"})
    page = author.post(steps, {**typed(page), "do": "remove:0"})
    values = typed(page) | {"rows-0-stage": "1", "rows-1-stage": "2", "rows-1-limit_amount": "2"}
    assert stored(draft)["steps"][0]["name"] == "审查", "nothing is saved by moving rows"
    assert author.post(steps, values).status_code == 302
    saved = stored(draft)["steps"]
    assert [(s["code"], s["stage"], s["when"]) for s in saved] == [("site", 1, 'scope == "catering"'), ("again", 2, "")]
    assert saved[1]["limit"] == {"amount": 2, "unit": "workday", "note": ""} and saved[0]["limit"] is None


@pytest.mark.parametrize(
    "act", ["up:99", "down:99", "remove:99", "add:99", "up:0:9", "add:0:0", "x", "up:-1", "remove"]
)
def test_a_button_nobody_offered_breaks_nothing(author: Client, draft: ItemVersion, act: str) -> None:
    for part in PARTS:
        page = author.get(address(draft, part))
        assert author.post(address(draft, part), {**typed(page), "do": act}).status_code == 200
    assert author.post(address(draft, "steps"), {"rows-total": "99999999", "do": act}).status_code == 200


def test_a_wrong_condition_names_the_row_and_the_field_and_keeps_the_text(author: Client, draft: ItemVersion) -> None:
    steps = address(draft, "steps")
    before = stored(draft)
    values = typed(author.get(steps)) | {"rows-1-when": 'scope == "caterin'}
    page = author.post(steps, values)
    assert page.status_code == 422 and stored(draft) == before
    [(where, _text, id)] = page.context["mistakes"]
    assert where == "环节 2 现场核查 · 适用条件" and id == "id_rows-1-when"
    assert "scope == &quot;caterin" in page.content.decode()
    page = author.post(steps, {**values, "rows-1-when": 'scope == "banquet"'})
    assert [id for _, _, id in page.context["mistakes"]] == ["id_rows-1-when"], "a choice the question does not offer"
    page = author.post(steps, {**values, "rows-1-when": "unheard_of == 1"})
    assert [id for _, _, id in page.context["mistakes"]] == ["id_rows-1-when"]


def test_every_missing_or_wrong_input_is_named(author: Client, draft: ItemVersion) -> None:
    steps = address(draft, "steps")
    values = typed(author.get(steps)) | {"rows-0-code": "Ä", "rows-0-stage": "0", "rows-1-kind": "party"}
    del values["rows-1-name"]
    page = author.post(steps, values)
    ids = {id for _, _, id in page.context["mistakes"]}
    assert ids == {"id_rows-0-code", "id_rows-0-stage", "id_rows-1-kind", "id_rows-1-name"}
    page = author.post(steps, typed(author.get(steps)) | {"rows-1-code": "review"})
    assert [id for _, _, id in page.context["mistakes"]] == ["id_rows-1-code"], "two rows with one code"


def test_questions_keep_their_answers_and_answers_can_be_moved(author: Client, draft: ItemVersion) -> None:
    questions = address(draft, "questions")
    page = author.post(questions, {**typed(author.get(questions)), "do": "add:0"})
    assert len(page.context["rows"][0][0].choices) == 3
    values = typed(page) | {"rows-0-choices-2-value": "canteen", "rows-0-choices-2-label": "单位食堂"}
    page = author.post(questions, {**values, "do": "up:0:2"})
    page = author.post(questions, {**typed(page), "do": "remove:0:0"})
    assert author.post(questions, {**typed(page), "do": "save"}).status_code == 200, "saving is the plain button"
    assert author.post(questions, typed(page)).status_code == 302
    assert [c["value"] for c in stored(draft)["questions"][0]["choices"]] == ["canteen", "catering"]


def test_a_question_may_only_depend_on_one_before_it(author: Client, draft: ItemVersion) -> None:
    questions = address(draft, "questions")
    page = author.post(questions, {**typed(author.get(questions)), "do": "up:1"})
    page = author.post(questions, typed(page))
    assert [id for _, _, id in page.context["mistakes"]] == ["id_rows-0-when"]


def test_fees_are_typed_in_yuan_and_towns_chosen_by_name(author: Client, cast: Any, draft: ItemVersion) -> None:
    fees = address(draft, "fees")
    assert author.post(fees, typed(author.get(fees)) | {"rows-0-yuan": "12.35"}).status_code == 302
    assert stored(draft)["fees"][0]["fen"] == 1235
    page = author.post(fees, typed(author.get(fees)) | {"rows-0-yuan": "-1"})
    assert page.status_code == 422
    towns = address(draft, "delegations")
    page = author.get(towns)
    assert cast.region("town").name in page.content.decode()
    page = author.post(towns, {**typed(page), "do": "remove:0"})
    assert author.post(towns, typed(page)).status_code == 302
    assert stored(draft)["delegated_to"] == []


def test_fields_of_the_form_become_a_json_schema(author: Client, draft: ItemVersion) -> None:
    fields = address(draft, "fields")
    page = author.post(fields, {**typed(author.get(fields)), "do": "add"})
    last = len(page.context["rows"]) - 1
    new = {"name": "brands", "label": "经营品种", "type": "array", "choices_text": "冷食\n热食|热食类", "most": "2"}
    values = typed(page) | {f"rows-{last}-{name}": value for name, value in new.items()}
    at = next(n for n, (row, _) in enumerate(page.context["rows"]) if row.form["name"].value() == "shop")
    values |= {f"rows-{at}-name": "shop_name", f"rows-{at}-help": "与招牌一致"}
    response = author.post(fields, values)
    assert response.status_code == 302, response.context["mistakes"]
    saved = stored(draft)
    schema = saved["form_schema"]
    assert schema["properties"]["shop_name"] == {
        "type": "string", "title": "门店名称", "minLength": 2, "maxLength": 40, "description": "与招牌一致",
    }  # fmt: skip
    assert schema["properties"]["brands"]["items"] == {
        "type": "string",
        "oneOf": [{"const": "冷食", "title": "冷食"}, {"const": "热食", "title": "热食类"}],
    }
    assert schema["properties"]["brands"]["maxItems"] == 2
    assert schema["required"] == ["shop_name", "phone", "seats"] and "shop" not in schema["properties"]
    assert [field["name"] for field in saved["form_fields"]][:2] == ["shop_name", "seats"]


def test_a_field_without_sense_is_refused_where_it_stands(author: Client, draft: ItemVersion) -> None:
    fields = address(draft, "fields")
    values = typed(author.get(fields))
    names = {values[f"rows-{n}-name"]: n for n in range(5)}
    area, seats, shop = names["area"], names["seats"], names["shop"]
    values |= {f"rows-{area}-choices_text": "大\n小", f"rows-{seats}-most": "-5", f"rows-{shop}-choices_text": "甲\n甲"}
    page = author.post(fields, values)
    ids = {id for _, _, id in page.context["mistakes"]}
    assert ids == {f"id_rows-{area}-choices_text", f"id_rows-{seats}-most", f"id_rows-{shop}-choices_text"}
    page = author.post(fields, typed(author.get(fields)) | {f"rows-{area}-name": "seats"})
    assert page.status_code == 422 and len(page.context["mistakes"]) == 1


def test_two_authors_of_two_parts_are_told_and_neither_loses_anything(
    author: Client, cast: Any, draft: ItemVersion
) -> None:
    steps, fees = address(draft, "steps"), address(draft, "fees")
    mine = typed(author.get(steps)) | {"rows-0-name": "初审"}
    assert author.post(fees, typed(author.get(fees)) | {"rows-0-yuan": "5"}).status_code == 302
    page = author.post(steps, mine)
    assert page.status_code == 422 and cast.actor("author").name in page.content.decode()
    assert "初审" in page.content.decode() and stored(draft)["steps"][0]["name"] == "审查"
    assert author.post(steps, typed(page)).status_code == 302
    saved = stored(draft)
    assert (saved["steps"][0]["name"], saved["fees"][0]["fen"]) == ("初审", 500)


def test_the_expert_view_shows_and_saves_one_part(author: Client, draft: ItemVersion) -> None:
    yaml = f"/console/catalog/versions/{draft.pk}/yaml/?part=fees"
    page = author.get(yaml)
    text = page.context["text"]
    assert text.startswith("fees:") and "materials" not in text
    before = json.loads(json.dumps(stored(draft)))
    assert author.post(yaml, {"yaml": text.replace("工本费", "证照工本费"), "rev": draft.rev}).status_code == 302
    assert stored(draft)["fees"][0]["name"] == "证照工本费"
    before["fees"][0]["name"] = "证照工本费"
    assert draft.record == before
    assert author.get(yaml.replace("fees", "nothing")).status_code == 404


def test_a_list_too_long_for_rows_is_edited_as_text(author: Client, cast: Any, draft: ItemVersion) -> None:
    towns = [f"4399010{n:02d}" for n in range(120)]
    drafts.save_draft(
        actor=cast.actor("author"), item_id=draft.item_id, record=record(delegated_to=towns), rev=draft.rev, now=NOW
    )
    for send in (author.get, author.post):
        response: Any = send(address(draft, "delegations"))
        assert response.status_code == 302 and response["Location"].endswith("?part=delegations")


def test_rows_keep_what_they_do_not_show() -> None:
    schema = {
        "type": "object",
        "additionalProperties": False,
        "properties": {
            "kind": {"type": "string", "title": "类别", "oneOf": [{"const": "a", "title": "甲"}, {"const": "b", "title": "乙"}]},
            "plate": {"type": "string", "title": "号牌", "pattern": "^[A-Z]", "examples": ["A123"]},
        },
    }  # fmt: skip
    data = shape.dump(record(form_schema=schema, form_fields=[], materials=[], fees=[], steps=[], questions=[]))
    rows = [{**row, "choices": []} for row in part_data.fields_of(data)]
    assert part_data.with_fields(data, rows) == data
    rows[0]["label"] = "种类"
    changed = part_data.with_fields(data, rows)["form_schema"]
    assert changed["properties"]["kind"]["oneOf"] == schema["properties"]["kind"]["oneOf"]  # type: ignore[index]
    assert changed["additionalProperties"] is False
    rows[1]["type"] = "integer"
    assert part_data.with_fields(data, rows)["form_schema"]["properties"]["plate"] == {
        "type": "integer", "title": "号牌", "examples": ["A123"],
    }  # fmt: skip
