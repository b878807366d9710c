"""How often a client may ask: so many a minute, so many a day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from yitong.kernel.clock import SHANGHAI

MINUTE, DAY = "minute", "day"


@dataclass(frozen=True, slots=True)
class Window:
    """``number`` tells the window from all others of its kind; ``ends_at`` is when the count begins anew."""

    kind: str
    number: int
    ends_at: datetime


def minute_of(now: datetime) -> Window:
    number = int(now.timestamp()) // 60
    return Window(MINUTE, number, datetime.fromtimestamp((number + 1) * 60, SHANGHAI))


def day_of(now: datetime) -> Window:
    """The local day: a quota a day begins at midnight in the city."""
    local = now.astimezone(SHANGHAI)
    tomorrow = (local + timedelta(days=1)).replace(hour=0, minute=0, second=0, microsecond=0)
    return Window(DAY, local.date().toordinal(), tomorrow)


@dataclass(frozen=True, slots=True)
class Usage:
    """How far a client is, this request included."""

    this_minute: int
    per_minute: int
    today: int
    per_day: int

    def over(self) -> str:
        """``day``, ``minute`` or empty: the day's comes first, since waiting a minute would not help."""
        if self.today > self.per_day:
            return DAY
        return MINUTE if self.this_minute > self.per_minute else ""


def seconds_to_wait(window: Window, now: datetime) -> int:
    """For the header Retry-After; at least 1."""
    return max(1, int((window.ends_at - now).total_seconds()) + 1)
