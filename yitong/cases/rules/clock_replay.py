"""Both clocks of a case, recomputed from its events alone.

The stored due instants must always be what this gives; a command that touches the clock computes them here too.
Acts the clock listens to, and the ``data`` they carry:

- ``accepted``: ``start_at`` (ISO instant the limit runs from: of acceptance, or of receipt when deemed accepted),
  ``statutory`` and ``committed`` ({"amount", "unit"}), ``closing`` ("17:30" or null), ``calendar`` (version).
- ``special_started``: ``procedure`` (id), ``kind``, ``reason``, ``from_on``; ``special_ended``: ``procedure``, ``until_on``.
- ``extension_approved``: ``days``, ``reason``.
- ``commitment_withdrawn``: the acceptance that rested on the commitment falls; nothing before it counts any more.
- ``decided``, ``deemed_approved``, ``deemed_renewed``, ``withdrawn``, ``terminated``: the clock is read no further, the due instants stay.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from yitong.kernel.calendar import WorkCalendar, load_calendar
from yitong.kernel.clock import SHANGHAI, ClockInput, Due, Extension, Limit, Suspension, Unit, due

CLOCK_KINDS = ("accepted", "special_started", "special_ended", "extension_approved", "commitment_withdrawn")
YELLOW_SHARE = 5
"""Yellow when what is left is at most one day or one fifth of the committed limit (DOMAIN C2)."""


@dataclass(frozen=True, slots=True)
class ClockEvent:
    """The part of a case event the clock reads."""

    kind: str
    data: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Clocks:
    """What both clocks of one case count from. ``calendar`` is the version the case was accepted under."""

    statutory: ClockInput
    committed: ClockInput
    calendar: str

    @property
    def suspended(self) -> bool:
        """Whether a special procedure is still open."""
        return any(s.until_on is None for s in self.statutory.suspensions)


@dataclass(frozen=True, slots=True)
class CaseDues:
    """What a case row stores of its clocks; instants are null while the clock stands."""

    statutory_due_on: date | None
    statutory_due_at: datetime | None
    committed_due_on: date | None
    committed_due_at: datetime | None
    yellow_at: datetime | None
    provisional_clock: bool
    suspended: bool


def clock_data(
    *, start_at: datetime, statutory: Limit, committed: Limit, closing: time | None, calendar: WorkCalendar
) -> dict[str, Any]:
    """The ``data`` of an acceptance that ``replay`` reads."""
    return {
        "start_at": start_at.isoformat(),
        "statutory": {"amount": statutory.amount, "unit": statutory.unit.value},
        "committed": {"amount": committed.amount, "unit": committed.unit.value},
        "closing": None if closing is None else closing.isoformat(timespec="minutes"),
        "calendar": calendar.version,
    }


def replay(events: Iterable[ClockEvent]) -> Clocks | None:
    """The clocks after ``events`` (in order), or None when nothing was accepted, or the acceptance fell."""
    accepted: dict[str, Any] | None = None
    stops: dict[int, dict[str, Any]] = {}
    extensions: list[Extension] = []
    for event in events:
        if event.kind == "accepted":
            accepted = event.data
        elif event.kind == "special_started":
            stops[event.data["procedure"]] = {**event.data, "until_on": None}
        elif event.kind == "special_ended":
            stops[event.data["procedure"]]["until_on"] = event.data["until_on"]
        elif event.kind == "extension_approved":
            extensions.append(Extension(event.data["days"], event.data["reason"]))
        elif event.kind == "commitment_withdrawn":
            accepted, stops, extensions = None, {}, []
    if accepted is None:
        return None
    suspensions = tuple(s for stop in stops.values() if (s := _suspension(stop)) is not None)
    start_at = datetime.fromisoformat(accepted["start_at"])
    closing = None if accepted["closing"] is None else time.fromisoformat(accepted["closing"])
    statutory, committed = (
        ClockInput(
            start_at=start_at,
            limit=Limit(accepted[name]["amount"], Unit(accepted[name]["unit"])),
            suspensions=suspensions,
            # An approved extension moves the promise as well: the applicant was told the new date and the reason.
            extensions=tuple(extensions),
            closing=closing,
        )
        for name in ("statutory", "committed")
    )
    return Clocks(statutory, committed, accepted["calendar"])


def _suspension(stop: dict[str, Any]) -> Suspension | None:
    """None for a procedure that ended on the day it began: no whole day was lost."""
    from_on = date.fromisoformat(stop["from_on"])
    until_on = None if stop["until_on"] is None else date.fromisoformat(stop["until_on"])
    if until_on is not None and until_on <= from_on:
        return None
    return Suspension(from_on, until_on, stop["kind"], stop["reason"])


def dues(clocks: Clocks) -> CaseDues:
    """The due dates and the instant the light turns yellow."""
    calendar = load_calendar(clocks.calendar)
    statutory, committed = due(clocks.statutory, calendar), due(clocks.committed, calendar)
    return CaseDues(
        statutory_due_on=statutory.due_on,
        statutory_due_at=statutory.due_at,
        committed_due_on=committed.due_on,
        committed_due_at=committed.due_at,
        yellow_at=_yellow_at(clocks.committed, committed, calendar),
        provisional_clock=statutory.provisional or committed.provisional,
        suspended=clocks.suspended,
    )


def _yellow_at(inp: ClockInput, outcome: Due, calendar: WorkCalendar) -> datetime | None:
    """Midnight after the last day with more than max(1, a fifth) left; None for an instant item or an unknown end."""
    total = inp.limit.amount + sum(extension.amount for extension in inp.extensions)
    if total == 0 or outcome.due_on is None:
        return None
    green = total - max(1, total // YELLOW_SHARE)
    shortened = ClockInput(inp.start_at, Limit(green, inp.limit.unit), inp.suspensions, (), inp.closing)
    last_green = due(shortened, calendar)
    if last_green.due_on is None:
        return None
    return datetime.combine(last_green.due_on + timedelta(days=1), time(0), SHANGHAI)
