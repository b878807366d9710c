"""The ledger of a case: every day of both limits, with the reason it counts or not."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from yitong.cases.models import Case, CaseEvent
from yitong.cases.rules.clock_replay import CLOCK_KINDS, CaseDues, ClockEvent, Clocks, dues, replay
from yitong.kernel.calendar import load_calendar
from yitong.kernel.clock import Ledger, explain


@dataclass(frozen=True, slots=True)
class CaseLedger:
    """Both clocks, explained day by day as of ``now``."""

    statutory: Ledger
    committed: Ledger


def replayed(case: Case) -> CaseDues | None:
    """What the case's events give, whatever is stored; None before acceptance. One query."""
    clocks = _clocks(case)
    return None if clocks is None else dues(clocks)


def ledger(case: Case, now: datetime) -> CaseLedger | None:
    """The ledger of a case; None before acceptance. It stops at the decision or closing. One query."""
    clocks = _clocks(case)
    if clocks is None:
        return None
    until = case.decided_at or case.closed_at or now
    calendar = load_calendar(clocks.calendar)
    return CaseLedger(explain(clocks.statutory, calendar, until), explain(clocks.committed, calendar, until))


def _clocks(case: Case) -> Clocks | None:
    rows = CaseEvent.objects.filter(case=case, kind__in=CLOCK_KINDS).order_by("seq")
    return replay(ClockEvent(kind, data) for kind, data in rows.values_list("kind", "data"))
