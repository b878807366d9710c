"""The analysis as pages show it: bars with their widths, standings in words, scenarios with an example of answers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice, product
from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext as _

from yitong.catalog.queries.items import PublishedItem
from yitong.catalog.records import Question
from yitong.catalog.rules import scenarios as catalogue
from yitong.waiving.rules.figures import Outcome, Totals
from yitong.waiving.rules.next_best import MEANS, Candidate, Step
from yitong.waiving.rules.scenarios import Plan, answers_of, bits
from yitong.waiving.rules.standing import STATUS_LABELS, WHY, Judge, Standing, Status

MOST_SCENARIOS = 60
"""Scenarios written out on an item's page; their number is always told."""


@dataclass(frozen=True, slots=True)
class Part:
    """One stretch of a bar, in percent of its length."""

    code: str
    number: int
    start: float
    width: float


def bar(row: Outcome | Totals, scale: int = 0) -> list[Part]:
    """Waived, reduced, issued by others and still brought, made by the applicant: parts of the row's materials, or of ``scale``."""
    whole, start, parts = scale or row.materials, 0.0, []
    for code in ("waived", "reduced", "issued", "own"):
        number = getattr(row, code)
        if number:
            width = round(100 * number / whole, 3)
            parts.append(Part(code, number, round(start, 3), width))
            start += width
    return parts


def bar_words(row: Outcome | Totals) -> str:
    """The same in words, for those who do not see the bar."""
    return _(
        "%(waived)s waived, %(reduced)s reduced, %(issued)s brought, %(own)s made by the applicant, of %(all)s"
    ) % {
        "waived": row.waived,
        "reduced": row.reduced,
        "issued": row.issued,
        "own": row.own,
        "all": row.materials,
    }


def why_words(standing: Standing) -> str:
    """Why a material stands as it does."""
    return gettext(WHY[standing.why]) % {"source": standing.source}


@dataclass(frozen=True, slots=True)
class MaterialLine:
    """One material of an item's page. ``asked``: always, or in how many of the scenarios of its group."""

    code: str
    name: str
    required: bool
    always: bool
    status: str
    status_label: str
    why: str
    licence_type: str
    basis: str


def material_lines(item: PublishedItem, plan: Plan, judge: Judge, department_code: str) -> list[MaterialLine]:
    """Every material with its standing, in the order of the record."""
    by_code = {material.code: material for material in item.record.materials}
    found = []
    for index, row in enumerate(plan.rows):
        standing = judge.standing(row, department_code)
        found.append(
            MaterialLine(
                row.code,
                row.name,
                row.required,
                bool(plan.always >> index & 1),
                standing.status.value,
                gettext(STATUS_LABELS[standing.status]),
                why_words(standing),
                row.licence_type,
                by_code[row.code].basis if row.code in by_code else "",
            )
        )
    return found


@dataclass(frozen=True, slots=True)
class ScenarioLine:
    """One scenario: answers that lead to it, how many required materials it asks for, and the names of those still brought."""

    answers: str
    materials: int
    left: tuple[str, ...]


def scenario_lines(item: PublishedItem, plan: Plan, judge: Judge, department_code: str) -> list[ScenarioLine]:
    """The first scenarios, the ordinary one leading."""
    left = sum(
        1 << index
        for index, row in enumerate(plan.rows)
        if row.required and judge.standing(row, department_code).status is Status.REMAINING
    )
    lines = []
    for picked in islice(product(*(range(len(group.cells)) for group in plan.groups)), MOST_SCENARIOS):
        asked = plan.always | sum(group.cells[cell] for group, cell in zip(plan.groups, picked, strict=True))
        answers: dict[str, Any] = {}
        for group, cell in zip(plan.groups, picked, strict=True):
            answers |= answers_of(group, cell)
        lines.append(
            ScenarioLine(
                _answer_words(item, answers),
                (asked & plan.required).bit_count(),
                tuple(plan.rows[bit].name for bit in bits(asked & left)),
            )
        )
    return lines


def _answer_words(item: PublishedItem, answers: dict[str, Any]) -> str:
    """The labels of the answers to questions that are asked; those that change nothing are left out."""
    asked = catalogue.visible_questions(item.record, answers)
    words = [_said(question, answers[question.code]) for question in asked if question.code in answers]
    codes = {question.code for question in item.record.questions}
    titles = item.record.form_schema.get("properties", {})
    for name, value in answers.items():
        if name not in codes:
            title = titles.get(name, {}).get("title", name) if name in titles else name
            words.append(f"{title}: {_value(value)}")
    return " · ".join(words)


def _said(question: Question, value: Any) -> str:
    """An answer that can be read by itself."""
    if question.kind == "boolean":
        return f"{question.text} {_value(value)}"
    return next((choice.label for choice in question.choices if choice.value == value), _value(value))


def _value(value: Any) -> str:
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    return str(value) if value is not None else _("another")


def means_words(one: Candidate) -> str:
    """What would have to be done."""
    return " ".join(gettext(MEANS[each]) % {"connector": one.connector} for each in one.means)


def step_lines(steps: Sequence[Step]) -> list[tuple[Step, str]]:
    """Each place in the order with what would have to be done."""
    return [(step, means_words(step.candidate)) for step in steps]


def summary_words(rows: Sequence[Outcome]) -> dict[str, str]:
    """Materials in the ordinary scenario of an average item, before and after; empty when there are no items."""
    with_materials = [row for row in rows if row.typical]
    if not with_materials:
        return {}
    number = len(with_materials)
    return {
        "before": f"{sum(row.typical for row in with_materials) / number:.1f}",
        "after": f"{sum(row.typical_left for row in with_materials) / number:.1f}",
    }
