"""What was chosen, on its way into a case: found again, checked, read where it fills the form."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from yitong.archive.commands.counter import reuse as reuse_archived
from yitong.archive.commands.presence import reuse_present
from yitong.cases.commands.materials import placed
from yitong.cases.commands.notices import case_subject
from yitong.cases.models import Case, CaseMaterial
from yitong.cases.queries import reuse_sources as sources
from yitong.cases.queries.parties import consent_facts, reference_of
from yitong.cases.rules.deadlines import local_date
from yitong.cases.rules.reuse import ARCHIVE, CONNECTOR, LICENCE, VERIFICATION, Candidate, findings
from yitong.catalog.records import Material
from yitong.consents.commands.answers import look_at_answer
from yitong.consents.commands.using import look
from yitong.consents.rules.registers import Register
from yitong.documents.commands.uploads import assign, store_again
from yitong.exchange.rules.answers import LookUp
from yitong.kernel.reasons import N_, Reason, Refused
from yitong.licences import sealing
from yitong.licences.queries import contents
from yitong.licences.rules.holders import Holder
from yitong.parties.actors import Actor, system

MOST_PURPOSE = 100


@dataclass(frozen=True, slots=True)
class Choice:
    """What the holder agreed to for one material. ``reference``: as the finding says."""

    material: str
    kind: str
    reference: str


@dataclass(slots=True)
class Taking:
    """One choice on its way into the case."""

    choice: Choice
    material: Material
    found: Candidate
    row: CaseMaterial
    reference: str
    as_of: date | None
    licence: Any = None
    data: Mapping[str, Any] = field(default_factory=dict)
    sealed: tuple[bytes, int] | None = None

    @property
    def consented(self) -> bool:
        """Whether somebody else holds it, so that it is used by the holder's consent."""
        return self.choice.kind in (LICENCE, CONNECTOR)


def purpose_of(case: Case) -> str:
    """What the consent and every look say it is for (Chinese data)."""
    return f"办理“{case.item_name}”"[:MOST_PURPOSE]


def takings_of(
    case: Case,
    holder: Holder,
    choices: Sequence[Choice],
    materials: Mapping[str, Material],
    answers: Mapping[str, LookUp],
    actor: Actor,
    on: date,
    now: datetime,
) -> list[Taking]:
    """The choices, each checked against what is there now. One query a kind of source."""
    asked = list(materials.values())
    kinds = {each.kind for each in choices}
    rows = {}
    candidates: list[Candidate] = []
    if LICENCE in kinds:
        found = sources.licences(holder, asked, case.department_id, on)
        rows = {str(row.pk): row for row in found}
        candidates += [sources.licence_candidate(row) for row in found]
    if CONNECTOR in kinds:
        candidates += sources.connectors(asked, holder.kind)
    if ARCHIVE in kinds:
        candidates += sources.archived(holder, asked, on)
    if VERIFICATION in kinds:
        candidates += sources.verifiers(asked)
    offered = findings(asked, candidates, on)
    takings = []
    for choice in choices:
        material = materials[choice.material]
        hit = next(
            (f for f in offered[material.code] if (f.kind, f.reference) == (choice.kind, choice.reference)), None
        )
        if hit is None:
            raise Refused(gone(material.code))
        takings.append(_taking(case, choice, material, hit.found, rows, answers, actor, on, now))
    return takings


def gone(material: str) -> Reason:
    message = N_("What was found is no longer there, or is not yours. Look again, or upload the document.")
    return Reason("finding_gone", message, field=material)


def _taking(
    case: Case,
    choice: Choice,
    material: Material,
    found: Candidate,
    licences: Mapping[str, Any],
    answers: Mapping[str, LookUp],
    actor: Actor,
    on: date,
    now: datetime,
) -> Taking:
    row = placed(CaseMaterial(source=choice.kind), case, material, actor, now)
    if choice.kind == LICENCE:
        licence = licences[choice.reference]
        row.licence_id = licence.pk
        return Taking(choice, material, found, row, licence.identifier, licence.issued_on, licence=licence)
    if choice.kind == CONNECTOR:
        said = answers[choice.reference]
        reference = f"call:{said.call_id}"
        return Taking(choice, material, found, row, reference, local_date(said.fetched_at or now))
    if choice.kind == ARCHIVE:
        row.stored_file_id = _copy(case, int(choice.reference), actor, now)
        return Taking(choice, material, found, row, f"archive:{choice.reference}", found.as_of)
    return Taking(choice, material, found, row, f"ask:{choice.reference}", on)


def _copy(case: Case, archived_id: int, actor: Actor, now: datetime) -> int:
    """A row of the case's own for the archived bytes: what is deleted from the archive later stays in the case file."""
    place: dict[str, Any] = {"case_number": reference_of(case), "purpose": purpose_of(case), "now": now}
    if actor.is_staff:
        paper = reuse_present(actor=actor, holder=sources.holder_of(case), file_id=archived_id, **place)
    else:
        paper = reuse_archived(actor=actor, file_id=archived_id, **place)
    assert paper.stored_file is not None  # both commands ask for one
    copied = store_again(file=paper.stored_file, uploaded_by=actor.ref, actor=system("cases:reuse"), now=now)
    assign(stored_file_id=copied.pk, subject=case_subject(case), actor=actor)
    return copied.pk


def keep_answers(takings: Sequence[Taking], answers: Mapping[str, LookUp], sensitive: bool) -> None:
    """Of what registers answered, what was agreed to: it alone is sealed, and may fill the form."""
    for each in takings:
        if each.choice.kind == CONNECTOR:
            said = answers[each.choice.reference].data
            kept = [f.name for f in each.found.fields if f.name in said and (sensitive or not f.sensitive)]
            each.data = {name: said[name] for name in kept}
            each.sealed = sealing.seal(dict(each.data), each.reference)


def register_of(taking: Taking) -> Register:
    """What the consent calls the register that answered."""
    found = taking.found
    return Register(found.reference, found.title, tuple((f.name, f.label, f.sensitive) for f in found.fields))


def read_for_form(takings: Sequence[Taking], sensitive: bool) -> None:
    """The contents that fill form fields. The holder reads his own."""
    for each in takings:
        if each.licence is None or not each.material.fills:
            continue
        closed = set() if sensitive else {f.name for f in each.found.fields if f.sensitive}
        names = set(each.material.fills.values()) - closed
        each.data = {**face_of(each.licence), **contents.only(each.licence, names).values}


def read_by_another(
    actor: Actor, case: Case, takings: Sequence[Taking], consent: Any, sensitive: bool, now: datetime
) -> None:
    """As above, by an agent or a clerk: under the consent, and the holder finds it in his log with the name of who read."""
    reference, purpose = reference_of(case), purpose_of(case)
    facts = consent_facts(actor, reference)
    for each in takings:
        wanted = {f.name for f in each.found.fields if sensitive or not f.sensitive} & set(each.material.fills.values())
        if each.choice.kind == LICENCE and each.material.fills:
            each.data = face_of(each.licence)
        if not wanted:
            continue
        if each.choice.kind == LICENCE:
            seen = look(actor, each.licence, consent, reference, purpose, sorted(wanted), facts=facts, now=now)
            each.data = {**each.data, **{f.name: f.value for f in seen.fields}}
        elif each.choice.kind == CONNECTOR:
            look_at_answer(actor, consent, register_of(each), each.data, reference, purpose, facts=facts, now=now)


def face_of(licence: Any) -> dict[str, Any]:
    """What stands on every licence beside its own fields (``catalog.rules.sources.HOLDER_FIELDS``)."""
    dates = {name: getattr(licence, name) for name in ("issued_on", "valid_from", "valid_until")}
    texts = {name: getattr(licence, name) for name in ("holder_name", "number", "issuer_name")}
    return {**texts, **{name: value.isoformat() for name, value in dates.items() if value is not None}}
