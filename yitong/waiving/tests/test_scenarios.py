"""The masks against the catalogue's own rules: every combination of answers of every prepared item, and of generated ones."""

from __future__ import annotations

from itertools import product
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from yitong.catalog.records import ItemRecord
from yitong.catalog.rules import scenarios as catalogue
from yitong.rulebook.port import compile_rule
from yitong.site.demo.items import envelopes
from yitong.waiving.rules import scenarios as own
from yitong.waiving.rules.conditions import NotPlain, Space, masks, read
from yitong.waiving.rules.scenarios import Plan, answers_of, plan


def plan_of(record: ItemRecord) -> Plan:
    dumped = record.model_dump(mode="json")
    return plan(dumped["materials"], dumped["questions"], dumped["form_schema"].get("properties", {}))


def by_brute_force(record: ItemRecord, form: dict[str, Any] | None = None) -> set[frozenset[str]]:
    """The sets of materials the catalogue selects over every combination of answers."""
    values = [
        (False, True) if question.kind == "boolean" else tuple(choice.value for choice in question.choices)
        for question in record.questions
    ]
    codes = [question.code for question in record.questions]
    return {
        frozenset(
            each.code for each in catalogue.selected(record, dict(zip(codes, picked, strict=True)), form).materials
        )
        for picked in product(*values)
    }


def sets_of(found: Plan) -> list[frozenset[str]]:
    """All scenarios of a plan, written out."""
    cells = product(*(group.cells for group in found.groups))
    return [frozenset(found.rows[bit].code for bit in own.bits(found.always | sum(picked))) for picked in cells]


@pytest.mark.parametrize("record", [one.record for one in envelopes()], ids=lambda record: record.name)
def test_a_prepared_item_has_the_scenarios_its_own_rules_give(record: ItemRecord) -> None:
    found = plan_of(record)
    # A form field that conditions depend on is varied by the plan; the catalogue is asked with each value it takes.
    fields = {
        axis.name: axis.values for group in found.groups for axis in group.axes if axis.name in _properties(record)
    }
    wanted: set[frozenset[str]] = set()
    for picked in product(*fields.values()):
        wanted |= by_brute_force(record, dict(zip(fields, picked, strict=True)))
    sets = sets_of(found)
    assert set(sets) == wanted and len(sets) == len(wanted) == found.scenarios
    assert not found.capped


def _properties(record: ItemRecord) -> set[str]:
    return set(record.form_schema.get("properties", {})) - {question.code for question in record.questions}


@pytest.mark.parametrize("record", [one.record for one in envelopes()], ids=lambda record: record.name)
def test_the_example_answers_of_a_cell_select_it(record: ItemRecord) -> None:
    found = plan_of(record)
    for group in found.groups:
        mine = 0
        for cell in group.cells:
            mine |= cell
        for index, cell in enumerate(group.cells):
            answers = answers_of(group, index)
            selected = {each.code for each in catalogue.selected(record, answers, answers).materials}
            codes = {found.rows[bit].code for bit in own.bits(mine)}
            assert selected & codes == {found.rows[bit].code for bit in own.bits(cell)}


NAMES = {"kind": "string", "place": "string", "minor": "bool", "area": "double"}
atoms = st.sampled_from(
    [
        'kind == "a"', 'kind != "b"', 'kind in ["a", "c"]', "minor", "!minor", 'place == "x"', 'place != "x"', "minor == true",
        "minor != true", "known(place)", "area >= 5.0",
    ]
)  # fmt: skip
conditions = st.recursive(
    atoms,
    lambda part: st.one_of(
        st.tuples(part, part).map(lambda two: f"({two[0]}) && ({two[1]})"),
        st.tuples(part, part).map(lambda two: f"({two[0]} || {two[1]})"),
        part.map(lambda one: f"!({one})"),
    ),
    max_leaves=5,
)


@given(conditions)
@settings(max_examples=150, deadline=None)
def test_the_plain_reader_means_what_the_rulebook_means(condition: str) -> None:
    rule = compile_rule(condition, NAMES)
    node = read(condition)
    worlds = list(product(("a", "b", "c", None), ("x", "y", None), (False, True, None), (4.0, 6.0)))
    having: dict[tuple[str, Any], int] = {}
    present = dict.fromkeys(NAMES, 0)
    for bit, values in enumerate(worlds):
        for name, value in zip(("kind", "place", "minor", "area"), values, strict=True):
            if value is not None:
                having[name, value] = having.get((name, value), 0) | 1 << bit
                present[name] |= 1 << bit
    space = Space((1 << len(worlds)) - 1, having, present, {"area >= 5.0": having["area", 6.0]})
    yes, no = masks(node, space)
    for bit, values in enumerate(worlds):
        facts = {
            name: value
            for name, value in zip(("kind", "place", "minor", "area"), values, strict=True)
            if value is not None
        }
        assert rule.evaluate(facts) is (True if yes >> bit & 1 else False if no >> bit & 1 else None)


@pytest.mark.parametrize(
    "condition",
    ["!minor == true", "size(kind) > 2", "minor ? true : false", "(minor) == true", 'kind == "a\\"b"', "1 < 2", ""],
)
def test_what_is_not_plain_is_left_to_the_rulebook(condition: str) -> None:
    with pytest.raises(NotPlain):
        read(condition)


def _record(materials: list[dict[str, Any]], questions: list[dict[str, Any]], properties: dict[str, Any]) -> Plan:
    return plan(materials, questions, properties)


def _choice(code: str, *values: str, when: str = "") -> dict[str, Any]:
    return {"code": code, "kind": "choice", "when": when, "choices": [{"value": value} for value in values]}


def _material(code: str, when: str = "", **more: Any) -> dict[str, Any]:
    return {"code": code, "name": code, "when": when, **more}


def test_a_condition_the_reader_cannot_read_is_tried_with_every_answer() -> None:
    found = _record([_material("m", 'kind.startsWith("a")')], [_choice("kind", "ab", "cd", "ae")], {})
    assert found.scenarios == 2 and found.typical == 1


def test_a_hidden_question_answers_nothing() -> None:
    questions = [_choice("first", "a", "b"), _choice("second", "c", "d", when='first == "a"')]
    found = _record([_material("m", 'second == "c"'), _material("n", 'second != "c"')], questions, {})
    # b: neither; a and c: m; a and d: n.
    assert sorted(found.groups[0].cells) == [0, 1, 2]


def test_a_form_field_is_varied_over_what_the_conditions_name() -> None:
    properties = {
        "use": {"type": "string", "enum": ["工业", "住宅", "商业", "仓储"]},
        "area": {"type": "number"},
        "note": {"type": "string"},
    }
    materials = [
        _material("m", 'use == "工业"'),
        _material("n", "area >= 500.0"),
        _material("o", 'note == "是" || note == "否"'),
        _material("p", "size(note) > 3"),
    ]
    found = _record(materials, [], properties)
    assert found.scenarios == 2 * 2 * 4
    assert {axis.name: len(axis.values) for group in found.groups for axis in group.axes} == {
        "use": 2,
        "area >= 500.0": 2,
        "note": 3,
        "size(note) > 3": 2,
    }


def test_a_broken_condition_asks_for_nothing_and_breaks_nothing() -> None:
    found = _record([_material("m", "nowhere ==="), _material("n")], [], {})
    assert found.scenarios == 1 and found.typical == 2


def test_groups_that_have_nothing_in_common_are_not_multiplied_out() -> None:
    questions = [{"code": f"q{number}", "kind": "boolean"} for number in range(40)]
    found = _record([_material(f"m{number}", f"q{number}") for number in range(40)], questions, {})
    assert found.scenarios == 2**40 and len(found.groups) == 40 and not found.capped


def test_a_group_past_the_cap_keeps_its_ordinary_scenario_and_all_its_materials() -> None:
    questions = [_choice(f"q{number}", "a", "b", "c") for number in range(12)]
    when = " || ".join(f'q{number} == "b"' for number in range(12))
    found = _record([_material("m", when), _material("n", when)], questions, {})
    assert found.capped and found.groups[0].cells == (0, 0b11)
