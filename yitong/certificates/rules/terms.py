"""Limits in working days: when a review or an answer is due, and what light it shows. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Final

from yitong.kernel.calendar import WorkCalendar
from yitong.kernel.clock import SHANGHAI, ClockInput, Due, Limit, Suspension, due

ANSWER_DAYS: Final = 3
"""Working days a department has to answer another when the type says nothing else: our default, no law sets it."""
YELLOW_DAYS: Final = 1
"""On the last working day and the one before it the light is yellow: our default."""


def due_of(start_at: datetime, days: int, pauses: Sequence[tuple[date, date | None]], calendar: WorkCalendar) -> Due:
    """The last day of a limit of ``days`` working days; ``pauses`` [from, until) do not count, until None: still open.

    The legal clock of the kernel, as for cases (行政许可法 第八十二条: working days, without statutory holidays).
    """
    stops = tuple(Suspension(start, until, "asked_back") for start, until in pauses if until is None or until > start)
    return due(ClockInput(start_at, Limit(days), stops), calendar)


def light(now: datetime, due_at: datetime | None, *, paused: bool, ended: bool, calendar: WorkCalendar) -> str:
    """green, yellow, red, paused or none: the words of the lights on every list."""
    if ended:
        return "none"
    if paused:
        return "paused"
    if due_at is None:
        return "none"
    if now > due_at:
        return "red"
    return "yellow" if workdays_left(local_date(now), local_date(due_at), calendar) <= YELLOW_DAYS else "green"


def workdays_left(today: date, due_on: date, calendar: WorkCalendar) -> int:
    """Working days after ``today`` up to ``due_on``; 0 on the last day, negative once it has passed."""
    return calendar.workdays_between(today, due_on)


def local_date(instant: datetime) -> date:
    """The calendar day in Asia/Shanghai."""
    return instant.astimezone(SHANGHAI).date()


def last_day(issued_on: date, days: int | None) -> date | None:
    """The last day a certificate issued on ``issued_on`` is valid; None when it does not end. The first day counts."""
    return None if days is None else issued_on + timedelta(days=max(0, days - 1))
