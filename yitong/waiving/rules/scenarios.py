"""Which sets of materials an item's scenarios can ask for, without walking through every combination of answers. Pure.

The questions and form fields that conditions of materials depend on fall into groups that have nothing to do with each other. In
each group every combination of answers is one bit of an integer, a material is the set of bits for which it is asked, and splitting
by one material after another leaves the different sets of materials: the cells. A scenario of the item is one cell of each group,
so that the number of scenarios is the product of the numbers of cells, and no product has to be walked through.

An answered form is presumed. A comparison of a number or a date may hold or not, by itself: two that exclude each other
(``area < 100`` and ``area > 500``) are counted as if they did not.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import prod
from typing import Any, NamedTuple

from yitong.rulebook.port import RuleError, VariableType, compile_rule
from yitong.waiving.rules.conditions import Is, Measure, Node, NotPlain, Space, leaves, masks, read, variables

MOST_COMBINATIONS = 1 << 14
"""Combinations of answers in one group. Beyond it the group has two cells: the ordinary scenario, and all of its materials."""
MOST_CELLS = 512
_SCHEMA_TYPES: dict[str, VariableType] = {"string": "string", "integer": "int", "number": "double", "boolean": "bool"}

Value = str | bool | None
"""A value of an axis; None: a text other than those the conditions name."""


class Row(NamedTuple):
    """One material as far as the analysis needs it. ``own``: the applicant makes it himself. ``required``: not optional.

    ``licence_type``, ``connector``, ``verifier``: codes of the type, connector and department the item names for it, if any.
    """

    code: str
    name: str
    licence_type: str
    own: bool
    required: bool
    connector: str = ""
    verifier: str = ""


class Axis(NamedTuple):
    """One thing that answers vary: a question, a form field, or a comparison. The first value is the ordinary one."""

    name: str
    values: tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class Group:
    """``cells``: the different sets of materials, bit i for material i, the ordinary one first; ``picks``: for each the number of

    its first combination of answers, see ``answers_of``.
    """

    cells: tuple[int, ...]
    picks: tuple[int, ...]
    axes: tuple[Axis, ...]


@dataclass(frozen=True, slots=True)
class Plan:
    """``always``: materials every scenario asks for. ``required``: those that are not optional. ``capped``: a group was too large."""

    rows: tuple[Row, ...]
    always: int
    required: int
    groups: tuple[Group, ...]
    capped: bool = False

    @property
    def scenarios(self) -> int:
        """How many different sets of materials the item can ask for."""
        return prod(len(group.cells) for group in self.groups)

    @property
    def typical(self) -> int:
        """The set asked for in the ordinary scenario: the first choice of each question, no to yes-or-no questions."""
        return self.always | sum(group.cells[0] for group in self.groups)


def plan(
    materials: Sequence[Mapping[str, Any]],
    questions: Sequence[Mapping[str, Any]],
    properties: Mapping[str, Mapping[str, Any]],
) -> Plan:
    """The plan of a record's parts, as JSON holds them (``catalog.records``); keys with a default may be missing."""
    rows = tuple(_row(each) for each in materials)
    conditions = [str(each.get("when") or "") for each in materials]
    always = sum(1 << index for index, when in enumerate(conditions) if not when)
    required = sum(1 << index for index, row in enumerate(rows) if row.required)
    if all(not when for when in conditions):
        return Plan(rows, always, required, ())
    asked = {str(each["code"]): each for each in questions}
    built = [_group(members, conditions, asked, properties) for members in _together(conditions, asked, properties)]
    return Plan(rows, always, required, tuple(group for group, _ in built), any(capped for _, capped in built))


def answers_of(group: Group, cell: int) -> dict[str, Value]:
    """Example answers that ask for the cell at index ``cell`` of ``group``; may hold answers to questions nobody is asked."""
    number, found = group.picks[cell], {}
    for axis in group.axes:
        number, place = divmod(number, len(axis.values))
        found[axis.name] = axis.values[place]
    return found


def bits(mask: int) -> Iterator[int]:
    """The numbers of the bits that are set."""
    while mask:
        low = mask & -mask
        yield low.bit_length() - 1
        mask ^= low


def _row(material: Mapping[str, Any]) -> Row:
    return Row(
        str(material["code"]),
        str(material["name"]),
        str(material.get("licence_type") or ""),
        (material.get("source") or "applicant") == "applicant",
        (material.get("necessity") or "required") == "required",
        str(material.get("connector") or ""),
        str(material.get("verifier") or ""),
    )


@lru_cache(maxsize=4096)
def _tree(when: str) -> Node | None:
    """The condition's tree; None when only the rulebook can read it."""
    try:
        return read(when)
    except NotPlain:
        return None


def forget() -> None:
    """Drop the trees read so far: for measurements."""
    _tree.cache_clear()


def _mentioned(when: str, asked: Mapping[str, Any], properties: Mapping[str, Any]) -> set[str]:
    """Variables of a condition that are a question or a form field."""
    tree = _tree(when)
    if tree is None:
        return {name for name in _rule_variables(when, asked, properties) if name in asked or name in properties}
    return {name for name in variables(tree) if name in asked or name in properties}


def _rule_variables(when: str, asked: Mapping[str, Any], properties: Mapping[str, Any]) -> tuple[str, ...]:
    try:
        return compile_rule(when, _types(asked, properties)).variables
    except RuleError:
        return ()


def _types(asked: Mapping[str, Any], properties: Mapping[str, Any]) -> dict[str, VariableType]:
    """As ``catalog.rules.scenarios.variables``."""
    found: dict[str, VariableType] = {
        code: "bool" if each.get("kind") == "boolean" else "string" for code, each in asked.items()
    }
    for name, schema in properties.items():
        kind = _SCHEMA_TYPES.get(schema.get("type", "string"))
        if kind is not None and name not in found:
            found[name] = "date-string" if kind == "string" and schema.get("format") == "date" else kind
    return found


def _together(
    conditions: Sequence[str], asked: Mapping[str, Any], properties: Mapping[str, Any]
) -> Iterable[tuple[list[int], set[str]]]:
    """(indices of materials, variables) that hang together, in the order of their first material."""
    found: list[tuple[list[int], set[str]]] = []
    for index, when in enumerate(conditions):
        if not when:
            continue
        reach = _reach(when, asked, properties)
        # A condition without variables is a group of its own: it always or never holds.
        touching = [each for each in found if each[1] & reach]
        if not touching:
            found.append(([index], reach))
            continue
        first = touching[0]
        first[0].append(index)
        first[1].update(reach)
        for other in touching[1:]:
            first[0].extend(other[0])
            first[1].update(other[1])
            found.remove(other)
    return [(sorted(members), names) for members, names in found]


def _reach(when: str, asked: Mapping[str, Any], properties: Mapping[str, Any]) -> set[str]:
    """The variables of a condition, and the questions that decide whether those are asked."""
    reach, new = set(), _mentioned(when, asked, properties)
    while new:
        reach |= new
        conditions = (str(asked[name].get("when") or "") for name in new if name in asked)
        new = {name for each in conditions if each for name in _mentioned(each, asked, properties) if name in asked}
        new -= reach
    return reach


def _group(
    members: tuple[list[int], set[str]],
    conditions: Sequence[str],
    asked: Mapping[str, Any],
    properties: Mapping[str, Any],
) -> tuple[Group, bool]:
    indices, names = members
    whens = {index: conditions[index] for index in indices}
    axes = _axes(set(whens.values()), names, asked, properties)
    if prod(len(axis.values) for axis in axes) <= MOST_COMBINATIONS:
        return _cells(whens, axes, asked, properties)
    ordinary, _ = _cells(whens, tuple(Axis(axis.name, axis.values[:1]) for axis in axes), asked, properties)
    everything = sum(1 << index for index in indices)
    cells = tuple(dict.fromkeys((*ordinary.cells, everything)))
    return Group(cells, (0,) * len(cells), ordinary.axes), True


def _axes(
    whens: set[str], names: set[str], asked: Mapping[str, Any], properties: Mapping[str, Any]
) -> tuple[Axis, ...]:
    """Questions in their order, then form fields in theirs, then comparisons by text."""
    axes = [Axis(code, _choices(each)) for code, each in asked.items() if code in names]
    trees = {when: _tree(when) for when in sorted(whens)}
    plain = [leaf for tree in trees.values() if tree is not None for leaf in leaves(tree)]
    for name, schema in properties.items():
        if name in names and name not in asked:
            values = _field_values(name, schema, plain)
            axes += [Axis(name, values)] if values else []
    texts = {leaf.text for leaf in plain if isinstance(leaf, Measure)}
    # What only the rulebook reads is tried with every answer if it is about questions alone; else it may hold or not.
    texts |= {when for when, tree in trees.items() if tree is None and not _about_questions(when, asked, properties)}
    return (*axes, *(Axis(text, (False, True)) for text in sorted(texts)))


def _about_questions(when: str, asked: Mapping[str, Any], properties: Mapping[str, Any]) -> bool:
    return all(name in asked for name in _rule_variables(when, asked, properties))


def _choices(question: Mapping[str, Any]) -> tuple[Value, ...]:
    if question.get("kind") == "boolean":
        return (False, True)
    return tuple(str(choice["value"]) for choice in question.get("choices") or ()) or (None,)


def _field_values(name: str, schema: Mapping[str, Any], plain: Sequence[Any]) -> tuple[Value, ...]:
    """The values of a form field that make a difference; none for one that is only measured."""
    named = [value for leaf in plain if isinstance(leaf, Is) and leaf.variable == name for value in leaf.values]
    if not named:
        return ()
    if schema.get("type") == "boolean":
        return (False, True)
    texts = [str(value) for value in schema.get("enum") or ()]
    used = [value for value in dict.fromkeys(named) if isinstance(value, str)]
    if texts and all(value in texts for value in used):
        # Values no condition names are alike: the first of them stands for all.
        others = [value for value in texts if value not in used][:1]
        return tuple(value for value in texts if value in used or value in others)
    return (None, *used)


def _cells(
    whens: Mapping[int, str], axes: tuple[Axis, ...], asked: Mapping[str, Any], properties: Mapping[str, Any]
) -> tuple[Group, bool]:
    space = _space(axes, asked)
    _settle_presence(space, axes, asked, properties)
    cells, capped = [(space.full, 0)], False
    for index, when in whens.items():
        asks = _mask(when, space, axes, asked, properties)
        if len(cells) >= MOST_CELLS:
            capped = True
            cells = [(cell, found | (1 << index if cell & asks else 0)) for cell, found in cells]
            continue
        halves = [(cell & asks, found | 1 << index) for cell, found in cells]
        halves += [(cell & ~asks, found) for cell, found in cells]
        cells = [half for half in halves if half[0]]
    # By first combination, so that the ordinary one leads. Cells that a cap made alike are one.
    firsts: dict[int, int] = {}
    for cell, found in cells:
        pick = (cell & -cell).bit_length() - 1
        firsts[found] = min(pick, firsts.get(found, pick))
    ordered = sorted((pick, found) for found, pick in firsts.items())
    return Group(tuple(found for _, found in ordered), tuple(pick for pick, _ in ordered), axes), capped


def _space(axes: tuple[Axis, ...], asked: Mapping[str, Any]) -> Space:
    """The first axis varies fastest."""
    total = prod(len(axis.values) for axis in axes)
    full = (1 << total) - 1
    having: dict[tuple[str, str | bool], int] = {}
    measures: dict[str, int] = {}
    stride = 1
    for axis in axes:
        period = stride * len(axis.values)
        every = ((1 << total) - 1) // ((1 << period) - 1)
        block = (1 << stride) - 1
        for place, value in enumerate(axis.values):
            if value is not None:
                having[axis.name, value] = (block << (place * stride)) * every
        measures[axis.name] = having.get((axis.name, True), 0)
        stride = period
    return Space(full, having, {}, measures)


def _settle_presence(
    space: Space, axes: tuple[Axis, ...], asked: Mapping[str, Any], properties: Mapping[str, Any]
) -> None:
    """Where each question is asked. A condition of a question sees only the questions before it, as the catalogue has it."""
    names = {axis.name for axis in axes}
    present: dict[str, int] = dict.fromkeys((*asked, *properties), 0)
    sight = Space(space.full, space.having, present, space.measures)
    settled: dict[str, int] = {}
    for code, question in asked.items():
        if code in names:
            when = str(question.get("when") or "")
            settled[code] = present[code] = _mask(when, sight, axes, asked, properties) if when else space.full
    space.present.update(settled)  # type: ignore[attr-defined]


def _mask(
    when: str, space: Space, axes: tuple[Axis, ...], asked: Mapping[str, Any], properties: Mapping[str, Any]
) -> int:
    """The combinations for which ``when`` holds."""
    tree = _tree(when)
    if tree is not None:
        return masks(tree, _with_measures(tree, space))[0]
    if when in space.measures:
        return space.measures[when]
    return _tried(when, space, axes, asked, properties)


def _with_measures(tree: Node, space: Space) -> Space:
    """A comparison that is no axis (in the condition of a question, about a form field) holds nowhere."""
    missing = [leaf.text for leaf in leaves(tree) if isinstance(leaf, Measure) and leaf.text not in space.measures]
    return (
        Space(space.full, space.having, space.present, {**space.measures, **dict.fromkeys(missing, 0)})
        if missing
        else space
    )


def _tried(
    when: str, space: Space, axes: tuple[Axis, ...], asked: Mapping[str, Any], properties: Mapping[str, Any]
) -> int:
    """A condition the rulebook evaluates for each combination in turn."""
    try:
        rule = compile_rule(when, _types(asked, properties))
    except RuleError:
        return 0
    found = 0
    for number in range(space.full.bit_length()):
        facts, rest = {}, number
        for axis in axes:
            rest, place = divmod(rest, len(axis.values))
            if axis.name in rule.variables and space.present.get(axis.name, space.full) >> number & 1:
                value = axis.values[place]
                facts.update({axis.name: value} if value is not None else {})
        if rule.evaluate(facts):
            found |= 1 << number
    return found
