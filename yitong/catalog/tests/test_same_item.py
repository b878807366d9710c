"""One basic code is one item: what differs between the places that implement it is named with both values."""

from __future__ import annotations

from typing import Any

from django.test import Client

from tests.cast import NOW
from yitong.catalog.commands import drafts, publishing
from yitong.catalog.rules.same_item import differences
from yitong.catalog.tests.records import BASE, record
from yitong.parties.actors import system

CODE = "430117001000"


def test_the_same_record_elsewhere_differs_in_nothing() -> None:
    assert differences(record(), [("甲区", record(level="4", summary="别的", committed_limit={"amount": 3}))]) == []
    assert differences(record(), []) == []


def test_each_difference_names_the_field_and_both_values() -> None:
    materials = [{**each, "code": f"m{n}"} for n, each in enumerate(BASE["materials"][:3])]
    materials[1] |= {"necessity": "optional", "basis": "细则第五条"}
    other = record(
        name="食品经营许可证核发",
        kind="10",
        legal_basis=[{"title": "中华人民共和国食品安全法", "article": "第三十六条"}],
        materials=[*materials, {"code": "more", "name": "承诺书", "basis": "细则"}],
    )
    found = [(d.field, d.subject, d.mine, d.theirs) for d in differences(record(), [("甲区", other)])]
    assert found == [
        ("name", "", "食品经营许可", "食品经营许可证核发"),
        ("kind", "", "行政许可", "其他行政权力"),
        ("legal_basis", "", "《中华人民共和国食品安全法》第三十五条", "《中华人民共和国食品安全法》第三十六条"),
        ("materials[1].necessity", "经营场所平面图", "必要", "非必要"),
        ("materials[1].basis", "经营场所平面图", "办法第十二条", "细则第五条"),
        ("materials[3]", "食品安全管理制度", "食品安全管理制度", ""),
        ("materials", "承诺书", "", "承诺书"),
    ]


def test_places_that_agree_are_told_together_and_the_order_of_laws_is_no_difference() -> None:
    laws = [{"title": "甲法", "article": "第一条"}, {"title": "乙法", "article": "第二条"}]
    mine = record(legal_basis=laws)
    assert differences(mine, [("甲区", record(legal_basis=laws[::-1]))]) == []
    found = differences(mine, [("甲区", record(legal_basis=laws[:1])), ("乙区", record(legal_basis=laws[:1]))])
    assert [(d.mine, d.theirs, d.places) for d in found] == [("《乙法》第二条", "", ("甲区", "乙区"))]


def test_the_publish_page_warns_and_publishing_goes_on(client: Client, cast: Any) -> None:
    loader = system("loading")
    made = {}
    for name, changes in (("service", {"name": "食品经营许可证核发"}), ("market", {})):
        department = cast.department(name).pk
        made[name] = drafts.create_item(
            actor=loader, basic_code=CODE, department_id=department, record=record(**changes), now=NOW
        )
    first = made["service"]
    publishing.publish(actor=loader, version_id=first.pk, rev=first.rev, now=NOW)
    client.force_login(cast.account("author"))
    page = client.get(f"/console/catalog/versions/{made['market'].pk}/")
    text = page.content.decode()
    assert [d.field for d in page.context["differences"]] == ["name"]
    assert "食品经营许可证核发" in text and cast.department("service").name in text and "1处不同" in text
    second = publishing.publish(actor=loader, version_id=made["market"].pk, rev=made["market"].rev, now=NOW)
    assert second.state == "published"
    assert client.get(f"/console/catalog/versions/{second.pk}/").context["differences"] == []
