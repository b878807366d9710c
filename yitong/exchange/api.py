"""JSON for outside systems: get a token, see what may be asked, look up under the holder's consent, verify."""

from __future__ import annotations

import base64
import binascii
from datetime import date
from typing import Annotated, Any, Literal

from django.http import HttpRequest, JsonResponse
from django.utils import timezone
from ninja import Field, Form, Router, Schema
from ninja.security import HttpBearer
from pydantic import AfterValidator

from yitong.exchange.commands import outward, tokens
from yitong.exchange.commands.clients import scopes_of
from yitong.exchange.queries.clients import type_names, usage_now
from yitong.exchange.refusals import NO_TOKEN, OutwardRefused, problem
from yitong.kernel.reasons import N_, Reason
from yitong.licences.rules.holders import Holder
from yitong.parties.doors import address_of

router = Router()


def _storable(text: str) -> str:
    """Neither NUL nor half a character: the database takes neither, and the log has to hold what was asked."""
    if "\0" in text or any("\ud800" <= sign <= "\udfff" for sign in text):
        raise ValueError("remove the characters that no text can hold (NUL, lone surrogates)")
    return text


Storable = Annotated[str, AfterValidator(_storable)]
Text = Annotated[Storable, Field(min_length=1, max_length=100)]
Names = Annotated[list[Annotated[Storable, Field(min_length=1, max_length=60)]], Field(max_length=60)]
ConsentId = Annotated[int, Field(ge=1, le=2**53 - 1, description="Number of the holder's consent to your department")]
CaseNumber = Annotated[
    Storable, Field(min_length=1, max_length=50, description="Number of your own case, for the holder's log")
]
Identifier = Annotated[
    Storable, Field(min_length=1, max_length=110, description="GB/T 36904, with or without the root")
]


class ClientBearer(HttpBearer):
    """``Authorization: Bearer <access token>``. The request is counted here, whatever comes of it."""

    def __call__(self, request: HttpRequest) -> Any:
        found = super().__call__(request)
        if found is None:
            raise OutwardRefused(401, NO_TOKEN)
        return found

    def authenticate(self, request: HttpRequest, token: str) -> Any:
        """The client."""
        return tokens.client_of(token=token, address=address_of(request), now=timezone.now())


bearer = ClientBearer()


class ReasonOut(Schema):
    """One reason: a stable word, what to do, the law, the field it is about."""

    code: str
    message: str
    law: str
    field: str


class Problem(Schema):
    """Why a request was refused and what to do."""

    detail: str
    reasons: list[ReasonOut]


class TokenProblem(Problem):
    """The same in the words of RFC 6749 5.2."""

    error: str
    error_description: str


class TokenOut(Schema):
    """RFC 6749 5.1."""

    access_token: str
    token_type: Literal["Bearer"]
    expires_in: int


class TokenIn(Schema):
    """Client id and secret here, or as HTTP Basic authorisation."""

    grant_type: Storable = Field("", max_length=40, description="client_credentials")
    client_id: Storable = Field("", max_length=40)
    client_secret: Storable = Field("", max_length=100)


class ScopeOut(Schema):
    """One licence type the system may ask for."""

    type: str
    name: str
    fields: list[str]
    ways: list[str]


class UsageOut(Schema):
    """How often it has asked, this request included, and how often it may."""

    this_minute: int
    per_minute: int
    today: int
    per_day: int


class AccessOut(Schema):
    """What the system may ask."""

    client_id: str
    name: str
    department: str
    scopes: list[ScopeOut]
    usage: UsageOut


class Basis(Schema):
    """On what ground is asked. ``fields`` empty: every field of the scope that the consent covers."""

    consent_id: ConsentId
    case_number: CaseNumber
    purpose: Annotated[Text, Field(description="What it is for; the holder reads it")]
    fields: Names = []


class IdentifierIn(Basis):
    """A licence by its identifier."""

    identifier: Identifier


class HolderIn(Basis):
    """The newest licence in force of a holder."""

    kind: Literal["person", "enterprise"]
    id_number: Annotated[Storable, Field(min_length=1, max_length=18, description="Citizen number or credit code")]
    type: Annotated[Storable, Field(min_length=21, max_length=21, description="Code of the licence type")]


class VerifyIn(Schema):
    """A licence, and what of its holder is to be compared; empty: not compared."""

    identifier: Identifier
    holder_name: Annotated[Storable, Field(max_length=150)] = ""
    id_number: Annotated[Storable, Field(max_length=18)] = ""


class LicenceOut(Schema):
    """What scope and consent let through. ``uses_left``: how often the consent can still be used.

    ``closed``: fields that may be read, but whose protection cannot be opened at present; they are not in ``fields``.
    """

    identifier: str
    number: str
    type: str
    type_name: str
    holder: str
    issuer: str
    issued_on: date
    valid_until: date | None
    fields: dict[str, str]
    closed: list[str]
    uses_left: int | None
    look_id: int


class VerdictOut(Schema):
    """``standing``: valid, not_yet, expired, revoked, cancelled, lost, transferred. A comparison not asked for is null."""

    identifier: str
    type: str
    type_name: str
    standing: str
    issuer: str
    issued_on: date
    valid_until: date | None
    name_matches: bool | None
    number_matches: bool | None


REFUSALS: dict[int, Any] = {401: Problem, 403: Problem, 404: Problem, 409: Problem, 422: Problem, 429: Problem}


@router.post(
    "/token",
    response={200: TokenOut, 400: TokenProblem, 401: TokenProblem, 422: Problem, 429: Problem},
    summary="Get an access token",
)
def token(request: HttpRequest, body: Form[TokenIn]) -> Any:
    """OAuth 2.0 client credentials (RFC 6749 4.4). A token lives for minutes: keep it and use it again until it is over."""
    client_id, secret = _credentials(request, body)
    if body.grant_type != "client_credentials":
        reason = Reason("unsupported_grant_type", N_("Send grant_type=client_credentials."), field="grant_type")
        return _token_problem(400, reason, {})
    try:
        given = tokens.issue_token(client_id=client_id, secret=secret, address=address_of(request), now=timezone.now())
    except OutwardRefused as refused:
        if refused.status != 401:
            raise
        return _token_problem(401, refused.reason, {"WWW-Authenticate": 'Basic realm="yitong"'})
    answer = {"access_token": given.token, "token_type": "Bearer", "expires_in": given.seconds}
    return JsonResponse(answer, headers={"Cache-Control": "no-store"})


@router.get("/access", auth=bearer, response={200: AccessOut, 401: Problem, 429: Problem}, summary="What may be asked")
def access(request: HttpRequest) -> Any:
    """The system's own scopes, and how much of its quota is used."""
    client: Any = _client(request)
    names = type_names()
    return {
        "client_id": client.client_id,
        "name": client.name,
        "department": client.department.name,
        "scopes": [
            {
                "type": s.type_code,
                "name": names.get(s.type_code, ""),
                "fields": sorted(s.fields),
                "ways": sorted(s.ways),
            }
            for s in scopes_of(client)
        ],
        "usage": usage_now(client, timezone.now()),
    }


@router.post("/licence", auth=bearer, response={200: LicenceOut, **REFUSALS}, summary="A licence by its identifier")
def licence(request: HttpRequest, body: IdentifierIn) -> Any:
    """Under the holder's consent to your department; each answer spends one use of it and stands in the holder's log."""
    seen = outward.by_identifier(
        client=_client(request),
        identifier=body.identifier,
        address=address_of(request),
        now=timezone.now(),
        **_basis(body),
    )
    return _out(seen)


@router.post("/holder", auth=bearer, response={200: LicenceOut, **REFUSALS}, summary="A licence by its holder")
def by_holder(request: HttpRequest, body: HolderIn) -> Any:
    """The holder's newest licence of a type that is in force, under the holder's consent to your department."""
    seen = outward.by_holder(
        client=_client(request),
        holder=Holder(body.kind, body.id_number, ""),
        type_code=body.type,
        address=address_of(request),
        now=timezone.now(),
        **_basis(body),
    )
    return _out(seen)


@router.post(
    "/verify", auth=bearer, response={200: VerdictOut, **REFUSALS}, summary="Is a licence genuine and in force"
)
def verify(request: HttpRequest, body: VerifyIn) -> Any:
    """Yes or no; contents are never given. Needs no consent."""
    found = outward.verify(
        client=_client(request),
        identifier=body.identifier,
        holder_name=body.holder_name,
        id_number=body.id_number,
        address=address_of(request),
        now=timezone.now(),
    )
    return {
        "identifier": found.identifier,
        "type": found.type_code,
        "type_name": found.type_name,
        "standing": found.standing,
        "issuer": found.issuer,
        "issued_on": found.issued_on,
        "valid_until": found.valid_until,
        "name_matches": found.name_matches,
        "number_matches": found.number_matches,
    }


def _client(request: HttpRequest) -> Any:
    return request.auth  # type: ignore[attr-defined]


def _basis(body: Basis) -> dict[str, Any]:
    return {
        "consent_id": body.consent_id,
        "case_number": body.case_number,
        "purpose": body.purpose,
        "fields": list(dict.fromkeys(body.fields)),
    }


def _out(seen: Any) -> dict[str, Any]:
    return {
        "identifier": seen.identifier,
        "number": seen.number,
        "type": seen.type_code,
        "type_name": seen.type_name,
        "holder": seen.holder_name,
        "issuer": seen.issuer,
        "issued_on": seen.issued_on,
        "valid_until": seen.valid_until,
        "fields": {field.name: field.value for field in seen.fields},
        "closed": [field.name for field in seen.closed],
        "uses_left": seen.uses_left,
        "look_id": seen.entry_id,
    }


def _credentials(request: HttpRequest, body: TokenIn) -> tuple[str, str]:
    """HTTP Basic if sent, else the form (RFC 6749 2.3.1). What cannot be read counts as wrong."""
    scheme, _, packed = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "basic":
        return body.client_id, body.client_secret
    try:
        client_id, _, secret = _storable(base64.b64decode(packed, validate=True).decode("utf-8")).partition(":")
    except (binascii.Error, ValueError):
        return "", ""
    return client_id, secret


def _token_problem(status: int, reason: Reason, headers: dict[str, str]) -> JsonResponse:
    told = problem(reason)
    body = {"error": reason.code, "error_description": told["detail"], **told}
    return JsonResponse(body, status=status, headers={"Cache-Control": "no-store", **headers})
