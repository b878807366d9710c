"""Working days of the State Council's holiday notices, as arrays that answer in constant time.

Source: the annual 国务院办公厅关于…部分节假日安排的通知, kept in ``calendars/state-council.toml`` with the make-up days
(调休上班).
Law: 行政许可法 第八十二条: the time limits of the law are counted in working days and exclude statutory holidays.

Days are also addressed by their proleptic Gregorian ordinal (``date.toordinal()``), the legal clock's working form.
Past the last loaded year only Saturdays and Sundays are known to be off: every answer there is provisional, and
``covers`` says so. The notice for a year comes out in the last months of the year before and may move the last days
of that year too (31 December 2018 became a holiday in December 2018), which ``covers`` cannot foresee.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

DATA_FILE = Path(__file__).parent / "calendars" / "state-council.toml"
MAX_ORDINAL = date.max.toordinal()
_SATURDAY = 5

WORKDAY, WEEKEND, HOLIDAY, MAKEUP = range(4)


class CalendarRangeError(ValueError):
    """The date lies before the first loaded year. The message names the years loaded."""


class CalendarDataError(ValueError):
    """The calendar data contradict themselves or name an unknown version; the message says where."""


@dataclass(frozen=True, slots=True)
class Notice:
    """One holiday notice. ``off`` holds (name, first, last) with both days included, ``makeup`` (name, day)."""

    year: int
    title: str
    number: str
    off: tuple[tuple[str, date, date], ...]
    makeup: tuple[tuple[str, date], ...]

    @property
    def citation(self) -> str:
        """Title with the document number in brackets, as legal documents cite it."""
        return f"{self.title}（{self.number}）" if self.number else self.title


@dataclass(frozen=True, slots=True, eq=False)
class WorkCalendar:
    """Working days of consecutive whole years. Immutable, compared by identity; build one with ``build_calendar``.

    ``first_year`` and ``last_year`` are both included. Every method that takes a date raises ``CalendarRangeError``
    before ``first_year``; after ``last_year`` it answers from weekends alone.
    """

    version: str
    first_year: int
    last_year: int
    notices: tuple[Notice, ...]
    first_ordinal: int
    end_ordinal: int
    """Ordinal of the first day that is no longer loaded."""
    _kinds: bytes
    _names: Mapping[int, str]
    _rank: Sequence[int]
    """_rank[i]: working days among the first i loaded days; one entry more than there are days."""
    _workdays: Sequence[int]
    """Ordinals of all loaded working days, ascending."""

    def covers(self, day: date) -> bool:
        """Whether ``day`` lies in a loaded year; never raises."""
        return self.first_ordinal <= day.toordinal() < self.end_ordinal

    def is_workday(self, day: date) -> bool:
        return self.kind_at(day.toordinal()) in (WORKDAY, MAKEUP)

    def is_makeup(self, day: date) -> bool:
        """Whether ``day`` is a Saturday or Sunday that a notice makes a working day (调休上班)."""
        return self.kind_at(day.toordinal()) == MAKEUP

    def why_off(self, day: date) -> str | None:
        """``"holiday"`` when a notice names the day, ``"weekend"`` otherwise, ``None`` on a working day."""
        return {WEEKEND: "weekend", HOLIDAY: "holiday"}.get(self.kind_at(day.toordinal()))

    def holiday_name(self, day: date) -> str:
        """Chinese name of the holiday ``day`` belongs to, also for its make-up days; empty for any other day."""
        self.require_loaded(day.toordinal())
        return self._names.get(day.toordinal(), "")

    def nth_workday_after(self, day: date, n: int) -> date:
        """The n-th working day strictly after ``day``; ``day`` itself when n is 0.

        Raises ValueError for a negative n, CalendarRangeError before the first year or after the year 9999.
        """
        if n < 0:
            raise ValueError(f"n must be 0 or more, not {n}")
        if n == 0:
            self.require_loaded(day.toordinal())
            return day
        ordinal = self.workday_at(self.workdays_before(day.toordinal() + 1) + n - 1)
        if ordinal > MAX_ORDINAL:
            raise CalendarRangeError(f"{n} working days after {day.isoformat()} is past the year 9999")
        return date.fromordinal(ordinal)

    def workdays_between(self, after: date, until: date) -> int:
        """Number of working days in the half-open range (after, until]; negative when ``until`` is earlier."""
        return self.workdays_before(until.toordinal() + 1) - self.workdays_before(after.toordinal() + 1)

    def kind_at(self, ordinal: int) -> int:
        """``WORKDAY``, ``WEEKEND``, ``HOLIDAY`` or ``MAKEUP`` (a working day too)."""
        if ordinal >= self.end_ordinal:
            return WEEKEND if (ordinal - 1) % 7 >= _SATURDAY else WORKDAY
        self.require_loaded(ordinal)
        return self._kinds[ordinal - self.first_ordinal]

    def name_at(self, ordinal: int) -> str:
        """As ``holiday_name``, by ordinal and without a range check."""
        return self._names.get(ordinal, "")

    def workdays_before(self, ordinal: int) -> int:
        """Number of working days from the first loaded day up to, not including, ``ordinal``: the rank of that day."""
        if ordinal > self.end_ordinal:
            return len(self._workdays) + _weekdays_before(ordinal) - _weekdays_before(self.end_ordinal)
        if ordinal < self.first_ordinal:
            self.require_loaded(ordinal)
        return self._rank[ordinal - self.first_ordinal]

    def workday_at(self, rank: int) -> int:
        """Ordinal of the working day with the given rank (0 is the first loaded one); may lie past the year 9999."""
        loaded = len(self._workdays)
        if rank < loaded:
            return self._workdays[rank]
        weeks, rest = divmod(rank - loaded + _weekdays_before(self.end_ordinal), 5)
        return weeks * 7 + rest + 1

    def require_loaded(self, ordinal: int) -> None:
        """Raise ``CalendarRangeError`` when the day lies before the first loaded year."""
        if ordinal < self.first_ordinal:
            day = date.fromordinal(ordinal).isoformat()
            raise CalendarRangeError(
                f"{day} is before the working-day calendar {self.version}, "
                f"which has the years {self.first_year} to {self.last_year}"
            )


def _weekdays_before(ordinal: int) -> int:
    """Mondays to Fridays before ``ordinal``, counted from 1 January of year 1, which is a Monday with ordinal 1."""
    weeks, rest = divmod(ordinal - 1, 7)
    return weeks * 5 + min(rest, 5)


def build_calendar(version: str, notices: Sequence[Notice]) -> WorkCalendar:
    """A calendar of the years the notices are for; a later notice overrides an earlier one.

    Raises ``CalendarDataError`` when a year is missing in between, a holiday ends before it begins, or a make-up day
    is not a Saturday or Sunday.
    """
    years = sorted({notice.year for notice in notices})
    if not years or years != list(range(years[0], years[-1] + 1)):
        raise CalendarDataError(f"calendar {version}: the years must be consecutive, got {years}")
    first, end = date(years[0], 1, 1).toordinal(), date(years[-1] + 1, 1, 1).toordinal()
    kinds = bytearray(WEEKEND if (o - 1) % 7 >= _SATURDAY else WORKDAY for o in range(first, end))
    names: dict[int, str] = {}
    for notice in notices:
        for ordinal, kind, name in _marks(notice):
            if first <= ordinal < end:
                kinds[ordinal - first] = kind
                names[ordinal] = name
    workdays = [first + i for i, kind in enumerate(kinds) if kind in (WORKDAY, MAKEUP)]
    rank = [0]
    for kind in kinds:
        rank.append(rank[-1] + (kind in (WORKDAY, MAKEUP)))
    return WorkCalendar(version, years[0], years[-1], tuple(notices), first, end, bytes(kinds), names, rank, workdays)


def _marks(notice: Notice) -> list[tuple[int, int, str]]:
    """(ordinal, kind, holiday name) of every day the notice sets."""
    marks: list[tuple[int, int, str]] = []
    for name, since, last in notice.off:
        if last < since:
            raise CalendarDataError(f"{notice.title}: {name} ends on {last} before it begins on {since}")
        marks += [(ordinal, HOLIDAY, name) for ordinal in range(since.toordinal(), last.toordinal() + 1)]
    for name, day in notice.makeup:
        if day.weekday() < _SATURDAY:
            raise CalendarDataError(f"{notice.title}: the make-up day {day} of {name} is not a Saturday or Sunday")
        marks.append((day.toordinal(), MAKEUP, name))
    return marks


def calendar_versions() -> tuple[str, ...]:
    """Every version of the calendar data that can be loaded, oldest first; the last one is current."""
    return tuple(_read_data()["versions"])


def load_calendar(version: str | None = None) -> WorkCalendar:
    """The calendar as it was known in ``version``, by default the current one. Loaded once per process.

    Raises ``CalendarDataError`` for a version that does not exist, naming those that do.
    """
    return _load(calendar_versions()[-1] if version is None else version)


@cache
def _load(version: str) -> WorkCalendar:
    versions = calendar_versions()
    if version not in versions:
        raise CalendarDataError(f"there is no calendar version {version!r}; known versions: {', '.join(versions)}")
    known = versions[: versions.index(version) + 1]
    return build_calendar(version, [_notice(row) for row in _read_data()["notice"] if row["since"] in known])


@lru_cache(maxsize=1)
def _read_data() -> dict[str, Any]:
    with DATA_FILE.open("rb") as stream:
        return tomllib.load(stream)


def _notice(row: Mapping[str, Any]) -> Notice:
    """One ``[[notice]]`` table. TOML also has date-times; one here would break every comparison, so it is refused."""
    days = [day for _, *rest in (*row["off"], *row["makeup"]) for day in rest]
    if any(not isinstance(day, date) or isinstance(day, datetime) for day in days):
        raise CalendarDataError(f"{row['title']}: every day must be a plain date such as 2026-10-01")
    return Notice(
        year=row["year"],
        title=row["title"],
        number=row.get("number", ""),
        off=tuple((name, first, last) for name, first, last in row["off"]),
        makeup=tuple((name, day) for name, day in row["makeup"]),
    )
