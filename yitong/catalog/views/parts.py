"""The parts of a record that are lists, edited as rows: what each is called, where it lives, how a mistake finds its row."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from django.utils.translation import gettext

from yitong.catalog.models import ItemVersion
from yitong.catalog.views import part_data, part_forms
from yitong.catalog.views.part_data import Data
from yitong.catalog.views.rows import Kinds
from yitong.kernel.reasons import N_, Reason
from yitong.parties.queries import organisation

Choices = list[tuple[str, str]]
TOWN = 3  # level of towns and streets
_PLACE = re.compile(r"(\w+)\[(\d+)\](?:\.choices\[(\d+)\])?(?:\.(.+))?")

# Mistakes that keep a part from being saved: nobody could tell later what was meant. All others wait for the publication.
BLOCKING = frozenset(
    {
        *("condition_invalid", "condition_never_true", "question_order", "repeated", "name_taken"),
        *("form_schema_invalid", "form_name", "form_type", "form_title", "form_format", "form_pattern"),
    }
)


@dataclass(frozen=True, slots=True)
class Place:
    """Where on the page a mistake belongs: row, choice in it, input; ``field`` empty for the row as a whole."""

    row: int
    choice: int | None = None
    field: str = ""


@dataclass(frozen=True)
class Part:
    """``keys``: the record's own fields it holds, the first of which its paths begin with. Texts are msgids."""

    slug: str
    title: str
    intro: str
    add: str
    row: str
    keys: tuple[str, ...]
    kinds: Callable[[ItemVersion], Kinds]
    read: Callable[[Data], list[Data]]
    write: Callable[[Data, Sequence[Data]], Data]
    add_choice: str = ""
    inputs: dict[str, str] = field(default_factory=dict)  # attribute of the record -> input, where they differ
    head: tuple[str, ...] = ("name", "code")  # inputs that name a row

    def place(self, reason: Reason, rows: Sequence[Data]) -> Place | None:
        """Where ``reason`` belongs; None when it is not about this part."""
        found = _PLACE.fullmatch(reason.field)
        if found and found[1] in self.keys:
            attribute = found[4] or ""
            known = self.inputs.get(attribute, self.inputs.get(attribute.partition(".")[0], attribute))
            return Place(int(found[2]), None if found[3] is None else int(found[3]), known)
        if reason.field == "form_schema" and "form_schema" in self.keys:
            name = reason.params.get("name")
            index = next((n for n, row in enumerate(rows) if row.get("name") == name), None)
            return None if index is None else Place(index, None, "name")
        return None


def _departments(version: ItemVersion) -> Choices:
    known = [(row.code, row.name) for row in organisation.departments() if row.pk != version.item.department_id]
    return [
        ("", gettext("The deciding department")),
        *_and_kept(known, [s["department"] for s in version.record["steps"]]),
    ]


def _towns(version: ItemVersion) -> Choices:
    below = (
        organisation.regions().filter(path__startswith=version.item.region.path, level=TOWN).select_related("parent")
    )
    known = [(row.code, f"{row.parent.name if row.parent else ''} {row.name}".strip()) for row in below]
    return [("", gettext("Choose")), *_and_kept(known, version.record["delegated_to"])]


def _prefills(version: ItemVersion) -> Choices:
    known = [(value, gettext(msgid)) for value, (msgid, _chinese) in part_forms.PREFILLS.items()]
    kept = [each.get("prefill", "") for each in version.record["form_fields"]]
    return [("", gettext("Nothing: it is typed")), *_and_kept(known, kept)]


def _and_kept(known: Choices, stored: Sequence[str]) -> Choices:
    """The choices and whatever the record holds besides: a form must not lose what it does not know."""
    values = {value for value, _label in known}
    return [*known, *((value, value) for value in dict.fromkeys(stored) if value and value not in values)]


STEPS = Part(
    slug="steps",
    title=N_("Review steps"),
    intro=N_(
        "Who looks at the application, in which order. The rows stand in the order of the page; stages say what runs when."
    ),
    add=N_("Add a step"),
    row=N_("Step"),
    keys=("steps",),
    kinds=lambda version: Kinds(part_forms.StepForm, fixed={"offered": {"department": _departments(version)}}),
    read=part_data.steps_of,
    write=part_data.with_steps,
    inputs={
        "limit.amount": "limit_amount",
        "limit.unit": "limit_unit",
        "limit.note": "limit_note",
        "limit": "limit_amount",
    },
)
QUESTIONS = Part(
    slug="questions",
    title=N_("Scenario questions"),
    intro=N_("Asked one to a page before the form; the answers choose materials, steps, fees and fields."),
    add=N_("Add a question"),
    row=N_("Question"),
    keys=("questions",),
    kinds=lambda version: Kinds(part_forms.QuestionForm, part_forms.ChoiceForm),
    read=part_data.questions_of,
    write=part_data.with_questions,
    add_choice=N_("Add an answer"),
    head=("text", "code"),
)
FIELDS = Part(
    slug="fields",
    title=N_("Fields of the application form"),
    intro=N_(
        "What the applicant fills in, in this order. Keep it short: what the platform knows is filled in by itself."
    ),
    add=N_("Add a field"),
    row=N_("Field of the form"),
    keys=("form_schema", "form_fields"),
    kinds=lambda version: Kinds(part_forms.FieldForm, fixed={"offered": {"prefill": _prefills(version)}}),
    read=part_data.fields_of,
    write=part_data.with_fields,
    head=("label", "name"),
)
FEES = Part(
    slug="fees",
    title=N_("Fees"),
    intro=N_("What is charged and on which basis. An item without rows is free."),
    add=N_("Add a fee"),
    row=N_("Fee"),
    keys=("fees",),
    kinds=lambda version: Kinds(part_forms.FeeForm),
    read=part_data.fees_of,
    write=part_data.with_fees,
    inputs={"fen": "yuan"},
)
TOWNS = Part(
    slug="delegations",
    title=N_("Towns that exercise it"),
    intro=N_("The guide and the list of delegated items name these towns. Who may act there is set under delegations."),
    add=N_("Add a town"),
    row=N_("Town"),
    keys=("delegated_to",),
    kinds=lambda version: Kinds(part_forms.DelegationForm, fixed={"offered": {"region": _towns(version)}}),
    read=part_data.towns_of,
    write=part_data.with_towns,
    inputs={"": "region"},
    head=("region",),
)
PARTS: dict[str, Part] = {part.slug: part for part in (STEPS, QUESTIONS, FIELDS, FEES, TOWNS)}
