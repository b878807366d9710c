"""The demonstration's time: a year that ends on the last working day before today.

Nothing happens on the day of loading itself: the city loads at any hour, and no act may lie in the future.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from random import Random

from yitong.kernel.calendar import load_calendar
from yitong.kernel.clock import SHANGHAI

DAYS = 365
MORNING, EVENING = time(9, 0), time(17, 20)


@dataclass(frozen=True, slots=True)
class History:
    """The year before ``today`` (a date in Asia/Shanghai)."""

    today: date

    @classmethod
    def before(cls, now: datetime) -> History:
        """The year before the instant ``now``."""
        return cls(now.astimezone(SHANGHAI).date())

    @property
    def opening(self) -> datetime:
        """When the city was set up: before anything else happened."""
        return datetime.combine(self.today - timedelta(days=DAYS + 40), MORNING, SHANGHAI)

    @property
    def first(self) -> date:
        """The first day on which people apply."""
        return self.today - timedelta(days=DAYS)

    @property
    def last(self) -> date:
        """The last working day that is over."""
        return back(self.today, 1)

    @property
    def letters(self) -> tuple[date, date, date]:
        """Authorisation letters run from the first to the second and from the second to the third of these days."""
        months = self.today.year * 12 + self.today.month - 1
        first, renewed, end = (date((months + n) // 12, (months + n) % 12 + 1, 1) for n in (-16, -2, 12))
        return first, renewed, end


@lru_cache(maxsize=4096)
def after(day: date, n: int) -> date:
    """The n-th working day after ``day``."""
    return load_calendar().nth_workday_after(day, n)


@lru_cache(maxsize=4096)
def back(day: date, n: int) -> date:
    """The n-th working day before ``day``; ``day`` itself for 0."""
    calendar = load_calendar()
    while n > 0:
        day -= timedelta(days=1)
        n -= calendar.is_workday(day)
    return day


def at(day: date, clock: time) -> datetime:
    """The instant of a local time."""
    return datetime.combine(day, clock, SHANGHAI)


def office(day: date, random: Random, share: float = 0.0, until: float = 1.0) -> datetime:
    """Some instant of the office hours of ``day``, between ``share`` and ``until`` of them (0 is nine in the morning)."""
    seconds = (EVENING.hour - MORNING.hour) * 3600 + (EVENING.minute - MORNING.minute) * 60
    return at(day, MORNING) + timedelta(seconds=int(seconds * random.uniform(share, until)))
