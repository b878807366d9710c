"""Rows of the desk's lists: cases in words, pages, and the same rows as a file."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from django.http import StreamingHttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext

from yitong.cases.models import Case
from yitong.cases.queries.lists import CasePage
from yitong.cases.rules.lights import Light
from yitong.cases.views import desk_words
from yitong.cases.views.desk_words import Term
from yitong.parties.actors import Actor
from yitong.parties.exports import csv_file
from yitong.parties.rules.masking import masked_name

EXPORT_MOST = 20_000
"""Rows of one export; whoever needs more narrows the filters."""


@dataclass(frozen=True, slots=True)
class Row:
    number: str
    url: str
    item: str
    applicant: str
    channel: str
    state: str
    light: Light
    term: Term
    handler: str
    mine: bool
    free: bool
    received_at: datetime | None
    current: bool = False
    basis_lost: bool = False

    @property
    def tail(self) -> str:
        """Day and serial: what people read out; the whole number stands on the case page."""
        return f"…{self.number[-12:]}"


@dataclass(frozen=True, slots=True)
class Paging:
    """What ``components/paging.html`` asks for; long lists are not counted to the end."""

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


def paging(page: CasePage) -> Paging:
    return Paging(page.page, page.more)


def page_number(text: str) -> int:
    """The page asked for; 1 for anything that is no number."""
    return int(text) if text.isdecimal() and len(text) < 6 else 1


def rows(cases: Iterable[Case], actor: Actor, now: datetime, *, query: str = "", current: str = "") -> list[Row]:
    """``query``: the list's own query string, which every case page keeps as ``list`` for the way back."""
    return [_row(case, actor, now, query, current) for case in cases]


def _row(case: Case, actor: Actor, now: datetime, query: str, current: str) -> Row:
    number = case.number or ""
    state = str(desk_words.STATES[case.state])
    if case.outcome:
        state = f"{state} · {desk_words.OUTCOMES.get(case.outcome, case.outcome)}"
    return Row(
        number=number,
        url=reverse("cases:desk_case", args=[number]) + query,
        item=case.item_name,
        applicant=case.applicant_name,
        channel=str(desk_words.CHANNELS.get(case.channel, case.channel)),
        state=state,
        light=desk_words.light_of(case, now),
        term=desk_words.next_term(case, now),
        handler=case.handler.name if case.handler is not None else "",
        mine=case.handler_id is not None and case.handler_id == actor.staff_id,
        free=case.handler_id is None and case.state not in ("correcting", "closed"),
        received_at=case.received_at or case.submitted_at,
        current=number == current,
        basis_lost=case.basis_lost,
    )


def csv_response(cases: Iterator[Case], actor: Actor, now: datetime) -> StreamingHttpResponse:
    """The list as CSV; names of persons masked, since a file leaves the platform's care."""
    heading = [
        gettext("Number"),
        gettext("Item"),
        gettext("Applicant"),
        gettext("Channel"),
        gettext("State"),
        gettext("Light"),
        gettext("Limit"),
        gettext("Due"),
        gettext("Handled by"),
        gettext("Received"),
    ]
    name = f"cases-{timezone.localtime(now):%Y%m%d-%H%M}.csv"
    return csv_file(name, heading, (_cells(case, actor, now) for case in cases))


def _cells(case: Case, actor: Actor, now: datetime) -> list[str]:
    row = _row(case, actor, now, "", "")
    person = case.applicant_person_id is not None
    received = timezone.localtime(row.received_at).strftime("%Y-%m-%d %H:%M") if row.received_at else ""
    return [
        row.number,
        row.item,
        masked_name(row.applicant) if person else row.applicant,
        row.channel,
        row.state,
        str(desk_words.LIGHTS.get(row.light.value, "")),
        row.term.words,
        row.term.on.isoformat() if row.term.on else "",
        row.handler,
        received,
    ]
