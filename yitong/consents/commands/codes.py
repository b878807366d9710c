"""Presentation codes (亮码): show one, scan one, take what it offers."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.db.models import QuerySet

from yitong.audit.commands import record
from yitong.consents import holders, library
from yitong.consents.commands.granting import give
from yitong.consents.commands.keys import key_in_use, rotate_key, short_id, sign
from yitong.consents.commands.redeeming import Redeemed, Scanner, redeem
from yitong.consents.commands.using import NOT_A_CALLER, look
from yitong.consents.events import CodePresented
from yitong.consents.library import Offer
from yitong.consents.models import HolderConsent, PresentationCode
from yitong.consents.permissions import CaseFacts, case_facts
from yitong.consents.rules.registers import Register
from yitong.consents.rules.terms import MOST_USES
from yitong.consents.rules.token import LIFE, NONCE, TOKEN_ID, Claims, compose
from yitong.consents.scenes import Bearer, Line, Scene
from yitong.consents.scenes import scene as scene_of
from yitong.kernel.events import publish
from yitong.kernel.reasons import N_, Conflict, NotAllowed, Reason, Refused
from yitong.licences.rules.holders import Holder
from yitong.parties.actors import Actor
from yitong.parties.queries import face_checks, organisation, people
from yitong.parties.queries.face_checks import FaceState
from yitong.parties.roles import Permission

__all__ = [
    "Issued",
    "Presented",
    "Taken",
    "agree_to_registers",
    "forget",
    "issue_code",
    "over_limit",
    "presented",
    "rotate_key",
    "spend",
    "take",
]

TAKING = timedelta(minutes=15)
"""How long the scanner's page may take licences from a code it spent: as long as somebody stands at the counter."""
TAKEN_UNTIL = timedelta(days=30)
TAKEN_USES = 20
"""A consent by code is for one case: its officers open each licence a few times while they handle it."""
MOST_OFFERED = 30
FACE_LASTS = timedelta(hours=12)
"""How long a face check counts, and is asked for no second time; the session itself ends then."""
KEEP = timedelta(days=1)
FRESH = timedelta(seconds=5)
"""A code with less life than this left is not shown again: it would be stale when the scanner reads it."""


@dataclass(frozen=True, slots=True)
class Issued:
    """A code to show. ``used_at`` is set when it has been scanned already."""

    code_id: int
    token: str
    scene: str
    expires_at: datetime


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


@dataclass(frozen=True, slots=True)
class Taken:
    """Licences taken into a case under the consent the code stands for."""

    consent: HolderConsent
    licence_ids: tuple[int, ...] = field(default=())


def issue_code(
    *,
    actor: Actor,
    purpose: str,
    licence_ids: Sequence[int] = (),
    enterprise_id: int | None = None,
    sensitive: bool = False,
    now: datetime,
) -> Issued:
    """A code for the scene ``purpose``, good for 60 seconds and one scan; the one shown now while it has life left.

    ``licence_ids``: those offered, of the person or, with ``enterprise_id``, of an enterprise he acts for. ``sensitive``: he
    agreed separately that sensitive fields go along. The row is the record: showing a code is not an entry of the log,
    its scan is. NotAllowed for staff; Refused for an unknown scene or somebody else's licences.
    """
    if not actor.may(Permission.CODE_PRESENT) or actor.person_id is None:
        raise NotAllowed(Permission.CODE_PRESENT)
    key = _holder_key(actor, enterprise_id)
    ids = sorted(set(licence_ids))
    reasons = _code_refusals(purpose, key, ids, now)
    if reasons:
        raise Refused(*reasons)
    with transaction.atomic():
        known = PresentationCode.objects.select_related("key").filter(person_id=actor.person_id).order_by("-id").first()
        same = known is not None and (known.scene, known.licence_ids, known.sensitive) == (purpose, ids, sensitive)
        if (
            known
            and same
            and bytes(known.holder_key) == key
            and known.used_at is None
            and known.expires_at > now + FRESH
        ):
            return _shown(known)
        signer = key_in_use(now)
        issued = now.replace(microsecond=0)
        code = PresentationCode.objects.create(
            token_id=secrets.token_bytes(TOKEN_ID),
            nonce=secrets.token_bytes(NONCE),
            key=signer,
            scene=purpose,
            person_id=actor.person_id,
            holder_enterprise_id=enterprise_id,
            holder_key=key,
            licence_ids=ids,
            sensitive=sensitive,
            issued_at=issued,
            expires_at=issued + timedelta(seconds=LIFE),
        )
    return _shown(code)


def spend(*, actor: Actor, token: str, purpose: str, case_number: str | None = None, now: datetime) -> Presented:
    """Scan ``token`` in the scene ``purpose``: spend it, log it, and show what the scene shows.

    NotAllowed without the right to scan, or for a case the actor cannot see (nothing is spent then). Refused with the
    outcome as reason code: replay, stale, forged, wrong_purpose, unknown. Call it outside of a transaction.
    """
    place = scene_of(purpose)
    if not actor.may(Permission.CODE_SCAN):
        raise NotAllowed(Permission.CODE_SCAN)
    if place is None:
        raise Refused(_no_scene())
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
    consent = _consent(
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
    return _consent(
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


def forget(*, now: datetime) -> int:
    """Delete codes nobody scanned, a day after they went stale; returns how many."""
    deleted, _ = PresentationCode.objects.filter(used_at__isnull=True, expires_at__lt=now - KEEP).delete()
    _forget_counts(now)
    return deleted


def over_limit(*, actor: Actor, now: datetime) -> bool:
    """Count one scan of this officer; True once he scans more than YITONG_RATE_LIMITS['code_scan'] allows."""
    most, seconds = settings.YITONG_RATE_LIMITS["code_scan"]
    with connection.cursor() as cursor:
        cursor.execute(
            'INSERT INTO consents_scancount (actor_ref, "window", times) VALUES (%s, %s, 1) ON CONFLICT (actor_ref, "window") '
            "DO UPDATE SET times = consents_scancount.times + 1 RETURNING times",
            [actor.ref, int(now.timestamp()) // seconds],
        )
        return int(cursor.fetchone()[0]) > int(most)


def _forget_counts(now: datetime) -> None:
    _, seconds = settings.YITONG_RATE_LIMITS["code_scan"]
    with connection.cursor() as cursor:
        cursor.execute('DELETE FROM consents_scancount WHERE "window" < %s', [int(now.timestamp()) // seconds - 1])


def _holder_key(actor: Actor, enterprise_id: int | None) -> bytes:
    for key, holder in holders.of_actor(actor).items():
        own = holder.person_id == actor.person_id if enterprise_id is None else holder.enterprise_id == enterprise_id
        if own:
            return key
    raise NotAllowed(Permission.CODE_PRESENT)


def _code_refusals(purpose: str, key: bytes, ids: list[int], now: datetime) -> list[Reason]:
    reasons = [] if scene_of(purpose) else [_no_scene()]
    if len(ids) > MOST_OFFERED:
        text = N_("Offer at most %(most)s licences at once.")
        reasons.append(Reason("too_many", text, field="licences", params={"most": MOST_OFFERED}))
    elif ids:
        found = [library.offer(licence, now) for licence in library.chosen(key, ids)]
        if len(found) != len(ids) or not all(each.valid for each in found):
            text = N_("Some of the chosen licences are not in force any more. Choose again.")
            reasons.append(Reason("not_in_force", text, field="licences"))
    return reasons


def _no_scene() -> Reason:
    return Reason("no_scene", N_("Choose where the code is shown."), field="purpose")


def _shown(code: PresentationCode) -> Issued:
    claims = Claims(short_id(code.key), bytes(code.token_id), code.issued_at, bytes(code.nonce), LIFE)
    token = compose(claims, lambda message: sign(code.key, message))
    return Issued(code.pk, token, code.scene, code.expires_at)


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
    consent = _consent(actor, code, place, department_id, "", TAKING, len(ids), now, ids=ids, fields=names)
    read = {}
    for licence in chosen:
        view = look(actor, licence, consent, "", consent.purpose, place.reads[licence.type.name], facts=None, now=now)
        read[licence.type.name] = {shown.name: shown.value for shown in view.fields}
    PresentationCode.objects.filter(pk=code.pk).update(consent=consent)
    return read


def _consent(
    actor: Actor, code: PresentationCode, place: Scene, department_id: int | None, case_number: str, life: timedelta,
    uses: int, now: datetime, *, ids: Sequence[int] = (), registers: Sequence[Register] = (), fields: Sequence[str] | None = None,
) -> HolderConsent:  # fmt: skip
    """The consent a code stands for, given by the holder's own act of showing it."""
    if fields is None:
        things = [library.fields_of(each) for each in library.chosen(bytes(code.holder_key), ids)]
        things += [list(each.fields) for each in registers]
        fields = sorted({name for each in things for name, _, _ in each}) if code.sensitive else ()
    return give(
        actor=actor,
        holder=_holder(code.person_id, code.holder_enterprise_id),
        licence_ids=ids,
        registers=registers,
        fields=fields,
        purpose=place.purpose,
        department_id=department_id or min(actor.department_ids, default=0),
        case_number=case_number,
        until=now + life,
        uses=uses,
        way=HolderConsent.Way.CODE,
        now=now,
    )


def _holder(person_id: int, enterprise_id: int | None) -> Holder:
    from yitong.licences.holders import holder_of_enterprise, holder_of_person

    if enterprise_id is not None:
        return holder_of_enterprise(people.enterprise(enterprise_id))
    return holder_of_person(people.person(person_id))


def _described(
    place: Scene, scanned: Redeemed, used_at: datetime, read: dict[str, dict[str, str]], *,
    caller: int | None, code: PresentationCode | None, now: datetime,
) -> Presented:  # fmt: skip
    """``caller``: the department that would use the licences; those it may not call are no offer to it."""
    person: Any = people.person(scanned.person_id)
    chosen = library.chosen(scanned.holder_key, scanned.licence_ids)
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
    )
    return Presented(
        code_id=scanned.code_id,
        scene=place,
        holder=_holder(scanned.person_id, scanned.enterprise_id),
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
