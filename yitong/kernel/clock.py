"""The legal clock: from an acceptance, a limit and what interrupted it to the last day, and back to every day's reason.

Pure and replayable: the same ``ClockInput`` and calendar version give the same answer in every process, for ever.

Law
- 行政许可法 第四十二条 and 第八十二条: the limit runs from acceptance, in working days without statutory holidays.
- 行政许可法 第四十五条: hearings, tenders, auctions, inspections, tests, quarantine, appraisals and expert reviews do
  not count; a suspension stands for one of them and carries the written notice's kind and reason.
- 民法典 第二百零一条 and 第二百零三条: the day on which a period begins is not counted and its last day ends at 24:00;
  a last day that is a legal day off moves to the day after it. Working days have that by nature; limits in calendar
  days do it only with ``roll_to_workday``, because not every rule adopts it.

The due instant is 23:59:59 of the last day in Asia/Shanghai. Suspensions are half-open: [from_on, until_on).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Final, NamedTuple
from zoneinfo import ZoneInfo

from yitong.kernel.calendar import HOLIDAY, MAKEUP, MAX_ORDINAL, WEEKEND, WorkCalendar
from yitong.kernel.clock_input import ClockInput, ClockInputError, Extension, Limit, Suspension, Unit, require_aware

__all__ = [
    "SHANGHAI",
    "ClockInput",
    "ClockInputError",
    "Due",
    "Extension",
    "Ledger",
    "LedgerDay",
    "Limit",
    "Suspension",
    "Unit",
    "due",
    "due_on_ordinal",
    "explain",
    "remaining",
]

SHANGHAI: Final = ZoneInfo("Asia/Shanghai")
END_OF_DAY: Final = time(23, 59, 59, tzinfo=SHANGHAI)
NEVER: Final = 1 << 40
"""The ordinal at which an open suspension ends: after every date."""


@dataclass(frozen=True, slots=True)
class Due:
    """``due_on`` and ``due_at`` are None while an open suspension keeps the last day from being known.

    ``counted``: days counted up to ``due_on``, or up to the open suspension. ``provisional``: the count ran past the
    years the calendar has, where a later notice may move it.
    """

    due_on: date | None
    due_at: datetime | None
    counted: int
    provisional: bool
    calendar_version: str
    start_on: date


class LedgerDay(NamedTuple):
    """One day of the count.

    ``number``: the how-many-eth counted day, None when not counted. ``reason``: ``start``, ``counted``, ``makeup``
    (counted, a worked weekend), ``weekend``, ``holiday``, ``suspended`` or ``rolled`` (the last day moved here). A day
    off inside a suspension keeps its own reason in working days, so that ``suspended`` days are what it cost.
    ``detail``: holiday name; ``kind: reason`` of the suspensions; for the start ``after_hours`` or ``day_off`` when
    acceptance was moved here from an earlier day. ``provisional``: past the loaded years.
    """

    on: date
    counted: bool
    number: int | None
    reason: str
    detail: str
    provisional: bool = False


@dataclass(frozen=True, slots=True)
class Ledger:
    """Every day from the start day to ``due.due_on``, or to the day of ``now`` while the clock stands still.

    ``received_on``: local date of the acceptance, earlier than ``due.start_on`` when that was moved. ``remaining``: see
    the function of that name; None when no ``now`` was given. ``provisional``: something in it is past the loaded
    years.
    """

    days: tuple[LedgerDay, ...]
    due: Due
    received_on: date
    remaining: int | None
    provisional: bool


def due(inp: ClockInput, calendar: WorkCalendar) -> Due:
    """The last day and instant of the limit.

    Raises ``CalendarRangeError`` when the start lies before the calendar, ``ClockInputError`` when the due date would
    lie past the year 9999.
    """
    start, _ = _start(inp, calendar)
    total = inp.limit.amount
    for extension in inp.extensions:
        total += extension.amount
    blocks = _blocks(inp.suspensions)
    last, counted = _last_day(start, total, inp.limit, blocks, calendar)
    start_on = date.fromordinal(start)
    if last is None:
        # What is known reaches only to where the clock stopped.
        stopped = max(start + 1, min(begin for begin, end in blocks if end == NEVER))
        return Due(None, None, counted, stopped > calendar.end_ordinal, calendar.version, start_on)
    if last > MAX_ORDINAL:
        raise ClockInputError("limit.amount", f"{total} days from {start_on} end after the year 9999; give fewer")
    due_on = date.fromordinal(last)
    due_at = datetime.combine(due_on, END_OF_DAY)
    return Due(due_on, due_at, counted, last >= calendar.end_ordinal, calendar.version, start_on)


def due_on_ordinal(
    start: int, amount: int, workdays: bool, blocks: Sequence[tuple[int, int]], calendar: WorkCalendar
) -> int | None:
    """Ordinal of the ``amount``-th counted day after ``start``: the bare count behind ``due``, for bulk work.

    ``blocks``: half-open ordinal ranges that do not count, sorted; ``NEVER`` ends an open one. None when the days run
    out before an open block. Zero gives ``start``.
    """
    return _walk(start, amount, workdays, blocks, calendar)[0]


def remaining(inp: ClockInput, calendar: WorkCalendar, now: datetime) -> int:
    """Days of the limit still left as of ``now``, today included; negative exactly when the due instant has passed.

    Overdue days are working days whatever the unit: -1 to the end of the first working day past due, then -2 and so on.
    """
    return _remaining(inp, due(inp, calendar), calendar, _local_day("now", now))


def explain(inp: ClockInput, calendar: WorkCalendar, now: datetime | None = None) -> Ledger:
    """The count day by day; errors as ``due``.

    Without ``now`` a standing clock is told up to the first day of its open suspension, and ``remaining`` is None.
    """
    outcome = due(inp, calendar)
    today = None if now is None else _local_day("now", now)
    start, moved = _start(inp, calendar)
    if outcome.due_on is not None:
        end = outcome.due_on.toordinal()
    elif today is not None:
        end = max(today, start)
    else:
        end = max(start, min(s.from_on.toordinal() for s in inp.suspensions if s.until_on is None))
    days = [LedgerDay(outcome.start_on, False, None, "start", moved, start >= calendar.end_ordinal)]
    days += _days_after(start, end, outcome, inp, calendar)
    return Ledger(
        days=tuple(days),
        due=outcome,
        received_on=inp.start_at.astimezone(SHANGHAI).date(),
        remaining=None if today is None else _remaining(inp, outcome, calendar, today),
        provisional=outcome.provisional or end >= calendar.end_ordinal,
    )


def _local_day(field: str, instant: datetime) -> int:
    require_aware(field, instant)
    return _localized(field, instant).toordinal()


def _localized(field: str, instant: datetime) -> datetime:
    try:
        return instant.astimezone(SHANGHAI)
    except OverflowError:
        raise ClockInputError(field, f"{instant.isoformat()} is past the year 9999 in Asia/Shanghai") from None


def _start(inp: ClockInput, calendar: WorkCalendar) -> tuple[int, str]:
    """Ordinal of the effective start day, and why it is not the day of acceptance (empty when it is)."""
    local = _localized("start_at", inp.start_at)
    ordinal = local.toordinal()
    calendar.require_loaded(ordinal)
    if inp.closing is None:
        return ordinal, ""
    if calendar.kind_at(ordinal) in (WEEKEND, HOLIDAY):
        moved = "day_off"
    elif local.time() >= inp.closing:
        moved = "after_hours"
    else:
        return ordinal, ""
    start = calendar.workday_at(calendar.workdays_before(ordinal + 1))
    if start > MAX_ORDINAL:
        raise ClockInputError("start_at", "has no next working day before the year 10000")
    return start, moved


def _blocks(suspensions: Sequence[Suspension]) -> list[tuple[int, int]]:
    """Suspensions as sorted half-open ordinal ranges; they may overlap."""
    if not suspensions:
        return []
    blocks = [(s.from_on.toordinal(), NEVER if s.until_on is None else s.until_on.toordinal()) for s in suspensions]
    blocks.sort()
    return blocks


def _free_ranges(first: int, blocks: Sequence[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """Half-open ranges from ``first`` on that no block covers; the last ends at ``NEVER`` unless a block is open."""
    for begin, end in blocks:
        if begin > first:
            yield first, begin
        if end > first:
            first = end
    if first < NEVER:
        yield first, NEVER


def _walk(
    start: int, amount: int, workdays: bool, blocks: Sequence[tuple[int, int]], calendar: WorkCalendar
) -> tuple[int | None, int]:
    """(ordinal of the amount-th counted day after start or None, days counted)."""
    if amount == 0:
        return start, 0
    if not blocks:
        if workdays:
            return calendar.workday_at(calendar.workdays_before(start + 1) + amount - 1), amount
        return start + amount, amount
    left = amount
    for begin, end in _free_ranges(start + 1, blocks):
        if workdays:
            rank = calendar.workdays_before(begin)
            size = calendar.workdays_before(end) - rank
            if left <= size:
                return calendar.workday_at(rank + left - 1), amount
        else:
            size = end - begin
            if left <= size:
                return begin + left - 1, amount
        left -= size
    return None, amount - left


def _last_day(
    start: int, total: int, limit: Limit, blocks: Sequence[tuple[int, int]], calendar: WorkCalendar
) -> tuple[int | None, int]:
    """As ``_walk``, with the roll to a working day where the limit asks for it."""
    last, counted = _walk(start, total, limit.unit is Unit.WORKDAY, blocks, calendar)
    if limit.roll_to_workday and last is not None and calendar.kind_at(last) in (WEEKEND, HOLIDAY):
        last, _ = _walk(last, 1, True, blocks, calendar)
    return last, counted


def _remaining(inp: ClockInput, outcome: Due, calendar: WorkCalendar, today: int) -> int:
    if outcome.due_on is not None and today > outcome.due_on.toordinal():
        last = outcome.due_on.toordinal()
        return -max(1, calendar.workdays_before(today + 1) - calendar.workdays_before(last + 1))
    total = inp.limit.amount + sum(extension.amount for extension in inp.extensions)
    used = 0
    for begin, end in _free_ranges(outcome.start_on.toordinal() + 1, _blocks(inp.suspensions)):
        if begin >= today:
            break
        end = min(end, today)
        if inp.limit.unit is Unit.WORKDAY:
            used += calendar.workdays_before(end) - calendar.workdays_before(begin)
        else:
            used += end - begin
    # A rolled last day lies after the days of the limit are used up, yet is not overdue.
    return max(0, total - used)


_OFF_REASON = {WEEKEND: "weekend", HOLIDAY: "holiday"}


def _days_after(start: int, end: int, outcome: Due, inp: ClockInput, calendar: WorkCalendar) -> Iterator[LedgerDay]:
    """The ledger from the day after ``start`` to ``end``, both ordinals, ``end`` included."""
    workdays = inp.limit.unit is Unit.WORKDAY
    stops = [(block, suspension) for suspension in inp.suspensions for block in _blocks((suspension,))]
    number = 0
    for ordinal in range(start + 1, end + 1):
        kind = calendar.kind_at(ordinal)
        off = kind in (WEEKEND, HOLIDAY)
        stopped = [s for (begin, until), s in stops if begin <= ordinal < until] if stops else ()
        on, provisional = date.fromordinal(ordinal), ordinal >= calendar.end_ordinal
        exhausted = number == outcome.counted
        if off and (workdays or (exhausted and not stopped)):
            yield LedgerDay(on, False, None, _OFF_REASON[kind], calendar.name_at(ordinal), provisional)
        elif stopped:
            detail = "; ".join(f"{s.kind}: {s.reason}" if s.reason else s.kind for s in stopped)
            yield LedgerDay(on, False, None, "suspended", detail, provisional)
        elif exhausted:
            yield LedgerDay(on, False, None, "rolled", "", provisional)
        else:
            number += 1
            if workdays and kind == MAKEUP:
                yield LedgerDay(on, True, number, "makeup", calendar.name_at(ordinal), provisional)
            else:
                yield LedgerDay(on, True, number, "counted", "", provisional)
