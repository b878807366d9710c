"""The scanner's side: spend a code, and see what its scene shows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from yitong.consents import library
from yitong.consents.commands.codes.agreement import TAKING, consent_of, holder_of
from yitong.consents.commands.codes.showing import NO_SCENE
from yitong.consents.commands.redeeming import Redeemed, Scanner, redeem
from yitong.consents.commands.using import look
from yitong.consents.library import Offer
from yitong.consents.models import PresentationCode
from yitong.consents.permissions import case_facts
from yitong.consents.scenes import Bearer, Line, Scene
from yitong.consents.scenes import scene as scene_of
from yitong.kernel.reasons import NotAllowed, Refused
from yitong.licences.rules.holders import Holder
from yitong.parties.actors import Actor
from yitong.parties.queries import face_checks, organisation, people
from yitong.parties.queries.face_checks import FaceState
from yitong.parties.roles import Permission

FACE_LASTS = timedelta(hours=12)
"""How long a face check counts, and is asked for no second time; the session itself ends then."""


@dataclass(frozen=True, slots=True)
class Presented:
    """What the scanner sees. ``lines``: what the scene shows; ``offers``: licences to take, for scenes that take."""

    code_id: int
    scene: Scene
    holder: Holder
    person_name: str
    masked_idcard: str
    face: FaceState
    lines: tuple[Line, ...]
    offers: tuple[Offer, ...]
    sensitive: bool
    used_at: datetime
    case_number: str = ""
    consent_id: int | None = None
    taken_at: datetime | None = None


def spend(*, actor: Actor, token: str, purpose: str, case_number: str | None = None, now: datetime) -> Presented:
    """Scan ``token`` in the scene ``purpose``: spend it, log it, and show what the scene shows.

    NotAllowed without the right to scan, or for a case the actor cannot see (nothing is spent then). Refused with the
    outcome as reason code: replay, stale, forged, wrong_purpose, unknown. Call it outside of a transaction.
    """
    place = scene_of(purpose)
    if not actor.may(Permission.CODE_SCAN):
        raise NotAllowed(Permission.CODE_SCAN)
    if place is None:
        raise Refused(NO_SCENE)
    facts = case_facts(actor, case_number) if case_number else None
    if case_number and facts is None:
        raise NotAllowed(Permission.CODE_SCAN)
    scanner = _scanner(actor, purpose, case_number or "")
    scanned = redeem(scanner=scanner, text=token, now=now)
    read: dict[str, dict[str, str]] = {}
    if place.reads:
        with transaction.atomic():
            read = _read(actor, place, scanned, now)
    caller = facts.department_id if facts is not None else scanner.department_id
    return _described(place, scanned, now, read, caller=caller, code=None, now=now)


def presented(*, actor: Actor, code_id: int, now: datetime) -> Presented:
    """A code this actor spent within the last minutes, to be looked at again (a page that is reloaded).

    NotAllowed for anybody else's scan and later. What the scene read is shown once and not again.
    """
    code = PresentationCode.objects.filter(pk=code_id, used_by_ref=actor.ref).first()
    place = scene_of(code.scene) if code else None
    if code is None or place is None or code.used_at is None or code.used_at + TAKING <= now:
        raise NotAllowed(Permission.CODE_SCAN)
    facts = case_facts(actor, code.case_number) if code.case_number else None
    caller = facts.department_id if facts is not None else _scanner(actor, code.scene, "").department_id
    return _described(place, _redeemed(code), code.used_at, {}, caller=caller, code=code, now=now)


def _scanner(actor: Actor, purpose: str, case_number: str) -> Scanner:
    member = organisation.staff_member(actor.staff_id) if actor.staff_id is not None else None
    if member is None:
        return Scanner(actor, min(actor.department_ids, default=None), actor.name, purpose, case_number)
    words = f"{member.department.name} {actor.name}"[:120]
    return Scanner(actor, member.department_id, words, purpose, case_number)


def _redeemed(code: PresentationCode) -> Redeemed:
    return Redeemed(
        code.pk, code.scene, bytes(code.holder_key), code.person_id, code.holder_enterprise_id, tuple(code.licence_ids),
        code.sensitive,
    )  # fmt: skip


def _read(actor: Actor, place: Scene, scanned: Redeemed, now: datetime) -> dict[str, dict[str, str]]:
    """What the scene reads of the offered licences; each look is logged under the consent the code stands for."""
    chosen = [each for each in library.chosen(scanned.holder_key, scanned.licence_ids) if each.type.name in place.reads]
    department_id = min(actor.department_ids, default=0)
    chosen = [each for each in chosen if library.offer(each, now).valid and library.open_to(each, department_id)]
    if not chosen or not scanned.sensitive:
        return {}
    code = PresentationCode.objects.select_related("person", "holder_enterprise").get(pk=scanned.code_id)
    ids = [each.pk for each in chosen]
    names = sorted({name for each in place.reads.values() for name in each})
    consent = consent_of(actor, code, place, department_id, "", TAKING, len(ids), now, ids=ids, fields=names)
    read = {}
    for licence in chosen:
        view = look(actor, licence, consent, "", consent.purpose, place.reads[licence.type.name], facts=None, now=now)
        read[licence.type.name] = {shown.name: shown.value for shown in view.fields}
    PresentationCode.objects.filter(pk=code.pk).update(consent=consent)
    return read


def _described(
    place: Scene, scanned: Redeemed, used_at: datetime, read: dict[str, dict[str, str]], *,
    caller: int | None, code: PresentationCode | None, now: datetime,
) -> Presented:  # fmt: skip
    """``caller``: the department that would use the licences; those it may not call are no offer to it."""
    person: Any = people.person(scanned.person_id)
    chosen = library.chosen(scanned.holder_key, scanned.licence_ids)
    holder = holder_of(scanned.person_id, scanned.enterprise_id)
    offers = tuple(library.offer(each, now) for each in chosen if library.open_to(each, caller))
    bearer = Bearer(
        name=person.name,
        idcard=person.idcard,
        sex=person.sex,
        birth_on=person.birth_on,
        on=library.today(now),
        key=scanned.holder_key,
        offered=frozenset(offer.name for offer in offers if offer.valid),
        read=read,
        firm=holder.name if holder.enterprise_id is not None else "",
    )
    return Presented(
        code_id=scanned.code_id,
        scene=place,
        holder=holder,
        person_name=person.name,
        masked_idcard=people.mask_idcard(person.idcard),
        face=_face(person.pk, used_at),
        lines=place.show(bearer),
        offers=offers if place.takes else (),
        sensitive=scanned.sensitive,
        used_at=used_at,
        case_number=code.case_number if code else "",
        consent_id=code.consent_id if code else None,
        taken_at=code.taken_at if code else None,
    )


def _face(person_id: int, used_at: datetime) -> FaceState:
    """The face check as it stood when the code was shown; one that is too long ago is none."""
    state = face_checks.latest(person_id)
    return state if state.at is not None and state.at >= used_at - FACE_LASTS else FaceState("none")
