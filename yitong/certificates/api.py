"""Certificates for programs: what can be had, one's own, an instant one; and the questions between departments."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any, Literal

from django.http import HttpRequest
from django.utils import timezone
from ninja import Query, Router, Schema, Status
from ninja.security import django_auth
from pydantic import Field

from yitong.certificates import commands, queries
from yitong.certificates.models import CertificateRequest, Verification
from yitong.parties.actors import ANONYMOUS, Actor, ActorKind

router = Router(auth=django_auth)

Page = Annotated[int, Query(ge=1, le=10_000)]
Word = Annotated[str, Query(max_length=80, pattern=r"^[^\x00]*$")]


class Detail(Schema):
    """Why there is no answer."""

    detail: str


class ReasonOut(Schema):
    """Why something is not possible."""

    code: str
    message: str
    law: str
    field: str


class Problem(Schema):
    """``reasons`` is empty for 401 and 404."""

    detail: str
    reasons: list[ReasonOut] = []


class TypeOut(Schema):
    """One certificate anybody can ask for. ``way``: reviewed, instant, sheet; ``holder_kind``: person, enterprise."""

    code: str
    name: str
    way: str
    holder_kind: str
    department: str
    purposes: list[str]
    law: str
    limit_days: int
    validity_days: int | None


class SourceOut(Schema):
    """What one source said, without any value. ``outcome``: found, absent, unavailable."""

    kind: str
    name: str
    outcome: str
    at: datetime | None
    cached: bool


class CertificateOut(Schema):
    """One request or certificate. ``code``: its verification code; ``pdf``: where it is downloaded; both empty before."""

    number: str
    type: str
    name: str
    way: str
    state: str
    holder_name: str
    purpose: str
    submitted_at: datetime
    due_on: date | None
    valid_until: date | None
    outcome: str
    sources: list[SourceOut]
    post: str
    code: str
    pdf: str


class CertificatesOut(Schema):
    """One page. ``more``: there is a next one."""

    certificates: list[CertificateOut]
    page: int
    more: bool


class InstantIn(Schema):
    """``confirmed``: the person's own confirmation, for the local identity check. ``enterprise_id``, ``person_id``: of one he acts for."""

    type: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{2,39}$")]
    purpose: Annotated[str, Field(min_length=1, max_length=100, pattern=r"^[^\x00]*$")]
    confirmed: bool = False
    enterprise_id: Annotated[int, Field(ge=1, le=2**63 - 1)] | None = None
    person_id: Annotated[int, Field(ge=1, le=2**63 - 1)] | None = None


class VerificationOut(Schema):
    """One question between departments. ``answer``: confirmed, denied, not_ours, or empty."""

    number: str
    department: str
    asking_department: str
    holder_name: str
    fact: str
    purpose: str
    case_number: str
    state: str
    answer: str
    asked_at: datetime
    due_on: date


class VerificationsOut(Schema):
    """One page. ``more``: there is a next one."""

    verifications: list[VerificationOut]
    page: int
    more: bool


class AnswerIn(Schema):
    """``outcome``: confirmed, denied or not_ours; ``text`` is needed unless confirmed."""

    outcome: Literal["confirmed", "denied", "not_ours"]
    text: Annotated[str, Field(max_length=2000, pattern=r"^[^\x00]*$")] = ""


def _actor(request: HttpRequest) -> Actor:
    return getattr(request, "actor", ANONYMOUS)


LOG_IN = {"detail": "Log in first."}
NONE = {"detail": "There is none with this number."}


def certificate_out(found: CertificateRequest) -> dict[str, Any]:
    """The schema's fields of one request."""
    code = found.document.code if found.document is not None else ""
    return {
        "number": found.number, "type": found.type.code, "name": found.name, "way": found.way, "state": found.state,
        "holder_name": found.holder_name, "purpose": found.purpose, "submitted_at": found.submitted_at,
        "due_on": found.due_on, "valid_until": found.valid_until, "outcome": found.outcome, "sources": found.sources,
        "post": found.post, "code": code, "pdf": f"/documents/{code}.pdf" if code else "",
    }  # fmt: skip


def verification_out(found: Verification) -> dict[str, Any]:
    """The schema's fields of one verification."""
    return {
        "number": found.number, "department": found.department.name, "asking_department": found.asking_department.name,
        "holder_name": found.holder_name, "fact": found.fact, "purpose": found.purpose, "case_number": found.case_number,
        "state": found.state, "answer": found.answer, "asked_at": found.asked_at, "due_on": found.due_on,
    }  # fmt: skip


@router.get("/types", auth=None, response=list[TypeOut], summary="Certificates anybody can ask for")
def types(request: HttpRequest, q: Word = "") -> Any:
    """Those whose name holds ``q``, in the order of the list."""
    return [
        {
            **{name: getattr(each, name) for name in TypeOut.model_fields if name != "department"},
            "department": each.department.name,
        }
        for each in queries.offered(_actor(request), q)
    ]


@router.get("/mine", response={200: CertificatesOut, 401: Detail}, summary="My certificates")
def mine(request: HttpRequest, page: Page = 1) -> Any:
    """Of the person logged in and the enterprises he acts for, newest first; 30 a page."""
    actor = _actor(request)
    if actor.kind is not ActorKind.CITIZEN:
        return Status(401, LOG_IN)
    found = queries.mine(actor, timezone.now(), page)
    return {
        "certificates": [certificate_out(each) for each in found.rows],
        "page": found.number,
        "more": found.has_next,
    }


@router.post(
    "/instant",
    response={200: CertificateOut, 401: Detail, 404: Problem, 422: Problem},
    summary="Get a certificate at once",
)
def instant(request: HttpRequest, body: InstantIn) -> Any:
    """The register is asked and its answer sealed. 422 says why there is none and what to do."""
    actor = _actor(request)
    if actor.kind is not ActorKind.CITIZEN:
        return Status(401, LOG_IN)
    made = commands.issue_instant(
        actor=actor,
        type_code=body.type,
        purpose=body.purpose,
        enterprise_id=body.enterprise_id,
        person_id=body.person_id,
        evidence={"confirmed": "yes" if body.confirmed else "no"},
        channel="api",
        now=timezone.now(),
    )
    return certificate_out(made)


@router.get("/verifications", response={200: VerificationsOut, 401: Detail}, summary="Questions between departments")
def verifications(
    request: HttpRequest, show: Literal["answer", "asked", "done", "all"] = "answer", page: Page = 1
) -> Any:
    """``show``: answer (waiting for the asker's department), asked, done, all."""
    actor = _actor(request)
    if not actor.is_staff:
        return Status(401, LOG_IN)
    found = queries.verifications(actor, show, "", timezone.now(), page)
    return {
        "verifications": [verification_out(each) for each in found.rows],
        "page": found.number,
        "more": found.has_next,
    }


@router.post(
    "/verifications/{verification_number}/answer",
    response={200: VerificationOut, 401: Detail, 404: Problem, 409: Problem, 422: Problem},
    summary="Answer another department",
)
def answer(request: HttpRequest, verification_number: str, body: AnswerIn) -> Any:
    """One answer, sealed; the asker is told."""
    actor = _actor(request)
    if not actor.is_staff:
        return Status(401, LOG_IN)
    found = queries.verification(actor, verification_number.replace("\0", ""))
    if found is None:
        return Status(404, NONE)
    answered = commands.answer(
        actor=actor, verification_id=found.pk, outcome=body.outcome, text=body.text, now=timezone.now()
    )
    return verification_out(answered)
