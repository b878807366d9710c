"""Reads of the certificates context. Every one takes the actor and asks ``permissions``."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from django.db.models import Q, QuerySet

from yitong.certificates import sources
from yitong.certificates.models import CertificateRequest, CertificateType, Verification
from yitong.certificates.permissions import (
    answerable_by,
    reviewable_by,
    revocable_by,
    types_for,
    verifications_visible_to,
    visible_to,
)
from yitong.certificates.rules.states import WAITING, Post, State, Way
from yitong.exchange.rules.answers import ConnectorInfo
from yitong.kernel.reasons import NotAllowed
from yitong.parties.actors import Actor
from yitong.parties.roles import Permission

PER_PAGE = 30
EXPORT_MOST = 20_000
HEAD = ("name", "idcard", "uscc")
"""What a register echoes of the question."""


@dataclass(frozen=True, slots=True)
class Rows:
    """One page of requests. ``has_next``: there are more."""

    rows: Sequence[CertificateRequest]
    number: int
    has_next: bool
    total: int | None = None

    @property
    def has_previous(self) -> bool:
        return self.number > 1

    @property
    def previous_page_number(self) -> int:
        return self.number - 1

    @property
    def next_page_number(self) -> int:
        return self.number + 1


@dataclass(frozen=True, slots=True)
class Questions:
    """One page of verifications."""

    rows: Sequence[Verification]
    number: int
    has_next: bool
    total: int | None = None

    has_previous = Rows.has_previous
    previous_page_number = Rows.previous_page_number
    next_page_number = Rows.next_page_number


@dataclass(frozen=True, slots=True)
class Counts:
    """What waits for the actor's department."""

    to_review: int
    review_overdue: int
    to_post: int
    to_answer: int
    answer_overdue: int


def offered(actor: Actor, text: str = "") -> list[CertificateType]:
    """The certificates anybody can ask for, whose name holds ``text``."""
    rows = types_for(actor).filter(active=True).exclude(way=Way.VERIFIED)
    return list(rows.filter(name__icontains=text.strip()[:80]) if text.strip() else rows)


def type_of(actor: Actor, code: str) -> CertificateType | None:
    """The type with this code as the actor may see it."""
    return types_for(actor).filter(code=code).first()


def types(actor: Actor) -> list[CertificateType]:
    """Every type, for who edits them."""
    if not actor.may(Permission.CERTIFICATE_TYPE_EDIT):
        raise NotAllowed(Permission.CERTIFICATE_TYPE_EDIT)
    return list(types_for(actor))


def verified_types() -> list[CertificateType]:
    """What departments confirm to one another."""
    return list(CertificateType.objects.select_related("department").filter(active=True, way=Way.VERIFIED))


def sheet_choices(holder_kind: str) -> list[ConnectorInfo]:
    """The registers whose fields can stand on a data sheet. Name and number head the sheet and are no choice."""
    offered = [info for info in sources.current().connectors() if info.subject == holder_kind and info.enabled]
    return [replace(info, fields=tuple(each for each in info.fields if each[0] not in HEAD)) for info in offered]


def mine(actor: Actor, now: datetime, page: int = 1) -> Rows:
    """The citizen's certificates and requests, newest first."""
    rows = visible_to(actor) if not actor.is_staff else CertificateRequest.objects.none()
    return _rows(_joined(rows).order_by("-id"), page)


def one(actor: Actor, number: str) -> CertificateRequest | None:
    """The request with this number as the actor may see it."""
    return _joined(visible_to(actor)).filter(number=number).first()


def at_desk(actor: Actor, number: str) -> CertificateRequest | None:
    """The request with this number as the actor's department handles it: reviewed there, or issued from data in its name."""
    rows = _joined(CertificateRequest.objects.filter(number=number))
    ours = Q(pk__in=reviewable_by(actor).values("pk")) | Q(pk__in=revocable_by(actor).values("pk"))
    return rows.filter(ours).first()


def reviews(actor: Actor, show: str, text: str, now: datetime, page: int = 1) -> Rows:
    """The department's requests. ``show``: todo, mine, post, ended, issued or all; ``text``: number, or beginning of the holder's name.

    ``issued``: what bears the department's seal, from data too; a data sheet is found there by its whole number alone.
    """
    return _rows(_shown(actor, show, text), page)


def export(actor: Actor, show: str, text: str, now: datetime) -> QuerySet[CertificateRequest]:
    """The rows of ``reviews`` for a file."""
    return _shown(actor, show, text)[:EXPORT_MOST]


def _shown(actor: Actor, show: str, text: str) -> QuerySet[CertificateRequest]:
    rows = _searched(revocable_by(actor) if show == "issued" else reviewable_by(actor), text)
    if show == "issued":
        rows = rows.exclude(Q(way=Way.SHEET) & ~Q(number=text.strip().upper()))
    elif show == "mine":
        rows = rows.filter(state__in=WAITING, handler_id=actor.staff_id or 0)
    elif show == "post":
        rows = rows.filter(state=State.ISSUED, post__in=[Post.WANTED, Post.SENT, Post.RETURNED])
    elif show == "ended":
        rows = rows.filter(state__in=[State.ISSUED, State.REFUSED, State.WITHDRAWN, State.REVOKED])
    elif show != "all":
        rows = rows.filter(state__in=[*WAITING, State.ASKED_BACK])
    order = ("-id",) if show in ("ended", "all", "post", "issued") else ("due_at", "id")
    return _joined(rows).order_by(*order)


def drawn(actor: Actor, now: datetime) -> list[CertificateRequest]:
    """What this officer drew at a window, the newest few."""
    return list(_joined(visible_to(actor).filter(requested_by_ref=actor.ref)).order_by("-id")[:10])


def verifications(actor: Actor, show: str, text: str, now: datetime, page: int = 1) -> Questions:
    """Questions between departments, for staff. ``show``: answer (waiting for us), asked (ours), done or all."""
    seen = verifications_visible_to(actor) if actor.is_staff else Verification.objects.none()
    ours = Q(pk__in=answerable_by(actor).values("pk"))
    if show == "answer":
        seen = seen.filter(ours, state="asked")
    elif show == "asked":
        seen = seen.exclude(ours)
    elif show == "done":
        seen = seen.exclude(state="asked")
    if text.strip():
        word = text.strip()[:60]
        seen = seen.filter(Q(number=word.upper()) | Q(case_number=word) | Q(holder_name__startswith=word))
    order = ("due_at", "id") if show == "answer" else ("-id",)
    rows = list(_questions(seen).order_by(*order)[(page - 1) * PER_PAGE : page * PER_PAGE + 1])
    return Questions(rows[:PER_PAGE], page, len(rows) > PER_PAGE)


def verification(actor: Actor, number: str) -> Verification | None:
    """The verification with this number as the actor may see it."""
    return _questions(verifications_visible_to(actor)).filter(number=number).first()


def verifications_about(actor: Actor) -> list[Verification]:
    """What departments asked one another about the citizen, the newest twenty."""
    return list(_questions(verifications_visible_to(actor)).order_by("-id")[:20]) if not actor.is_staff else []


def of_case(actor: Actor, case_number: str) -> list[Verification]:
    """Verifications of one case the actor may see, oldest first."""
    return list(_questions(verifications_visible_to(actor)).filter(case_number=case_number).order_by("id"))


def answers_among(verification_ids: Iterable[int]) -> dict[int, str]:
    """What the asked departments answered, by verification; those not answered are left out. For who asked them. One statement."""
    rows = Verification.objects.filter(pk__in=list(verification_ids), state="answered").order_by("id")
    return dict(rows.values_list("id", "answer"))


def counts(actor: Actor, now: datetime) -> Counts:
    """The numbers of the desk's tabs. Two statements."""
    waiting = reviewable_by(actor).filter(Q(state__in=WAITING) | Q(post=Post.WANTED))
    found = list(waiting.values_list("state", "due_at", "post"))
    asked = list(answerable_by(actor).filter(state="asked").values_list("due_at", flat=True))
    review = [due for state, due, _ in found if state in WAITING]
    return Counts(
        len(review),
        sum(due is not None and due < now for due in review),
        sum(post == Post.WANTED and state == State.ISSUED for state, _, post in found),
        len(asked),
        sum(due < now for due in asked),
    )


def _searched(rows: QuerySet[CertificateRequest], text: str) -> QuerySet[CertificateRequest]:
    word = text.strip()[:60]
    return rows.filter(Q(number=word.upper()) | Q(holder_name__startswith=word)) if word else rows


def _joined(rows: QuerySet[CertificateRequest]) -> QuerySet[CertificateRequest]:
    return rows.select_related("type", "department", "handler", "document")


def _questions(rows: QuerySet[Verification]) -> QuerySet[Verification]:
    return rows.select_related("type", "department", "asking_department", "document")


def _rows(rows: QuerySet[CertificateRequest], page: int) -> Rows:
    found = list(rows[(page - 1) * PER_PAGE : page * PER_PAGE + 1])
    return Rows(found[:PER_PAGE], page, len(found) > PER_PAGE)
