"""What the legal clock counts from: limit, suspensions, extensions, acceptance. Every value checks itself.

``yitong.kernel.clock`` re-exports all of it; import from there.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time
from enum import StrEnum
from typing import Final

MAX_AMOUNT: Final = 36_500
"""Days, a hundred years: far above any legal limit, so that a slip of the keyboard is refused and not counted."""


class ClockInputError(ValueError):
    """An input the clock cannot count from. ``field`` names it; ``message`` says what it must be."""

    def __init__(self, field: str, message: str) -> None:
        self.field = field
        self.message = message
        super().__init__(f"{field}: {message}")


class Unit(StrEnum):
    WORKDAY = "workday"
    DAY = "day"


def _require_amount(field: str, amount: int) -> None:
    # bool is an int to isinstance, and a float would silently count half days.
    if type(amount) is not int or not 0 <= amount <= MAX_AMOUNT:
        raise ClockInputError(field, f"must be a whole number of days from 0 to {MAX_AMOUNT}, not {amount!r}")


def require_aware(field: str, instant: datetime) -> None:
    if not isinstance(instant, datetime) or instant.utcoffset() is None:
        raise ClockInputError(field, "must be a date and time with a time zone, such as 2026-09-24T15:00+08:00")


def _require_date(field: str, day: date) -> None:
    if not isinstance(day, date) or isinstance(day, datetime):
        raise ClockInputError(field, "must be a date without a time, such as 2026-10-09")


@dataclass(frozen=True, slots=True)
class Limit:
    """How long something may take. 0 is an item decided at once: due on the start day."""

    amount: int
    unit: Unit = Unit.WORKDAY
    roll_to_workday: bool = False
    """Calendar days only: a last day that is off moves to the next working day outside suspensions."""

    def __post_init__(self) -> None:
        _require_amount("limit.amount", self.amount)
        if not isinstance(self.unit, Unit):
            raise ClockInputError("limit.unit", f"must be Unit.WORKDAY or Unit.DAY, not {self.unit!r}")


@dataclass(frozen=True, slots=True)
class Suspension:
    """Days [from_on, until_on) that do not count; ``until_on`` None while the clock still stands."""

    from_on: date
    until_on: date | None
    kind: str
    reason: str = ""

    def __post_init__(self) -> None:
        _require_date("suspensions.from_on", self.from_on)
        if self.until_on is None:
            return
        _require_date("suspensions.until_on", self.until_on)
        if self.until_on <= self.from_on:
            raise ClockInputError(
                "suspensions.until_on",
                f"must be after {self.from_on}: it is the first day that counts again, got {self.until_on}",
            )


@dataclass(frozen=True, slots=True)
class Extension:
    """More days in the unit of the limit (行政许可法 第四十二条: approved by the head, with the reason told)."""

    amount: int
    reason: str = ""

    def __post_init__(self) -> None:
        _require_amount("extensions.amount", self.amount)


@dataclass(frozen=True, slots=True)
class ClockInput:
    """Everything the clock depends on besides the calendar.

    ``start_at``: aware instant of acceptance. ``closing``: local office hour from which on, like on a day off,
    acceptance counts as made on the next working day; None takes the local date as it is.
    """

    start_at: datetime
    limit: Limit
    suspensions: tuple[Suspension, ...] = ()
    extensions: tuple[Extension, ...] = ()
    closing: time | None = None

    def __post_init__(self) -> None:
        require_aware("start_at", self.start_at)
        if self.closing is not None and self.closing.tzinfo is not None:
            raise ClockInputError("closing", "must be a local time without a time zone, such as 17:30")
