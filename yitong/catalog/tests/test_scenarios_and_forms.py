"""Scenario guidance and the form: answers select, missing answers are named, mistakes name the field."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from yitong.catalog.rules import compare, forms, scenarios
from yitong.catalog.tests.records import record

RECORD = record()


def materials(answers: dict[str, Any], form: dict[str, Any] | None = None) -> list[str]:
    return [each.code for each in scenarios.selected(RECORD, answers, form).materials]


def test_without_answers_only_unconditional_materials_are_sure_and_the_rest_is_possible() -> None:
    selection = scenarios.selected(RECORD, {})
    assert [each.code for each in selection.materials] == ["application", "layout"]
    assert [each.code for each in selection.possible_materials] == ["kitchen", "large"]
    assert selection.unknown == ("scope", "paper", "area")


def test_answers_and_form_values_select_materials_steps_fees_and_fields() -> None:
    selection = scenarios.selected(RECORD, {"scope": "catering", "paper": "true"}, {"area": 600})
    assert [each.code for each in selection.materials] == ["application", "layout", "kitchen", "large"]
    assert [each.code for each in selection.steps] == ["review", "site"]
    assert selection.total_fen == 1000
    assert [each.name for each in selection.form_fields] == ["shop", "seats", "phone", "area", "opening"]
    assert selection.unknown == ()


def test_a_question_appears_with_the_answer_it_depends_on() -> None:
    assert [q.code for q in scenarios.visible_questions(RECORD, {})] == ["scope", "paper"]
    shown = scenarios.visible_questions(RECORD, {"scope": "catering"})
    assert [q.code for q in shown] == ["scope", "open_kitchen", "paper"]


def test_an_answer_to_a_hidden_question_or_outside_the_choices_does_not_count() -> None:
    answers = {"scope": "retail", "open_kitchen": True, "paper": "maybe"}
    assert scenarios.valid_answers(RECORD, answers) == {"scope": "retail"}
    assert [reason.field for reason in scenarios.check_answers(RECORD, answers)] == ["paper"]


@pytest.mark.parametrize("area", ["600", None, True, float("nan"), [600], 10**30])
def test_a_form_value_of_the_wrong_kind_never_breaks_the_selection(area: Any) -> None:
    assert "application" in materials({"scope": "retail"}, {"area": area})


answers = st.fixed_dictionaries(
    {},
    optional={
        "scope": st.sampled_from(["retail", "catering", "x"]),
        "open_kitchen": st.sampled_from([True, False, "true", 3]),
        "paper": st.booleans(),
    },
)


@settings(max_examples=150, deadline=None)
@given(answers, st.fixed_dictionaries({}, optional={"area": st.sampled_from([1, 499.5, 500, 501])}))
def test_more_answers_never_take_away_what_was_sure(given_answers: dict[str, Any], form: dict[str, Any]) -> None:
    before = scenarios.selected(RECORD, given_answers, form)
    full_answers = {"scope": "retail", "paper": False, **scenarios.valid_answers(RECORD, given_answers)}
    after = scenarios.selected(RECORD, full_answers, {"area": 500, **form})
    assert {m.code for m in before.materials} <= {m.code for m in after.materials}
    assert {m.code for m in after.materials} <= {m.code for m in before.materials + before.possible_materials}
    assert after.unknown == ()


GOOD = {"shop": "李记小吃", "phone": "13800000000", "area": 30, "opening": "2026-11-21"}


def reasons(data: dict[str, Any], scope: str = "retail") -> list[tuple[str, str]]:
    selection = scenarios.selected(RECORD, {"scope": scope, "paper": False})
    return [(each.code, each.field) for each in forms.validate(RECORD, selection, data)]


def test_a_complete_form_is_accepted() -> None:
    assert reasons(GOOD) == []


def test_a_hidden_field_is_neither_required_nor_checked() -> None:
    assert reasons({**GOOD, "seats": "many"}) == []
    assert reasons(GOOD, "catering") == [("form_required", "seats")]
    selection = scenarios.selected(RECORD, {"scope": "retail"})
    assert forms.kept(selection, {**GOOD, "seats": 3}) == GOOD


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"shop": ""}, "form_required"),
        ({"shop": "李"}, "form_too_short"),
        ({"shop": "李" * 41}, "form_too_long"),
        ({"phone": "12345"}, "form_phone"),
        ({"area": 0}, "form_too_small"),
        ({"area": "big"}, "form_type"),
        ({"opening": "2026-02-30"}, "form_date"),
        ({"opening": "20261121"}, "form_date"),
        ({"other": 1}, "form_unknown_field"),
    ],
)
def test_a_mistake_names_the_field_and_the_remedy(change: dict[str, Any], code: str) -> None:
    assert reasons({**GOOD, **change}) == [(code, next(iter(change)))]


def test_identifier_formats_check_the_check_character() -> None:
    schema = {
        "type": "object",
        "properties": {
            "idcard": {"type": "string", "title": "身份证", "format": "idcard"},
            "uscc": {"type": "string", "title": "信用代码", "format": "uscc"},
            "project": {"type": "string", "title": "项目代码", "format": "project-code"},
        },
    }
    form = record(form_schema=schema, form_fields=[], materials=[])
    selection = scenarios.selected(form, {})
    good = {"idcard": "11010519491231002X", "uscc": "91350100M000100Y43"}
    assert forms.validate(form, selection, good) == []
    bad = {"idcard": "110105194912310021", "uscc": "91350100M000100Y44", "project": "2020-430000"}
    found = [(each.code, each.field) for each in forms.validate(form, selection, bad)]
    assert found == [("form_idcard", "idcard"), ("form_uscc", "uscc"), ("form_project_code", "project")]


def test_posted_texts_become_values_of_the_declared_type() -> None:
    posted = {
        "shop": " 李记 ",
        "area": "30.5",
        "seats": "12",
        "opening": "",
        "phone": ["1", "13800000000"],
        "csrf": "x",
    }
    typed = forms.typed(RECORD, posted)
    assert typed == {"shop": "李记", "area": 30.5, "seats": 12, "phone": "13800000000"}
    assert forms.typed(RECORD, {"seats": "a dozen"}) == {"seats": "a dozen"}


def test_fields_carry_what_a_page_needs() -> None:
    selection = scenarios.selected(RECORD, {"scope": "catering", "paper": True})
    views = {view.name: view for view in forms.fields(RECORD, selection)}
    assert (views["shop"].title, views["shop"].required, views["shop"].group) == ("门店名称", True, "门店")
    assert [views[name].kind for name in ("phone", "area", "seats", "opening")] == ["phone", "number", "number", "date"]


def test_comparing_two_records_lists_what_changed_by_code_not_by_place() -> None:
    base = RECORD.model_dump()
    reordered = record(
        materials=[base["materials"][1], {**base["materials"][0], "name": "申请表"}, base["materials"][2]],
        summary="新",
    )
    changes = compare.changes(RECORD, reordered)
    listed = [(change.path, change.kind) for change in changes]
    assert ("summary", "changed") in listed
    assert ("materials[application].name", "changed") in listed
    assert ("materials[large]", "removed") in listed
    assert not any(path.startswith("materials[layout]") for path, _ in listed)
    assert compare.changes(RECORD, RECORD) == []
    assert all(change.label for change in changes)
