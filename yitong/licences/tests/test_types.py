"""Licence types as data: changed with a reason, refused when stored licences could not bear it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from django.db import DatabaseError, transaction
from django.test import Client

from tests.cast import NOW, Cast
from yitong import catalog
from yitong.audit.models import Entry
from yitong.catalog.commands.imports import read
from yitong.kernel.reasons import Conflict, NotAllowed, Refused
from yitong.licences.commands import TypeValues, edit_type, ensure_types
from yitong.licences.models import Licence, LicenceType, LicenceTypeChange
from yitong.licences.rules.fields import whole
from yitong.licences.rules.type_changes import breaking, form_reasons
from yitong.licences.types_data import BY_NAME, TYPES, fields_of

Grant = Callable[..., Licence]
DATA = Path(catalog.__file__).parent / "data" / "items"


@pytest.fixture
def food(db: None) -> LicenceType:
    ensure_types(NOW)
    return LicenceType.objects.get(name="食品经营许可证")


def values(kind: LicenceType, **changes: Any) -> TypeValues:
    names = TypeValues.__dataclass_fields__
    return replace(TypeValues(**{name: getattr(kind, name) for name in names}), **changes)


def edit(cast: Cast, kind: LicenceType, actor: str = "registrar", reason: str = "调整", **changes: Any) -> LicenceType:
    return edit_type(
        actor=cast.actor(actor), type_id=kind.pk, rev=kind.rev, values=values(kind, **changes), reason=reason, now=NOW
    )


def with_field(of: LicenceType, field_name: str, /, **changes: Any) -> list[dict[str, Any]]:
    return [{**field, **changes} if field["name"] == field_name else field for field in of.fields]


NEW = {"name": "risk", "label": "风险等级", "kind": "text", "required": False, "confidentiality": "open"}


def test_a_change_is_kept_with_its_reason_and_logged_once(food: LicenceType, cast: Cast) -> None:
    changed = edit(cast, food, fields=[*food.fields, NEW], valid_years=3, callers=["market"])
    food.refresh_from_db()
    assert (changed.rev, food.rev, food.valid_years, food.callers) == (2, 2, 3, ["market"])
    (change,) = food.changes.all()
    assert set(change.changed) == {"fields", "valid_years", "callers"} and change.changed["valid_years"] == [5, 3]
    assert change.reason == "调整" and change.actor_name == "温典"
    assert Entry.objects.filter(tag="licences:type:edited").count() == 1
    assert "risk" in food.schema["properties"]  # type: ignore[operator]
    assert edit(cast, food).rev == 2, "nothing changed is no change"
    with pytest.raises(DatabaseError), transaction.atomic():
        LicenceTypeChange.objects.update(reason="x")


def test_who_may_not_and_who_came_second(food: LicenceType, cast: Cast) -> None:
    for name in ("chief", "author", "admin", "citizen", "outsider"):
        with pytest.raises(NotAllowed):
            edit(cast, food, actor=name, valid_years=3)
    edit(cast, LicenceType.objects.get(pk=food.pk), valid_years=3)
    with pytest.raises(Conflict):
        edit(cast, food, valid_years=4)


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"name": "居住证"}, "type_name"),
        ({"name": " "}, "type_name"),
        ({"valid_years": 0}, "term"),
        ({"valid_years": None}, "renewable_without_term"),
        ({"renew_days": 0}, "renew_days"),
        ({"trust": "x"}, "trust"),
        ({"confidentiality": "x"}, "confidentiality"),
        ({"callers": ["nobody"]}, "caller"),
        ({"fields": []}, "field_count"),
        ({"fields": [NEW, NEW]}, "field_twice"),
        ({"fields": [{**NEW, "name": "A b"}]}, "field_name"),
        ({"fields": [{**NEW, "label": " "}]}, "field_label"),
        ({"fields": [{**NEW, "kind": "picture"}]}, "field_kind"),
        ({"fields": [{**NEW, "kind": "choice"}]}, "field_choices"),
        ({"fields": [{**NEW, "kind": "idcard"}]}, "idcard_in_clear"),
    ],
)
def test_what_is_wrong_in_itself_is_named(food: LicenceType, cast: Cast, changes: dict[str, Any], code: str) -> None:
    with pytest.raises(Refused) as refused:
        edit(cast, food, **changes)
    assert code in {reason.code for reason in refused.value.reasons}
    assert not LicenceTypeChange.objects.exists()


def test_a_reason_is_needed(food: LicenceType, cast: Cast) -> None:
    with pytest.raises(Refused):
        edit(cast, food, reason=" ", valid_years=3)


def test_changes_stored_licences_could_not_bear_are_refused_until_there_are_none(
    food: LicenceType, granted: Grant, cast: Cast
) -> None:
    bad = {
        "field_gone": food.fields[1:],
        "field_required": with_field(food, "scope", required=True),
        "field_sealing": with_field(food, "address", confidentiality="sensitive"),
        "field_kind_changed": with_field(food, "scope", kind="date"),
    }
    granted()
    for code, fields in bad.items():
        with pytest.raises(Refused) as refused:
            edit(cast, food, fields=fields)
        assert [reason.code for reason in refused.value.reasons] == [code]
    with pytest.raises(Refused):
        edit(cast, food, fields=[*food.fields, {**NEW, "required": True}])
    fine = [*reversed(with_field(food, "scope", label="经营范围", confidentiality="internal")), NEW]
    assert edit(cast, food, fields=fine).rev == 2
    other = LicenceType.objects.get(name="取水许可证")
    assert edit(cast, other, fields=other.fields[1:]).rev == 2, "no licence of it is stored"


def test_what_breaks_and_what_does_not() -> None:
    choice = {**NEW, "kind": "choice", "choices": ["低", "高"]}
    assert breaking([choice], [{**choice, "choices": ["高", "低", "中"]}]) == []
    assert [reason.code for reason in breaking([choice], [{**choice, "choices": ["高"]}])] == ["field_choice_gone"]
    assert breaking([choice], [NEW]) == [], "any choice is a text"
    assert breaking([{**NEW, "required": True}], [NEW]) == []
    assert all(not form_reasons([whole(field) for field in fields_of(kind)]) for kind in BY_NAME.values())


def test_the_console_lists_searches_edits_and_tells_history(food: LicenceType, cast: Cast, client: Client) -> None:
    page = f"/console/licences/types/{food.pk}/"
    client.force_login(cast.account("registrar"))
    listed = client.get("/console/licences/types/", {"q": "食品"}).content.decode()
    assert page in listed and "居住证" not in listed
    shown = client.get(page)
    assert shown.status_code == 200 and "经营项目" in shown.content.decode()
    rows = [*map(whole, food.fields), NEW]
    posted: dict[str, Any] = {
        **{"rev": food.rev, "name": food.name, "issuer": food.issuer, "law": food.law, "statement": food.statement},
        **{"valid_years": 4, "renewable": "on", "renew_days": 45, "trust": "issued", "confidentiality": "open"},
        **{"active": "on", "callers": ["market", "health"], "reason": "法规修订"},
        **{"form-TOTAL_FORMS": len(rows) + 2, "form-INITIAL_FORMS": len(food.fields)},
    }
    for number, row in enumerate(rows):
        names = ("name", "label", "kind", "confidentiality")
        posted |= {f"form-{number}-{name}": row[name] for name in names}
        posted |= {f"form-{number}-required": "on"} if row["required"] else {}
    # The rows nobody wrote in: a browser sends what its lists show, another client may send nothing.
    posted |= {f"form-{len(rows)}-kind": "text", f"form-{len(rows)}-confidentiality": "internal"}
    half = client.post(page, {**posted, f"form-{len(rows)}-label": "备注"})
    assert half.status_code == 422 and f'id="id_form-{len(rows)}-name_error"' in half.content.decode()
    saved = client.post(page, posted)
    assert saved.status_code == 302, saved.content.decode()
    food.refresh_from_db()
    assert (food.valid_years, food.renew_days, food.callers) == (4, 45, ["market", "health"])
    assert [field["name"] for field in food.fields][-1] == "risk"
    assert "法规修订" in client.get(page).content.decode()
    assert client.post(page, posted).status_code == 409, "the edition it was looked at is old"
    wrong = client.post(page, {**posted, "rev": food.rev, "form-0-label": ""})
    assert wrong.status_code == 422
    client.force_login(cast.account("admin"))
    assert 'name="reason"' not in client.get(page).content.decode(), "who may not change it reads it"
    assert client.post(page, {**posted, "rev": food.rev}).status_code == 200
    food.refresh_from_db()
    assert food.rev == 2
    client.force_login(cast.account("chief"))
    assert client.get(page).status_code in (403, 404)


@pytest.mark.parametrize(("name", "brought"), [("教师资格认定", {"photo"}), ("居住证申领", {"photo"})])
def test_a_complete_library_replaces_every_material_but_the_photo(name: str, brought: set[str]) -> None:
    file = DATA / f"{name}.yaml"
    (item,) = read(file.read_bytes(), file.name).envelopes
    known = {kind.code for kind in TYPES}
    assert {each.code for each in item.record.materials if each.licence_type not in known} == brought
