"""The legal clock against a day-by-day brute force: due dates and explanations a second, on one core.

Limits: 100,000 due dates and 10,000 explanations of a 20-day limit a second. Run: ``python -m benchmarks.legal_clock``.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta
from typing import Any

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
    """Calls a second: the best of the whole passes over ``inputs`` that begin within ``seconds``."""
    calendar, best, until = load_calendar(), 0.0, time.perf_counter() + seconds
    while best == 0.0 or time.perf_counter() < until:
        begin = time.perf_counter()
        for inp in inputs:
            function(inp, calendar)
        best = max(best, len(inputs) / (time.perf_counter() - begin))
    return best


def run(quick: bool = False) -> list[dict[str, Any]]:
    """One row per measurement: ``name, value, unit, baseline, ratio, limit``.

    ``value`` and ``baseline`` (the brute force on the same inputs) are calls a second, ``ratio`` their quotient;
    ``limit`` is the least ``value`` allowed. Raises AssertionError when the two disagree on any day.
    """
    seconds = 0.2 if quick else 2.0
    calendar, rows = load_calendar(), []
    for suspended in (0, 1, 3):
        inputs = _inputs(suspended)
        for inp in inputs:
            if due(inp, calendar).due_on != brute_force_due(inp, calendar):
                raise AssertionError(f"due and the brute force disagree on {inp}")
        sample = inputs[:: 8 if quick else 1]
        baseline = _rate(brute_force_due, sample, seconds)
        kinds = f"{suspended} suspension{'' if suspended == 1 else 's'}"
        for name, function, limit in (("due", due, DUE_LIMIT), ("explain", explain, EXPLAIN_LIMIT)):
            value = _rate(function, sample, seconds)
            rows.append(
                {
                    "name": f"legal clock {name}, 20 working days, {kinds}",
                    "value": round(value),
                    "unit": "1/s",
                    "baseline": round(baseline),
                    "ratio": round(value / baseline, 2),
                    "limit": limit,
                }
            )
    return rows


def main() -> None:
    for row in run():
        verdict = "ok" if row["value"] >= row["limit"] else "TOO SLOW"
        print(
            f"{row['name']:<55} {row['value']:>9,} {row['unit']}   brute force {row['baseline']:>7,}"
            f"   x{row['ratio']:<6}  limit {row['limit']:>7,}  {verdict}"
        )


if __name__ == "__main__":
    main()
