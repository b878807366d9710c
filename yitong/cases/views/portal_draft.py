"""An open draft and the way through it: which page comes next, which is done, where a reason belongs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from yitong.cases.commands import Applicant
from yitong.cases.commands.clock import closing
from yitong.cases.commands.drafts import prefilled
from yitong.cases.models import Case, CaseMaterial
from yitong.cases.queries import portal as queries
from yitong.catalog.queries.items import PublishedItem, version
from yitong.catalog.records import ItemRecord, Material
from yitong.catalog.rules import forms
from yitong.catalog.rules.scenarios import Selection, selected, valid_answers, visible_questions
from yitong.kernel.calendar import load_calendar
from yitong.kernel.clock import ClockInput, Limit, Unit, due
from yitong.kernel.reasons import Reason

SECTIONS = {
    "questions": _("Situation"),
    "form": _("Form"),
    "materials": _("Materials"),
    "delivery": _("How you get it"),
    "review": _("Check"),
}
LOCKED = frozenset({"person.idcard", "enterprise.uscc"})
"""Numbers the applicant was identified by. They, and the name beside them, come from the register and are not typed over."""
LOCKED_BESIDE = frozenset({"person.name", "enterprise.name"})


@dataclass(frozen=True, slots=True)
class Page:
    """One page of the wizard. ``section``: a key of SECTIONS; ``key``: the question, group or material it asks for."""

    section: str
    key: str
    url: str
    done: bool


@dataclass(frozen=True, slots=True)
class SectionMark:
    """One of the steps shown above every page."""

    title: str
    done: bool
    current: bool


@dataclass(frozen=True, slots=True)
class Group:
    """Fields of the form shown on one page."""

    number: int
    name: str
    fields: tuple[forms.FieldView, ...]


class Draft:
    """A draft with everything its pages need. ``given``: files and licences by material code."""

    def __init__(self, case: Case, item: PublishedItem, given: dict[str, list[CaseMaterial]]) -> None:
        self.case = case
        self.item = item
        self.given = given
        self.selection: Selection = selected(item.record, case.answers, case.form)

    @property
    def record(self) -> ItemRecord:
        return self.item.record

    @property
    def promised(self) -> set[str]:
        """Codes of the materials the applicant promised for later."""
        return set((self.case.provisional_offer or {}).get("materials", ()))

    @property
    def promised_on(self) -> date | None:
        offer = self.case.provisional_offer
        return date.fromisoformat(offer["promised_on"]) if offer else None

    @cached_property
    def groups(self) -> list[Group]:
        """The visible form fields by their group, in order."""
        found: dict[str, list[forms.FieldView]] = {}
        for field in forms.fields(self.record, self.selection):
            found.setdefault(field.group, []).append(field)
        return [Group(number, name, tuple(fields)) for number, (name, fields) in enumerate(found.items(), start=1)]

    @cached_property
    def known(self) -> dict[str, str]:
        """What the registers say of the applicant, by form field."""
        return prefilled(Applicant(self.case.applicant_person_id, self.case.applicant_enterprise_id), self.item)

    def locked(self, group: Group) -> set[str]:
        """Fields of the group that cannot be typed over: identity numbers and the names beside them."""
        kept = [field for field in group.fields if self.known.get(field.name)]
        numbers = {field.name for field in kept if field.prefill in LOCKED}
        return numbers | {field.name for field in kept if numbers and field.prefill in LOCKED_BESIDE}

    @cached_property
    def filled(self) -> dict[str, tuple[str, object]]:
        """Form fields that a reused licence or register filled: its name and the value it gave."""
        found = (row.origin for rows in self.given.values() for row in rows if not row.lost)
        return {name: (each.title, value) for each in found if each is not None for name, value in each.filled.items()}

    @cached_property
    def names(self) -> dict[str, str]:
        """Names of the materials that still have to be settled, by code."""
        return {each.code: each.name for each in self.asked if self.covered(each) != "given"}

    @cached_property
    def asked(self) -> list[Material]:
        """Selected materials, and those that an answer still open may call for; one to a hidden question never comes."""
        asked = {question.code for question in visible_questions(self.record, self.case.answers)}
        asked |= {field.name for field in self.selection.form_fields}
        possible = self.selection.possible_materials if asked & set(self.selection.unknown) else ()
        return [*self.selection.materials, *possible]

    def material(self, code: str) -> Material | None:
        """The material if the answers call for it."""
        return next((material for material in self.asked if material.code == code), None)

    def required(self, material: Material) -> bool:
        """Whether the application cannot go without it: given, promised or replaced by the commitment."""
        return material.necessity == "required" and material in self.selection.materials

    def covered(self, material: Material) -> str:
        """How the material is settled: ``given``, ``promised``, ``committed``, or empty."""
        if any(not row.lost for row in self.given.get(material.code, ())):
            return "given"
        if material.code in self.promised:
            return "promised"
        return "committed" if self.case.committed_by_promise and material.may_be_commitment else ""

    @cached_property
    def pages(self) -> list[Page]:
        """Every page of the way, in order."""
        return [*self._questions(), *self._form(), *self._materials(), *self._end()]

    def _questions(self) -> list[Page]:
        valid = valid_answers(self.record, self.case.answers)
        return [
            self._page("questions", question.code, "cases:question", question.code in valid, code=question.code)
            for question in visible_questions(self.record, self.case.answers)
        ]

    def _form(self) -> list[Page]:
        wrong = {reason.field for reason in forms.validate(self.record, self.selection, self.case.form)}
        return [
            self._page(
                "form", group.name, "cases:form", not wrong & {f.name for f in group.fields}, number=group.number
            )
            for group in self.groups
        ]

    def _materials(self) -> list[Page]:
        if not self.asked:
            return []
        settled = [not self.required(material) or bool(self.covered(material)) for material in self.asked]
        first = self._page("materials", "", "cases:materials", True)
        rest = [
            self._page("materials", material.code, "cases:material", done, code=material.code)
            for material, done in zip(self.asked, settled, strict=True)
        ]
        return [first, *rest]

    def _end(self) -> list[Page]:
        delivery = self._page("delivery", "", "cases:delivery", self.case.delivery_wish is not None)
        return [delivery, self._page("review", "", "cases:review", False)]

    def _page(self, section: str, key: str, name: str, done: bool, **arguments: object) -> Page:
        return Page(section, key, reverse(name, kwargs={"case_id": self.case.pk, **arguments}), done)

    def find(self, section: str, key: str) -> Page | None:
        """The page, or None when the answers no longer lead to it."""
        return next((page for page in self.pages if (page.section, page.key) == (section, key)), None)

    def after(self, page: Page) -> str:
        """Address of the page after ``page`` (of the wizard as it was before this step)."""
        place = next((i for i, each in enumerate(self.pages) if each.url == page.url), None)
        return self.pages[min(place + 1, len(self.pages) - 1)].url if place is not None else self.resume

    def before(self, page: Page) -> str:
        """Address of the page before; the start page of the item before the first."""
        place = next((i for i, each in enumerate(self.pages) if each.url == page.url), 0)
        return self.pages[place - 1].url if place else reverse("cases:apply", args=[self.item.basic_code])

    @property
    def resume(self) -> str:
        """Address of the first page that is not done."""
        return next(page.url for page in self.pages if not page.done)

    def marks(self, current: str) -> list[SectionMark]:
        """The steps above the page, those without pages left out."""
        shown = [name for name in SECTIONS if any(page.section == name for page in self.pages)]
        place = shown.index(current) if current in shown else 0
        return [SectionMark(str(SECTIONS[name]), i < place, name == current) for i, name in enumerate(shown)]

    def page_of(self, field: str) -> str:
        """Address of the page where what a reason names can be put right; empty when it is nowhere."""
        for page in self.pages:
            if page.key == field and page.section in ("questions", "materials"):
                return page.url
        for group in self.groups:
            if any(view.name == field for view in group.fields):
                return reverse("cases:form", kwargs={"case_id": self.case.pk, "number": group.number}) + f"#id_{field}"
        return ""

    def latest_promise(self, now: datetime) -> date | None:
        """The last day that may be promised if the case were accepted now (DOMAIN B3: within the committed limit)."""
        limit = self.record.committed_limit
        probe = ClockInput(now, Limit(limit.amount, Unit(limit.unit)), closing=closing())
        return due(probe, load_calendar()).due_on


def open_draft(case: Case) -> Draft:
    """The draft with its version and what was given. One query, two for a version this process has not read yet."""
    return Draft(case, version(case.version_id), queries.given(case))


def answer_words(record: ItemRecord, code: str, value: object) -> str:
    """A scenario answer in words."""
    question = record.question(code)
    if question.kind == "boolean":
        return gettext("Yes") if value in (True, "true") else gettext("No")
    return next((choice.label for choice in question.choices if choice.value == value), "—")


def by_field(reasons: Sequence[Reason]) -> dict[str, list[Reason]]:
    """Reasons by the field they name."""
    found: dict[str, list[Reason]] = {}
    for reason in reasons:
        found.setdefault(reason.field, []).append(reason)
    return found
