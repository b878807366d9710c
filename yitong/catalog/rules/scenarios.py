"""Scenario guidance (情形引导): which questions to ask, and what the answers select. Pure.

Conditions are CEL over the scenario answers and the form's scalar fields, both by their code. A condition that can't be
told yet (needs an answer) selects nothing and says what it waits for: missing data is never "no", and never "yes".
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

from yitong.catalog.records import Fee, FormField, ItemRecord, Material, Question, Step
from yitong.kernel.reasons import N_, Reason
from yitong.rulebook.port import Fact, Rule, VariableType, compile_rule

Answers = Mapping[str, Any]
_SCHEMA_TYPES: dict[str, VariableType] = {"string": "string", "integer": "int", "number": "double", "boolean": "bool"}


@dataclass(frozen=True, slots=True)
class Selection:
    """What a set of answers selects. ``unknown``: codes of the questions and form fields that could still change it.

    ``possible_materials``: those that may or may not be needed, depending on ``unknown``. ``form_fields`` holds every
    visible property of the form in display order, those without a FormField of their own included.
    """

    materials: tuple[Material, ...]
    steps: tuple[Step, ...]
    form_fields: tuple[FormField, ...]
    fees: tuple[Fee, ...]
    unknown: tuple[str, ...] = ()
    possible_materials: tuple[Material, ...] = ()

    @property
    def required_materials(self) -> tuple[Material, ...]:
        return tuple(each for each in self.materials if each.necessity == "required")

    @property
    def total_fen(self) -> int:
        """Sum of the fees in fen."""
        return sum(fee.fen for fee in self.fees)


def variables(record: ItemRecord) -> dict[str, VariableType]:
    """Name and type of what a condition of ``record`` may use: questions, then the form's scalar properties."""
    found: dict[str, VariableType] = {
        question.code: "bool" if question.kind == "boolean" else "string" for question in record.questions
    }
    for name, schema in record.form_schema.get("properties", {}).items():
        kind = _SCHEMA_TYPES.get(schema.get("type", "string")) if isinstance(schema, Mapping) else None
        if kind is not None and name not in found:
            found[name] = "date-string" if kind == "string" and schema.get("format") == "date" else kind
    return found


def visible_questions(record: ItemRecord, answers: Answers) -> tuple[Question, ...]:
    """The questions to ask, in order. One whose condition waits for another answer is not asked yet."""
    return _questions(record, answers)[0]


def valid_answers(record: ItemRecord, answers: Answers) -> dict[str, Fact]:
    """The answers that count: to a visible question, and one of its choices. Others are left out, as if not given.

    A boolean answer may come as True/False or as the words true/false that a page posts.
    """
    return _questions(record, answers)[1]


def check_answers(record: ItemRecord, answers: Answers) -> list[Reason]:
    """Reasons why the answers are not complete: one per visible question without a valid answer."""
    visible, valid = _questions(record, answers)
    return [
        Reason(
            "question_unanswered",
            N_('Answer the question "%(question)s": choose one of the answers offered.'),
            field=question.code,
            params={"question": question.text},
        )
        for question in visible
        if question.code not in valid
    ]


def selected(record: ItemRecord, answers: Answers, form: Answers | None = None) -> Selection:
    """What ``answers`` and ``form`` (as far as filled in) select. Wrong values count as not given."""
    types = variables(record)
    facts = facts_of(record, answers, form)
    unknown: set[str] = set()

    def chosen(rows: Iterable[Any], waiting: list[Any] | None = None) -> tuple[Any, ...]:
        kept = []
        for row in rows:
            value = _holds(row.when, types, facts, unknown)
            if value:
                kept.append(row)
            elif value is None and waiting is not None:
                waiting.append(row)
        return tuple(kept)

    possible: list[Material] = []
    materials = chosen(record.materials, possible)
    steps, fees = chosen(record.steps), chosen(record.fees)
    return Selection(
        materials=materials,
        steps=tuple(sorted(steps, key=lambda step: step.stage)),
        form_fields=chosen(all_fields(record)),
        fees=fees,
        unknown=tuple(code for code in types if code in unknown),
        possible_materials=tuple(possible),
    )


def all_fields(record: ItemRecord) -> tuple[FormField, ...]:
    """Every property of the form in display order: those listed in ``form_fields``, then the others."""
    listed = {field.name for field in record.form_fields}
    others = (name for name in record.form_schema.get("properties", {}) if name not in listed)
    return record.form_fields + tuple(FormField.model_construct(name=name) for name in others)


def facts_of(record: ItemRecord, answers: Answers, form: Answers | None = None) -> dict[str, Fact]:
    """The facts the conditions see: valid answers, and form values that have the type the form declares."""
    facts = valid_answers(record, answers)
    questions = {question.code for question in record.questions}
    for name, kind in variables(record).items():
        if name not in questions and (value := _typed(kind, (form or {}).get(name))) is not None:
            facts[name] = value
    return facts


def rule_for(record: ItemRecord, when: str) -> Rule:
    """The compiled condition ``when`` of ``record``; RuleError when it can't be compiled."""
    return _compiled(when, tuple(variables(record).items()))


def _questions(record: ItemRecord, answers: Answers) -> tuple[tuple[Question, ...], dict[str, Fact]]:
    """Visible questions and valid answers, found together: an answer to a hidden question must not show another."""
    types = variables(record)
    visible: list[Question] = []
    valid: dict[str, Fact] = {}
    for question in record.questions:
        # A condition sees only questions before it, so that one pass is enough and no circle can arise.
        if _holds(question.when, types, valid, None):
            visible.append(question)
            if (value := _answer(question, answers.get(question.code))) is not None:
                valid[question.code] = value
    return tuple(visible), valid


def _answer(question: Question, value: Any) -> Fact | None:
    if question.kind == "boolean":
        if isinstance(value, bool):
            return value
        return {"true": True, "false": False}.get(value) if isinstance(value, str) else None
    return value if any(choice.value == value for choice in question.choices) else None


def _typed(kind: VariableType, value: Any) -> Fact | None:
    """``value`` when it has the declared type; None for a missing, empty or wrong one."""
    match kind:
        case "bool":
            return value if isinstance(value, bool) else None
        case "int":
            return value if isinstance(value, int) and not isinstance(value, bool) and abs(value) < 1 << 63 else None
        case "double":
            return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None
        case "date-string":
            return value if isinstance(value, str) and _is_date(value) else None
    return value if isinstance(value, str) and value else None


def _is_date(value: str) -> bool:
    try:
        return date.fromisoformat(value).isoformat() == value
    except ValueError:
        return False


def _holds(when: str, types: Mapping[str, VariableType], facts: Answers, unknown: set[str] | None) -> bool | None:
    if not when:
        return True
    rule = _compiled(when, tuple(types.items()))
    value = rule.evaluate(facts)
    if value is None and unknown is not None:
        unknown.update(rule.explain(facts).missing)
    return value


@lru_cache(maxsize=20_000)
def _compiled(when: str, types: tuple[tuple[str, VariableType], ...]) -> Rule:
    return compile_rule(when, dict(types))
