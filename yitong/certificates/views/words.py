"""Rows of the lists in the reader's language: state, light, what is left of the limit."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext, ngettext

from yitong.certificates.models import CertificateRequest, Verification
from yitong.certificates.rules import terms
from yitong.certificates.rules.states import (
    ANSWER_WORDS,
    EVENT_WORDS,
    POST_WORDS,
    STATE_WORDS,
    WAITING,
    WAY_WORDS,
    Answer,
    Post,
    State,
    Way,
)
from yitong.kernel.calendar import load_calendar
from yitong.kernel.reasons import N_

FACE_WORDS = {
    "compared": N_("face compared"),
    "declared": N_("own confirmation (no face was compared)"),
    "window": N_("identity card checked at the window"),
}
CHANNEL_WORDS = {
    "web": N_("Web"),
    "mobile": N_("Mobile phone"),
    "counter": N_("Window"),
    "kiosk": N_("Self-service terminal"),
    "api": N_("Interface"),
}


@dataclass(frozen=True, slots=True)
class RequestRow:
    """One request as lists show it. ``standing``: valid, expired, revoked, or empty while there is no certificate."""

    request: CertificateRequest
    state: str
    light: str
    term: str
    standing: str
    post: str
    way: str


@dataclass(frozen=True, slots=True)
class QuestionRow:
    """One verification as lists show it."""

    question: Verification
    state: str
    light: str
    term: str
    overdue: bool


@dataclass(frozen=True, slots=True)
class EventRow:
    """One line of ``components/timeline.html``."""

    at: datetime
    title: str
    actor: str
    text: str
    documents: tuple[Any, ...] = ()


def request_rows(requests: Iterable[CertificateRequest], now: datetime) -> list[RequestRow]:
    return [request_row(each, now) for each in requests]


def request_row(each: CertificateRequest, now: datetime) -> RequestRow:
    today, ended = terms.local_date(now), each.state not in (*WAITING, State.ASKED_BACK)
    standing = ""
    if each.state == State.ISSUED:
        over = each.valid_until is not None and each.valid_until < today
        standing = "expired" if over else "valid"
    elif each.state == State.REVOKED:
        standing = "revoked"
    light = terms.light(now, each.due_at, paused=each.state == State.ASKED_BACK, ended=ended, calendar=load_calendar())
    return RequestRow(
        each,
        gettext(STATE_WORDS[State(each.state)]),
        light,
        "" if ended or each.due_at is None else left(now, each.due_at),
        standing,
        gettext(POST_WORDS[Post(each.post)]),
        gettext(WAY_WORDS[Way(each.way)]),
    )


def question_rows(questions: Iterable[Verification], now: datetime) -> list[QuestionRow]:
    return [question_row(each, now) for each in questions]


def question_row(each: Verification, now: datetime) -> QuestionRow:
    asked = each.state == "asked"
    if asked:
        state = gettext("Waiting for the answer")
    elif each.state == "taken_back":
        state = gettext("Question taken back")
    else:
        state = gettext(ANSWER_WORDS[Answer(each.answer)])
    light = terms.light(now, each.due_at, paused=False, ended=not asked, calendar=load_calendar())
    return QuestionRow(each, state, light, left(now, each.due_at) if asked else "", light == "red")


def left(now: datetime, due_at: datetime) -> str:
    """还剩 3 个工作日, 今天到期, 已超期 2 个工作日."""
    days = terms.workdays_left(terms.local_date(now), terms.local_date(due_at), load_calendar())
    if now > due_at:
        days = max(1, -days)
        return ngettext("%(n)s working day overdue", "%(n)s working days overdue", days) % {"n": days}
    if days <= 0:
        return gettext("due today")
    return ngettext("%(n)s working day left", "%(n)s working days left", days) % {"n": days}


def timeline(request: CertificateRequest) -> list[EventRow]:
    """What happened, newest first."""
    return [
        EventRow(event.at, gettext(EVENT_WORDS.get(event.kind, event.kind)), event.actor_name, event.text)
        for event in request.events.order_by("-id")
    ]
