"""The statutory periods around a case that are not the limit of its item, each with its article."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Final

from yitong.kernel.calendar import WorkCalendar
from yitong.kernel.clock import SHANGHAI, ClockInput, Due, Limit, due

TELL_WITHIN: Final = Limit(5)
"""Everything missing is told within five days of receipt, else the case is accepted from that day: 行政许可法 第三十二条第一款第四项;
working days: 第八十二条."""
DELIVER_WITHIN: Final = Limit(10)
"""The licence is issued and delivered within ten days of the decision: 行政许可法 第四十四条."""
DEEMED_RESULT_WITHIN: Final = Limit(1)
"""After a deemed approval the organ issues the result within one working day: 泰政办发〔2022〕58号 (DOMAIN B5)."""
SUPPLY_DAYS_DEFAULT: Final = 15
"""Working days an applicant is given for a correction when the officer names no other number: our default, no law sets it."""
REMIND_BEFORE: Final = 2
"""Working days before the promised day on which the first reminder is sent (DOMAIN F: T-2, T-0)."""
REMIND_AGAIN: Final = 7
"""Days between two reminders once the day of a correction has passed and the case was not ended: our default."""
REMINDERS_LATE: Final = 4
"""How many of them are sent: who did not answer so often is asked in another way."""
PROMISE_EXTENSION_MOST: Final = 366
"""Days a promise can be moved ahead at once: a bar against slips of the pen, no law sets it."""


def tell_by(received_at: datetime, closing: time | None, calendar: WorkCalendar) -> Due:
    """The last day to tell what is missing, for materials received at ``received_at``."""
    return due(ClockInput(received_at, TELL_WITHIN, closing=closing), calendar)


def deliver_by(decided_at: datetime, calendar: WorkCalendar) -> Due:
    """The last day to deliver a decision made at ``decided_at``."""
    return due(ClockInput(decided_at, DELIVER_WITHIN), calendar)


def deemed_result_by(approved_at: datetime, calendar: WorkCalendar) -> Due:
    """The last day to issue the result after a deemed approval."""
    return due(ClockInput(approved_at, DEEMED_RESULT_WITHIN), calendar)


def local_date(instant: datetime) -> date:
    """The calendar day in Asia/Shanghai."""
    return instant.astimezone(SHANGHAI).date()


def end_of(day: date) -> datetime:
    """The last second of ``day`` in Asia/Shanghai."""
    return datetime.combine(day, time(23, 59, 59), SHANGHAI)


def workdays_before(day: date, n: int, calendar: WorkCalendar) -> date:
    """The n-th working day before ``day``; for reminders."""
    while n > 0:
        day -= timedelta(days=1)
        if calendar.is_workday(day):
            n -= 1
    return day


def first_reminder(given_on: date, supply_by: date, calendar: WorkCalendar) -> date:
    """The first day on which an applicant is reminded of a correction: two working days before, or the day itself."""
    before = workdays_before(supply_by, REMIND_BEFORE, calendar)
    return before if before > given_on else supply_by


def next_reminder(supply_by: date, today: date) -> date | None:
    """The reminder after one sent on ``today``: the day itself, then weekly a few times; None when none is left."""
    if today < supply_by:
        return supply_by
    sent = (today - supply_by).days // REMIND_AGAIN
    return None if sent >= REMINDERS_LATE else supply_by + timedelta(days=(sent + 1) * REMIND_AGAIN)
