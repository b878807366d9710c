"""JSON: my consents and looks, a code to show, and for scanners the scan of one."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from django.http import HttpRequest
from django.utils import timezone
from ninja import Body, Query, Router, Schema
from ninja.security import django_auth
from pydantic import Field

from yitong.consents import commands, queries
from yitong.consents.commands import codes
from yitong.consents.permissions import case_facts
from yitong.consents.rules.token import LONGEST_TYPED
from yitong.consents.views import words
from yitong.kernel.reasons import N_, NotAllowed, Reason, Refused
from yitong.parties.doors import actor_of
from yitong.parties.roles import Permission

router = Router(auth=django_auth)
PER_PAGE = 50
Page = Annotated[int, Query(ge=1, le=10_000)]
Id = Annotated[int, Field(ge=1, le=2**53)]


class ConsentOut(Schema):
    """``state``: in_force, revoked, used_up, expired, not_yet. ``fields`` empty: every field that is not sensitive."""

    id: int
    about: str
    holder: str
    department: str
    purpose: str
    case_number: str
    fields: list[str]
    way: str
    valid_until: datetime
    uses_left: int
    uses_granted: int
    state: str


class LookOut(Schema):
    """One look: who, for which case, which fields (labels), on which ground (``law`` or ``consent_id``)."""

    id: int
    at: datetime
    licence: str
    holder: str
    who: str
    role: str
    department: str
    case_number: str
    purpose: str
    fields: list[str]
    law: str
    consent_id: int | None
    digest: str


class CodeIn(Schema):
    """``purpose``: code of a scene, such as hall. ``licence_ids``: what is offered; ``sensitive``: agreed separately."""

    purpose: str = Field(max_length=20)
    licence_ids: list[Id] = Field(default_factory=list, max_length=30)
    enterprise_id: Id | None = None
    sensitive: bool = False


class CodeOut(Schema):
    """``token``: what the QR code holds, until ``expires_at``."""

    code_id: int
    token: str
    purpose: str
    expires_at: datetime


class ScanIn(Schema):
    token: str = Field(min_length=1, max_length=LONGEST_TYPED)
    purpose: str = Field(max_length=20)
    case_number: str = Field(default="", max_length=50)


class LineOut(Schema):
    label: str
    value: str
    good: bool


class OfferOut(Schema):
    licence_id: int
    type_code: str
    name: str
    issuer: str
    standing: str


class PresentedOut(Schema):
    """What the scene shows. ``face``: passed, failed or none; ``face_compared`` false: nobody compared a face."""

    code_id: int
    purpose: str
    lines: list[LineOut]
    face: str
    face_compared: bool
    offers: list[OfferOut]


class TakeIn(Schema):
    licence_ids: list[Id] = Field(min_length=1, max_length=30)
    case_number: str = Field(min_length=1, max_length=50)


class TakenOut(Schema):
    consent_id: int
    licence_ids: list[int]


class Problem(Schema):
    """Why not, and what to do."""

    detail: str
    reasons: list[dict[str, Any]] = []


def _consent(consent: Any, now: datetime) -> ConsentOut:
    return ConsentOut(
        id=consent.pk,
        about=consent.about,
        holder=consent.holder_name,
        department=consent.receiving_department.name,
        purpose=consent.purpose,
        case_number=consent.case_number,
        fields=consent.fields,
        way=consent.way,
        valid_until=consent.valid_until,
        uses_left=consent.uses_left,
        uses_granted=consent.uses_granted,
        state=consent.standing(now),
    )


def _look(look: Any) -> LookOut:
    return LookOut(
        id=look.pk,
        at=look.at,
        licence=look.licence_name,
        holder=look.holder_name,
        who=look.actor_name,
        role=str(words.ROLES.get(look.actor_role, "")),
        department=look.department_name,
        case_number=look.case_number,
        purpose=look.purpose,
        fields=[field["label"] for field in look.fields],
        law=look.law,
        consent_id=look.consent_id,
        digest=look.digest,
    )


def _presented(seen: codes.Presented) -> PresentedOut:
    return PresentedOut(
        code_id=seen.code_id,
        purpose=seen.scene.code,
        lines=[LineOut(label=line.label, value=line.value, good=line.good) for line in seen.lines],
        face=seen.face.result if seen.scene.shows_face else "none",
        face_compared=seen.face.compares and seen.scene.shows_face,
        offers=[
            OfferOut(
                licence_id=each.licence_id,
                type_code=each.type_code,
                name=each.name,
                issuer=each.issuer,
                standing=each.standing,
            )
            for each in seen.offers
        ],
    )


def _citizen(request: HttpRequest) -> Any:
    actor = actor_of(request)
    if actor.person_id is None:
        raise NotAllowed(Permission.CONSENT_GRANT)
    return actor


@router.get("/mine", response={200: list[ConsentOut], 404: Problem}, summary="My consents")
def mine(request: HttpRequest, page: Page = 1) -> list[ConsentOut]:
    """Consents of the logged-in person and of those he acts for; newest first, 50 a page."""
    now = timezone.now()
    rows = queries.consents_of(_citizen(request), now=now)[(page - 1) * PER_PAGE : page * PER_PAGE]
    return [_consent(consent, now) for consent in rows]


@router.post("/{consent_id}/revoke", response={200: ConsentOut, 404: Problem}, summary="Withdraw a consent")
def revoke(request: HttpRequest, consent_id: Id) -> ConsentOut:
    """At once and without a reason; withdrawing again changes nothing."""
    actor, now = _citizen(request), timezone.now()
    commands.revoke(actor=actor, consent_id=consent_id, now=now)
    return _consent(queries.one(actor, consent_id), now)


@router.get("/looks", response={200: list[LookOut], 404: Problem}, summary="Who looked at my licences")
def looks(request: HttpRequest, page: Page = 1) -> list[LookOut]:
    """Every look, newest first, 50 a page."""
    rows = queries.log_of(_citizen(request))[(page - 1) * PER_PAGE : page * PER_PAGE]
    return [_look(look) for look in rows]


@router.post("/code", response={200: CodeOut, 404: Problem, 422: Problem}, summary="A presentation code to show")
def code(request: HttpRequest, wanted: Annotated[CodeIn, Body()]) -> CodeOut:
    """Good for 60 seconds and one scan in the scene named; the one shown now while it has life left."""
    issued = codes.issue_code(actor=_citizen(request), now=timezone.now(), **wanted.model_dump())
    return CodeOut(code_id=issued.code_id, token=issued.token, purpose=issued.scene, expires_at=issued.expires_at)


@router.post("/scan", response={200: PresentedOut, 404: Problem, 422: Problem}, summary="Scan a presentation code")
def scan(request: HttpRequest, scanned: Annotated[ScanIn, Body()]) -> PresentedOut:
    """Spends the code. Refused (422) with the outcome as reason: replay, stale, forged, wrong_purpose, unknown."""
    actor, now = actor_of(request), timezone.now()
    case, token = scanned.case_number.replace("\0", ""), scanned.token.replace("\0", "")
    if not actor.may(Permission.CODE_SCAN) or (case and case_facts(actor, case) is None):
        raise NotAllowed(Permission.CODE_SCAN)
    if codes.over_limit(actor=actor, now=now):
        text = N_("Too many scans in a minute. Wait a minute, then scan again.")
        raise Refused(Reason("too_many_scans", text, field="token"))
    return _presented(codes.spend(actor=actor, token=token, purpose=scanned.purpose, case_number=case or None, now=now))


@router.post(
    "/codes/{code_id}/take",
    response={200: TakenOut, 404: Problem, 409: Problem, 422: Problem},
    summary="Take offered licences into a case",
)
def take(request: HttpRequest, code_id: Id, wanted: Annotated[TakeIn, Body()]) -> TakenOut:
    """Once a code, by whoever scanned it, within a quarter of an hour."""
    taken = codes.take(
        actor=actor_of(request),
        code_id=code_id,
        licence_ids=wanted.licence_ids,
        case_number=wanted.case_number.replace("\0", ""),
        now=timezone.now(),
    )
    return TakenOut(consent_id=taken.consent.pk, licence_ids=list(taken.licence_ids))
