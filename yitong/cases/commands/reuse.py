"""免提交: what the government has already takes the place of a material, because its holder agreed to it for this case.

Agreeing grants one consent (``consents``) bound to this case, and attaches what was chosen: licences, a register's answer kept
sealed, a file of the applicant's own archive, or a department that will be asked. At the counter the presentation code is the
agreement: ``attach_presented`` takes what ``consents`` says was taken.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction

from yitong.archive.commands.counter import reuse as reuse_archived
from yitong.archive.commands.presence import reuse_present
from yitong.cases.commands.journal import CaseNotFound
from yitong.cases.commands.materials import finish_adding, make_room, open_for, placed
from yitong.cases.commands.notices import case_subject
from yitong.cases.models import Case, CaseMaterial, MaterialReuse
from yitong.cases.permissions import visible_to
from yitong.cases.queries import reuse_sources as sources
from yitong.cases.rules.deadlines import local_date
from yitong.cases.rules.reuse import ARCHIVE, CONNECTOR, LICENCE, VERIFICATION, Candidate, filled, findings
from yitong.catalog.queries.items import version
from yitong.catalog.records import Material
from yitong.catalog.rules.forms import validate
from yitong.catalog.rules.scenarios import selected
from yitong.consents import commands as consents
from yitong.consents.commands import codes
from yitong.documents.commands.uploads import assign, store_again
from yitong.exchange import commands as exchange
from yitong.exchange.rules.answers import LookUp, Outcome
from yitong.kernel.reasons import N_, NotAllowed, Reason, Refused
from yitong.licences import sealing
from yitong.licences.holders import key_of_holder
from yitong.licences.queries import contents, library
from yitong.licences.rules.holders import Holder
from yitong.parties.actors import Actor, ActorKind, system
from yitong.parties.roles import Permission

CONSENT_FOR = timedelta(days=365)
"""As long as a case with special procedures may take; the consent is bound to the case, and ends when it is taken back."""
USES_EACH = 20
MOST_USES = 100
MOST_PURPOSE = 100
PIPL_29 = "《中华人民共和国个人信息保护法》第二十九条"


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


def agree(
    *,
    actor: Actor,
    case_id: int,
    choices: Sequence[Choice],
    now: datetime,
    sensitive: bool = True,
    code_id: int | None = None,
    rev: int | None = None,
) -> Case:
    """The holder agrees that these things are used for this case; one consent, one act, whatever their number.

    ``sensitive``: he agreed separately to hand over sensitive fields (PIPL_29); without it they stay closed to everybody.
    Registers are asked first, outside any transaction; one that holds nothing or gives no answer refuses the whole, so
    that nothing is taken by halves. ``code_id``: at the counter, the presentation code that was spent for this applicant: it
    shows that he stands there and agrees; licences are then taken by ``consents.commands.codes.take``. Raises CaseNotFound,
    NotAllowed, Conflict, Refused with the material as field.
    """
    if not choices:
        raise Refused(Reason("nothing_chosen", N_("Choose at least one of what was found."), field="choices"))
    if actor.is_staff:
        _require_present(actor, case_id, choices, code_id, now)
    answers = _answers(actor, case_id, choices, now)
    with transaction.atomic():
        return _agree(actor, case_id, choices, answers, sensitive, rev, now)


def _require_present(actor: Actor, case_id: int, choices: Sequence[Choice], code_id: int | None, now: datetime) -> None:
    """Staff agree to nothing in the applicant's place unless he showed his code here a moment ago."""
    if code_id is None or any(each.kind == LICENCE for each in choices):
        raise NotAllowed(Permission.CODE_SCAN)
    shown = codes.presented(actor=actor, code_id=code_id, now=now)
    case = visible_to(actor).filter(pk=case_id).select_related("applicant_person", "applicant_enterprise").first()
    if case is None or key_of_holder(shown.holder) != key_of_holder(sources.holder_of(case)):
        raise NotAllowed(Permission.CODE_SCAN)


def _answers(actor: Actor, case_id: int, choices: Sequence[Choice], now: datetime) -> dict[str, LookUp]:
    """What the chosen registers say, by connector. Refused when one does not answer with a record."""
    asked = {each.reference: each.material for each in choices if each.kind == CONNECTOR}
    if not asked:
        return {}
    case = visible_to(actor).filter(pk=case_id).select_related("applicant_person", "applicant_enterprise").first()
    if case is None:
        raise CaseNotFound
    record, holder = version(case.version_id).record, sources.holder_of(case)
    named = {each.connector for each in record.materials} - {""}
    found: dict[str, LookUp] = {}
    for code, material in asked.items():
        if code not in named:
            raise Refused(_gone(material))
        found[code] = exchange.look_up(
            actor=actor,
            connector_code=code,
            holder=holder,
            purpose=purpose_of(case),
            case_number=reference_of(case),
            now=now,
        )
        _require_record(found[code], material)
    return found


def _require_record(said: LookUp, material: str) -> None:
    if said.outcome is Outcome.FOUND:
        return
    if said.reason is not None:
        raise Refused(Reason(said.reason.code, said.reason.message, field=material, params=said.reason.params))
    message = N_(
        "%(source)s holds no record about you. Upload the document instead, or ask that register to correct it."
    )
    raise Refused(Reason("no_record", message, field=material, params={"source": said.source_name}))


def purpose_of(case: Case) -> str:
    """What the consent and every look say it is for (Chinese data)."""
    return f"办理“{case.item_name}”"[:MOST_PURPOSE]


def reference_of(case: Case) -> str:
    """What other contexts call the case: its number, or its draft."""
    return case.number or f"draft:{case.pk}"


def _agree(
    actor: Actor,
    case_id: int,
    choices: Sequence[Choice],
    answers: Mapping[str, LookUp],
    sensitive: bool,
    rev: int | None,
    now: datetime,
) -> Case:
    case, materials, now = open_for(actor, case_id, [each.material for each in choices], rev, now)
    holder, on = sources.holder_of(case), local_date(now)
    takings = _takings(case, holder, choices, materials, answers, actor, on, now)
    consent = _consent(actor, case, holder, takings, sensitive, now) if actor.kind is ActorKind.CITIZEN else None
    _read_for_form(case, takings, sensitive)
    return _write(case, takings, None if consent is None else consent.pk, actor, now)


def _takings(
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
        found = library.valid_of(holder, {m.licence_type for m in asked} - {""}, on)
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
            raise Refused(_gone(material.code))
        takings.append(_taking(case, choice, material, hit.found, rows, answers, actor, on, now))
    return takings


def _gone(material: str) -> Reason:
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
        fetched = local_date(said.fetched_at or now)
        sealed = sealing.seal(dict(said.data), reference)
        return Taking(choice, material, found, row, reference, fetched, data=said.data, sealed=sealed)
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


def _consent(
    actor: Actor, case: Case, holder: Holder, takings: Sequence[Taking], sensitive: bool, now: datetime
) -> Any:
    """One consent for everything that somebody else holds; the applicant's own archive needs none."""
    licences = [each for each in takings if each.licence is not None]
    if not licences:
        return None
    fields = {f.name for each in licences for f in each.found.fields} if sensitive else set()
    return consents.grant(
        actor=actor,
        holder=holder,
        licence_ids=sorted({each.licence.pk for each in licences}),
        fields=sorted(fields),
        purpose=purpose_of(case),
        department_id=case.department_id,
        case_number=reference_of(case),
        until=now + CONSENT_FOR,
        uses=min(USES_EACH * len(licences), MOST_USES),
        way="online",
        now=now,
    )


def _read_for_form(case: Case, takings: Sequence[Taking], sensitive: bool) -> None:
    """The contents that fill form fields. The holder, or who acts for him, reads his own."""
    for each in takings:
        if each.licence is None or not each.material.fills or each.data:
            continue
        closed = set() if sensitive else {f.name for f in each.found.fields if f.sensitive}
        names = set(each.material.fills.values()) - closed
        each.data = {**_face(each.licence), **contents.only(each.licence, names)}


def _face(licence: Any) -> dict[str, Any]:
    """What stands on every licence beside its own fields (``catalog.rules.sources.HOLDER_FIELDS``)."""
    dates = {name: getattr(licence, name) for name in ("issued_on", "valid_from", "valid_until")}
    texts = {name: getattr(licence, name) for name in ("holder_name", "number", "issuer_name")}
    return {**texts, **{name: value.isoformat() for name, value in dates.items() if value is not None}}


def _write(case: Case, takings: Sequence[Taking], consent_id: int | None, actor: Actor, now: datetime) -> Case:
    make_room(case, [each.material.code for each in takings], now)
    twice = CaseMaterial.objects.filter(
        case=case, code__in=[each.material.code for each in takings], superseded_at=None, reuse__isnull=False
    )
    # Agreeing to another finding for the same material takes the place of the first.
    if case.state == "draft":
        twice.delete()
    else:
        twice.update(superseded_at=now)
    CaseMaterial.objects.bulk_create([each.row for each in takings])
    form_before = dict(case.form)
    MaterialReuse.objects.bulk_create([_origin(case, each, consent_id) for each in takings])
    changed = ["form"] if case.form != form_before else []
    finish_adding(
        case,
        [each.row for each in takings],
        actor=actor,
        now=now,
        tag="cases:material:reused",
        changed=changed,
        detail={"consent": consent_id, "kinds": [each.choice.kind for each in takings]},
    )
    return case


def _origin(case: Case, taking: Taking, consent_id: int | None) -> MaterialReuse:
    """The origin; in a draft it also fills the form where the applicant wrote nothing."""
    found, values = taking.found, {}
    if case.state == "draft" and taking.data:
        values = _fitting(case, filled(taking.material.fills, taking.data, case.form))
        case.form = {**case.form, **values}
    sealed, key = taking.sealed or (None, None)
    return MaterialReuse(
        case=case,
        region_id=case.region_id,
        material=taking.row,
        title=found.title,
        origin=found.origin,
        reference=taking.reference,
        as_of=taking.as_of,
        holds_until=found.holds_until,
        consent_id=consent_id if taking.licence is not None else None,
        sealed=sealed,
        sealed_key=key,
        filled=values,
    )


def _fitting(case: Case, values: dict[str, object]) -> dict[str, object]:
    """Those values the form takes: a register's words may be none of its choices."""
    if not values:
        return values
    record = version(case.version_id).record
    form = {**case.form, **values}
    wrong = {reason.field for reason in validate(record, selected(record, case.answers, form), form)}
    return {name: value for name, value in values.items() if name not in wrong}


@transaction.atomic
def attach_presented(*, actor: Actor, case_id: int, licence_ids: Sequence[int], consent_id: int, now: datetime) -> Case:
    """The counter took these licences from a presentation code: each becomes the material it can stand for.

    One licence may stand for several materials of its type. Its contents are read under the consent, which logs it, where
    they fill the form. Refused when none of them fits, or when they are somebody else's than the applicant's.
    """
    if not actor.may(Permission.CASE_FILE):
        raise NotAllowed(Permission.CASE_FILE)
    case = visible_to(actor).filter(pk=case_id).select_related("applicant_person", "applicant_enterprise").first()
    if case is None:
        raise CaseNotFound
    holder, on = sources.holder_of(case), local_date(now)
    asked = sources.asked_materials(case)
    rows = {row.pk: row for row in library.valid_of(holder, {m.licence_type for m in asked} - {""}, on)}
    pairs = [(m, rows[pk]) for pk in licence_ids if pk in rows for m in asked if m.licence_type == rows[pk].type.code]
    if not pairs:
        message = N_("None of these licences stands for a material of this case, or they are not the applicant's.")
        raise Refused(Reason("licence_does_not_fit", message, field="licences"))
    case, materials, now = open_for(actor, case_id, [m.code for m, _ in pairs], None, now)
    takings = []
    for material, licence in pairs:
        choice = Choice(material.code, LICENCE, str(licence.pk))
        row = placed(CaseMaterial(source=LICENCE, licence_id=licence.pk), case, materials[material.code], actor, now)
        found = sources.licence_candidate(licence)
        taking = Taking(choice, material, found, row, licence.identifier, licence.issued_on, licence=licence)
        if material.fills:
            taking.data = _read_at_counter(actor, case, taking, consent_id, now)
        takings.append(taking)
    return _write(case, takings, consent_id, actor, now)


def _read_at_counter(actor: Actor, case: Case, taking: Taking, consent_id: int, now: datetime) -> dict[str, Any]:
    view = consents.use(
        actor=actor,
        licence_id=taking.licence.pk,
        consent_id=consent_id,
        case_number=reference_of(case),
        purpose=purpose_of(case),
        now=now,
    )
    return {**_face(taking.licence), **{shown.name: shown.value for shown in view.fields}}
