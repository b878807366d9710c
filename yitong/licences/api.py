"""JSON: verify a licence by its identifier or code (public), and my own licences."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from django.http import HttpRequest
from django.utils import timezone
from ninja import Query, Router, Schema

from yitong.documents.queries.verification import normalised_code
from yitong.licences import queries
from yitong.licences.queries import shown
from yitong.licences.views.limits import over_limit
from yitong.parties.actors import ANONYMOUS, Actor

router = Router()
PER_PAGE = 50


class LicenceOut(Schema):
    """``standing``: valid, not_yet, expired, revoked, cancelled, lost, transferred or superseded (a newer version is there).

    Public answers mask the holder and have no entries. ``closed``: protected fields are missing, because they cannot be opened.
    """

    identifier: str
    number: str
    type: str
    type_code: str
    issuer: str
    holder: str
    standing: str
    issued_on: date
    valid_from: date
    valid_until: date | None
    entries: list[dict[str, str]]
    closed: bool


class Problem(Schema):
    """Nothing was found, or too much was asked."""

    detail: str


def _out(card: shown.Shown) -> LicenceOut:
    licence = card.licence
    return LicenceOut(
        identifier=licence.identifier,
        number=licence.number,
        type=licence.type.name,
        type_code=licence.type.code,
        issuer=licence.issuer_name,
        holder=card.holder,
        standing=card.standing,
        issued_on=licence.issued_on,
        valid_from=licence.valid_from,
        valid_until=licence.valid_until,
        entries=list(card.entries),
        closed=card.closed,
    )


@router.get("/verify", response={200: LicenceOut, 404: Problem, 429: Problem}, summary="Verify a licence")
def verify(
    request: HttpRequest, q: Annotated[str, Query(min_length=1, max_length=110)]
) -> tuple[int, LicenceOut | Problem]:
    """The licence with this identifier (GB/T 36904, full form) or verification code."""
    if over_limit(request):
        return 429, Problem(detail="Too many questions from this address; wait a minute.")
    asked = q.replace("\0", "").strip()
    licence = queries.by_identifier(asked) or queries.by_code(normalised_code(asked))
    if licence is None:
        return 404, Problem(detail="There is no such licence.")
    return 200, _out(shown.minimum(licence, timezone.now()))


@router.get("/mine", response={200: list[LicenceOut], 401: Problem}, summary="My licences")
def mine(
    request: HttpRequest, page: Annotated[int, Query(ge=1, le=10_000)] = 1
) -> tuple[int, list[LicenceOut] | Problem]:
    """Licences of the logged-in person, of enterprises he handles and of principals; newest first, 50 a page."""
    actor: Actor = getattr(request, "actor", ANONYMOUS)
    if actor.person_id is None:
        return 401, Problem(detail="Log in as a citizen first.")
    now = timezone.now()
    rows = queries.of_holder(actor)[(page - 1) * PER_PAGE : page * PER_PAGE]
    return 200, [_out(shown.whole(licence, now)) for licence in rows]
