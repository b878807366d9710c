"""The legal clock against a day-by-day brute force: due dates and explanations a second, on one core.

Limits: 100,000 due dates and 10,000 explanations of a 20-day limit a second.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from benchmarks.frame import Result, at_least, best_rate
from yitong.kernel.calendar import WorkCalendar, load_calendar
from yitong.kernel.clock import SHANGHAI, ClockInput, Limit, Suspension, Unit, due, explain

DUE_LIMIT = 100_000
EXPLAIN_LIMIT = 10_000


def brute_force_due(inp: ClockInput, calendar: WorkCalendar) -> date:
    """The due day found by asking of every single day whether it counts; closed suspensions only."""
    day = inp.start_at.astimezone(SHANGHAI).date()
    left = inp.limit.amount + sum(extension.amount for extension in inp.extensions)
    while left:
        day += timedelta(1)
        if inp.limit.unit is Unit.WORKDAY and not calendar.is_workday(day):
            continue
        if any(s.from_on <= day and (s.until_on is None or day < s.until_on) for s in inp.suspensions):
            continue
        left -= 1
    return day


def _inputs(suspended: int) -> list[ClockInput]:
    """A start on every day of 2020 to 2026, 15:00, 20 working days, with the given number of one-week suspensions."""
    first, inputs = date(2020, 1, 2), []
    for offset in range((date(2026, 12, 31) - first).days):
        day = first + timedelta(offset)
        stops = (day + timedelta(3 + 9 * n) for n in range(suspended))
        suspensions = tuple(Suspension(stop, stop + timedelta(7), "hearing", "requested") for stop in stops)
        start_at = datetime(day.year, day.month, day.day, 15, tzinfo=SHANGHAI)
        inputs.append(ClockInput(start_at, Limit(20), suspensions))
    return inputs


def _rate(function: Callable[[ClockInput, WorkCalendar], Any], inputs: Sequence[ClockInput], seconds: float) -> float:
    """Calls a second over ``inputs``."""
    calendar = load_calendar()

    def one_pass() -> int:
        for inp in inputs:
            function(inp, calendar)
        return len(inputs)

    return best_rate(one_pass, seconds)


def run(quick: bool = False) -> list[Result]:
    """Calls a second, beside the brute force on the same inputs. AssertionError when the two disagree on any day."""
    seconds = 0.2 if quick else 2.0
    calendar, results = load_calendar(), []
    for suspended in (0, 1, 3):
        inputs = _inputs(suspended)
        for inp in inputs:
            if due(inp, calendar).due_on != brute_force_due(inp, calendar):
                raise AssertionError(f"due and the brute force disagree on {inp}")
        sample = inputs[:: 8 if quick else 1]
        baseline = _rate(brute_force_due, sample, seconds)
        kinds = f"{suspended} suspension{'' if suspended == 1 else 's'}"
        for name, function, limit in (("due date", due, DUE_LIMIT), ("ledger", explain, EXPLAIN_LIMIT)):
            value = _rate(function, sample, seconds)
            results.append(
                at_least(
                    f"{name}, 20 working days, {kinds}",
                    value,
                    "/s",
                    limit,
                    baseline_name="day by day",
                    baseline=baseline,
                )
            )
    return results
