"""Into a case: take what a spent code offers, and let registers be asked under it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import QuerySet

from yitong.audit.commands import record
from yitong.consents import library
from yitong.consents.commands.codes.agreement import TAKING, consent_of
from yitong.consents.commands.using import NOT_A_CALLER
from yitong.consents.events import CodePresented
from yitong.consents.models import HolderConsent, PresentationCode
from yitong.consents.permissions import CaseFacts, case_facts
from yitong.consents.rules.registers import Register
from yitong.consents.rules.terms import MOST_USES
from yitong.consents.scenes import Scene
from yitong.consents.scenes import scene as scene_of
from yitong.kernel.events import publish
from yitong.kernel.reasons import N_, Conflict, NotAllowed, Reason, Refused
from yitong.parties.actors import Actor
from yitong.parties.roles import Permission

TAKEN_UNTIL = timedelta(days=30)
TAKEN_USES = 20
"""A consent by code is for one case: its officers open each licence a few times while they handle it."""


@dataclass(frozen=True, slots=True)
class Taken:
    """Licences taken into a case under the consent the code stands for."""

    consent: HolderConsent
    licence_ids: tuple[int, ...] = field(default=())


@transaction.atomic
def take(*, actor: Actor, code_id: int, licence_ids: Sequence[int], case_number: str, now: datetime) -> Taken:
    """Take licences offered by a code this actor spent into a case: one consent (way=code), once a code.

    Publishes CodePresented, upon which the case attaches them. NotAllowed for another's scan or case; Conflict when
    licences were taken already; Refused when nothing was chosen or something was not offered.
    """
    code, place, facts = _before_us(PresentationCode.objects.select_for_update(), actor, code_id, case_number, now)
    if code.taken_at is not None:
        text = N_("Licences of this code were taken already. Scan a new one to take others.")
        raise Conflict(Reason("code_taken", text, field="licences"))
    ids = sorted(set(licence_ids))
    if not ids or not set(ids) <= set(code.licence_ids):
        text = N_("Choose among the licences the holder offers.")
        raise Refused(Reason("not_offered", text, field="licences"))
    if not all(library.open_to(each, facts.department_id) for each in library.chosen(bytes(code.holder_key), ids)):
        raise Refused(NOT_A_CALLER)
    consent = consent_of(
        actor, code, place, facts.department_id, case_number, TAKEN_UNTIL, TAKEN_USES, now, ids=ids
    )  # fmt: skip
    code.taken_at, code.consent, code.case_number = now, consent, case_number
    code.save(update_fields=["taken_at", "consent", "case_number"])
    record(
        actor_ref=actor.ref,
        tag="consents:code:taken",
        subject=f"code:{bytes(code.token_id).hex()}",
        detail={"consent": consent.pk, "case": case_number, "licences": ids},
        now=now,
    )
    publish(CodePresented(code.pk, consent.pk, case_number, tuple(ids), code.person_id, actor.ref, now))
    return Taken(consent, tuple(ids))


@transaction.atomic
def agree_to_registers(
    *, actor: Actor, code_id: int, registers: Sequence[Register], case_number: str, now: datetime
) -> HolderConsent:
    """The code this actor spent for this case is the holder's consent (way=code) to these registers' answers in it too.

    NotAllowed for another's scan, another case, and a code that was shown for nothing a case takes up.
    """
    # The code itself stays as it is, and the case is locked already: no lock here, which `take` would wait for.
    code, place, facts = _before_us(PresentationCode.objects.all(), actor, code_id, case_number, now)
    if not code.case_number:
        raise NotAllowed(Permission.CODE_SCAN)
    uses = min(TAKEN_USES * len(registers), MOST_USES)
    return consent_of(
        actor, code, place, facts.department_id, case_number, TAKEN_UNTIL, uses, now, registers=registers
    )  # fmt: skip


def _before_us(
    codes: QuerySet[PresentationCode], actor: Actor, code_id: int, case_number: str, now: datetime
) -> tuple[PresentationCode, Scene, CaseFacts]:
    """The code that this actor spent a moment ago in a scene that takes into cases, and for no other case."""
    code = codes.filter(pk=code_id, used_by_ref=actor.ref).first()
    place = scene_of(code.scene) if code else None
    facts = case_facts(actor, case_number)
    if code is None or place is None or not place.takes or code.used_at is None or code.used_at + TAKING <= now:
        raise NotAllowed(Permission.CODE_SCAN)
    if facts is None or (code.case_number and code.case_number not in {case_number, *facts.references}):
        raise NotAllowed(Permission.CODE_SCAN)
    return code, place, facts
