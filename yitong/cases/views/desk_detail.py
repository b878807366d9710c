"""The case as the officers' page shows it: the rows of ``queries.parts`` in plain words."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from yitong.cases.forms.desk_result import METHODS
from yitong.cases.forms.desk_review import OPINIONS, SPECIAL_KINDS
from yitong.cases.models import Case, CaseMaterial, CreditRepair, MaterialMark
from yitong.cases.queries.parts import CaseParts
from yitong.cases.rules.basis import LOSSES, law_of
from yitong.cases.views import desk_words
from yitong.catalog.records import ItemRecord, Material
from yitong.catalog.rules import forms as catalog_forms
from yitong.catalog.rules.scenarios import Selection, selected, visible_questions

SOURCES = {
    "file": _("uploaded file"),
    "licence": _("licence of the library"),
    "paper": _("paper, taken at the counter"),
    "connector": _("answer of a shared register"),
    "archive": _("from the applicant's archive"),
    "verification": _("check by the department"),
}
STEP_STATES = {"pending": _("waits"), "open": _("in progress"), "done": _("done")}
EXTENSION_STATES = {
    "requested": _("waits for the head"),
    "approved": _("approved"),
    "refused": _("refused"),
    "lapsed": _("lapsed"),
}
REPAIR_STATES = {
    "requested": _("waits for the head"),
    "approved": _("approved"),
    "refused": _("refused"),
}
DELIVERY_STATES = {"sent": _("sent"), "delivered": _("delivered"), "returned": _("came back")}
SEXES = {"male": _("male"), "female": _("female")}


@dataclass(frozen=True, slots=True)
class CaseFile:
    """A case with everything below it. ``marks``: the officers' notes by material code."""

    case: Case
    parts: CaseParts
    marks: dict[str, MaterialMark]


@dataclass(frozen=True, slots=True)
class Fact:
    """``source``: the licence or register that filled it; ``edited``: the applicant wrote something else since."""

    label: str
    value: str
    source: str = ""
    edited: bool = False


@dataclass(frozen=True, slots=True)
class FactGroup:
    name: str
    facts: list[Fact]


@dataclass(frozen=True, slots=True)
class MaterialLine:
    """One material, given or missing. ``preview``: image, pdf, or other; ``view_url`` is empty without a file."""

    code: str
    name: str
    required: bool
    source: str
    missing: bool
    guidance: str = ""
    added_at: datetime | None = None
    view_url: str = ""
    choose_url: str = ""
    preview: str = ""
    current: bool = False
    mark: MaterialMark | None = None
    as_of: date | None = None
    open_id: int | None = None
    reused: bool = False
    lost: str = ""
    settled: str = ""


@dataclass(frozen=True, slots=True)
class LostLine:
    """A material whose ground was lost, for the red box. ``law``: what to cite."""

    name: str
    words: str
    law: str
    at: datetime | None


@dataclass(frozen=True, slots=True)
class Preview:
    url: str
    kind: str
    name: str


@dataclass(slots=True)
class Detail:
    """What the sections of the page show; each attribute is one part of one section."""

    selection: Selection
    materials: list[MaterialLine]
    applicant: list[Fact]
    answers: list[Fact]
    form: list[FactGroup]
    stages: list[dict[str, Any]]
    procedures: list[dict[str, Any]]
    extensions: list[dict[str, Any]]
    deliveries: list[dict[str, Any]]
    repairs: list[dict[str, Any]]
    correction: dict[str, Any] | None = None
    provisional: dict[str, Any] | None = None
    decision: dict[str, Any] | None = None
    commitment: Any = None
    preview: Preview | None = field(default=None)


def detail_of(file: CaseFile, record: ItemRecord, chosen: int | None, query: str) -> Detail:
    """``chosen``: id of the material to look at, else the first with a file. ``query``: kept in every link."""
    case, parts = file.case, file.parts
    selection = selected(record, case.answers, case.form)
    lines, preview = _materials(file, selection, chosen, query)
    return Detail(
        selection=selection,
        materials=lines,
        applicant=applicant_facts(case),
        answers=_answers(case, record),
        form=_form(file, record, selection),
        stages=_stages(parts),
        procedures=[_with(row, words=SPECIAL_KINDS.get(row.kind, row.kind)) for row in parts.special_procedures],
        extensions=[_with(row, state_words=EXTENSION_STATES.get(row.state, row.state)) for row in parts.extensions],
        deliveries=[
            _with(row, words=METHODS.get(row.method, row.method), state_words=DELIVERY_STATES.get(row.state, row.state))
            for row in parts.deliveries
        ],
        repairs=[
            _with(row, file_url=_evidence_url(row), state_words=REPAIR_STATES[row.state]) for row in parts.repairs
        ],
        correction=_correction(parts),
        provisional=_with(parts.provisional, lines=parts.owed) if parts.provisional else None,
        decision=_decision(parts),
        commitment=parts.commitment,
        preview=preview,
    )


def _with(row: Any, **more: Any) -> dict[str, Any]:
    return {**{column.attname: getattr(row, column.attname) for column in row._meta.concrete_fields}, **more}


def _decision(parts: CaseParts) -> dict[str, Any] | None:
    row = parts.decision
    return None if row is None else _with(row, words=desk_words.OUTCOMES[row.outcome])


def current_materials(parts: CaseParts) -> list[CaseMaterial]:
    """What counts now: files a correction replaced are left out."""
    return [row for row in parts.materials if row.superseded_at is None]


def _materials(
    file: CaseFile, selection: Selection, chosen: int | None, query: str
) -> tuple[list[MaterialLine], Preview | None]:
    given: dict[str, list[CaseMaterial]] = {}
    for row in current_materials(file.parts):
        given.setdefault(row.code, []).append(row)
    viewable = [row for row in current_materials(file.parts) if row.stored_file_id is not None]
    current = next((row for row in viewable if row.pk == chosen), viewable[0] if viewable else None)
    wanted = {material.code: material for material in selection.materials}
    codes = [*wanted, *(code for code in given if code not in wanted)]
    lines: list[MaterialLine] = []
    for code in codes:
        lines += _lines(file, code, wanted.get(code), given.get(code, []), current, query)
    return lines, _preview(current) if current is not None else None


def _lines(
    file: CaseFile,
    code: str,
    material: Material | None,
    rows: list[CaseMaterial],
    current: CaseMaterial | None,
    query: str,
) -> Iterator[MaterialLine]:
    required = material is not None and material.necessity == "required"
    guidance = material.guidance if material is not None else ""
    mark = file.marks.get(code)
    if not rows:
        assert material is not None
        source = _why_missing(file, material)
        yield MaterialLine(code, material.name, required, source, required, guidance, mark=mark)
    for place, row in enumerate(rows):
        url = material_url(row) if row.stored_file_id is not None else ""
        link = f"?{query}{'&' if query else ''}m={row.pk}#materials"
        yield MaterialLine(
            code=code if place == 0 else "",
            name=row.name if len(rows) == 1 else f"{row.name} ({place + 1}/{len(rows)})",
            required=required,
            source=_source(row),
            missing=False,
            guidance=guidance if place == 0 else "",
            added_at=row.added_at,
            view_url=url,
            choose_url=link,
            preview=preview_kind(row),
            current=current is not None and row.pk == current.pk,
            mark=mark if place == 0 else None,
            as_of=row.origin.as_of if row.origin is not None and row.standing != "consent_revoked" else None,
            open_id=row.pk if _may_be_opened(row) else None,
            reused=row.origin is not None,
            lost=lost_words(row),
            settled=row.settled_note,
        )


def _source(row: CaseMaterial) -> str:
    words = str(SOURCES.get(row.source, row.source))
    if row.stored_file is not None:
        return f"{words}: {row.stored_file.original_name}"
    origin = row.origin
    if row.standing == "consent_revoked" and not row.settled_at:
        return words
    if origin is not None:
        parts = [origin.title] if origin.origin in ("", origin.title) else [origin.title, origin.origin]
        return f"{words}: {' · '.join(parts)}"
    return f"{words}: {row.licence.type.name}" if row.licence is not None else words


def _may_be_opened(row: CaseMaterial) -> bool:
    return row.source in ("licence", "connector") and row.origin is not None and row.standing != "consent_revoked"


def lost_words(row: CaseMaterial) -> str:
    """Why the material no longer stands; empty while it does, or once it was settled."""
    if not row.lost:
        return ""
    words = gettext(LOSSES[row.standing])
    return f"{words}: {row.standing_reason}" if row.standing_reason else words


def lost_lines(file: CaseFile) -> list[LostLine]:
    """What the red box names."""
    return [
        LostLine(row.name, lost_words(row), law_of(row.standing), row.standing_at)
        for row in current_materials(file.parts)
        if row.lost
    ]


def _why_missing(file: CaseFile, material: Material) -> str:
    owed = {item.code for item in file.parts.owed if item.supplied_at is None}
    offered = (file.case.provisional_offer or {}).get("materials", ())
    if material.code in owed or material.code in offered:
        return gettext("promised for later")
    if file.case.committed_by_promise and material.may_be_commitment:
        return gettext("replaced by the commitment")
    if material.source == "government":
        return gettext("the administration holds it itself")
    return gettext("not given")


def material_url(row: CaseMaterial) -> str:
    """Where the file itself is; the documents context asks the case's policy who may read it."""
    return f"{reverse('documents:file', args=[row.stored_file_id])}?inline=1"


def _evidence_url(row: CreditRepair) -> str:
    """Where the file given with a request for credit repair is; empty without one."""
    return f"{reverse('documents:file', args=[row.stored_file_id])}?inline=1" if row.stored_file_id else ""


def preview_kind(row: CaseMaterial) -> str:
    """image, pdf, other; empty without a file."""
    if row.stored_file is None:
        return ""
    kind = row.stored_file.content_type
    return "image" if kind in ("image/png", "image/jpeg") else "pdf" if kind == "application/pdf" else "other"


def _preview(row: CaseMaterial) -> Preview:
    return Preview(material_url(row), preview_kind(row), row.name)


def applicant_facts(case: Case) -> list[Fact]:
    """Who applies, whole: whoever opens a record he may see gets it unmasked."""
    agent = [Fact(gettext("Agent"), case.agent_person.name)] if case.agent_person is not None else []
    if case.applicant_person is not None:
        person = case.applicant_person
        return [
            Fact(gettext("Name"), person.name),
            Fact(gettext("Citizen number"), person.idcard),
            Fact(gettext("Sex"), str(SEXES.get(person.sex, person.sex))),
            Fact(gettext("Phone"), case.contact_phone or person.phone),
            Fact(gettext("Address"), person.address),
            *agent,
        ]
    enterprise = case.applicant_enterprise
    assert enterprise is not None  # case_one_applicant
    return [
        Fact(gettext("Name"), enterprise.name),
        Fact(gettext("Unified social credit code"), enterprise.uscc),
        Fact(gettext("Phone"), case.contact_phone or enterprise.phone),
        Fact(gettext("Address"), enterprise.address),
        *agent,
    ]


def _answers(case: Case, record: ItemRecord) -> list[Fact]:
    facts = []
    for question in visible_questions(record, case.answers):
        value = case.answers.get(question.code)
        labels = {choice.value: choice.label for choice in question.choices}
        labels |= {True: gettext("Yes"), False: gettext("No"), "true": gettext("Yes"), "false": gettext("No")}  # type: ignore[dict-item]
        facts.append(Fact(question.text, labels.get(value, "—")))
    return facts


def _form(file: CaseFile, record: ItemRecord, selection: Selection) -> list[FactGroup]:
    case, groups = file.case, dict[str, list[Fact]]()
    origins = [row.origin for row in current_materials(file.parts) if row.origin is not None]
    sources = {name: (each.title, value) for each in origins for name, value in each.filled.items()}
    for view in catalog_forms.fields(record, selection):
        title, value = sources.get(view.name, ("", None))
        edited = bool(title) and case.form.get(view.name) != value
        fact = Fact(view.title, _shown(case, record, view.name), title, edited)
        groups.setdefault(view.group, []).append(fact)
    return [FactGroup(name, facts) for name, facts in groups.items()]


def _shown(case: Case, record: ItemRecord, name: str) -> str:
    value = case.form.get(name)
    return "" if value is None else catalog_forms.display(record, name, value)


def _stages(file: CaseParts) -> list[dict[str, Any]]:
    words = dict(OPINIONS)
    opinions: dict[int, list[dict[str, Any]]] = {}
    for opinion in file.opinions:
        opinions.setdefault(opinion.step_id, []).append(_with(opinion, words=words.get(opinion.opinion, "")))
    checks: dict[int, list[dict[str, Any]]] = {}
    for check in file.site_checks:
        checks.setdefault(check.step_id, []).append(
            _with(check, officers="、".join(each["name"] for each in check.officers))
        )
    stages: dict[int, list[dict[str, Any]]] = {}
    for step in file.steps:
        stages.setdefault(step.stage, []).append(
            _with(
                step,
                state_words=STEP_STATES.get(step.state, step.state),
                department=step.department.name,
                opinions=opinions.get(step.pk, []),
                checks=checks.get(step.pk, []),
            )
        )
    return [{"number": n, "steps": steps, "parallel": len(steps) > 1} for n, steps in sorted(stages.items())]


def _correction(file: CaseParts) -> dict[str, Any] | None:
    if file.correction is None:
        return None
    lines = [{**item, "name": item.get("name") or item.get("field", "")} for item in file.correction.items]
    return _with(file.correction, lines=lines)
