"""The stored clock of a case: what an acceptance writes, and the due columns a replay gives."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, time
from typing import Any

from django.conf import settings

from yitong.cases.models import Case, CaseEvent
from yitong.cases.rules.clock_replay import CLOCK_KINDS, ClockEvent, clock_data, dues, replay
from yitong.catalog.records import ItemRecord, LimitSpec
from yitong.kernel.calendar import load_calendar
from yitong.kernel.clock import Limit, Unit

DUE_COLUMNS = (
    "statutory_due_on",
    "statutory_due_at",
    "committed_due_on",
    "committed_due_at",
    "yellow_at",
    "provisional_clock",
    "suspended",
)
LIMIT_COLUMNS = (
    "statutory_amount",
    "statutory_unit",
    "committed_amount",
    "committed_unit",
    "extension_limit",
    "joint",
    "deemed_approval_listed",
)


def closing() -> time | None:
    """The office hour after which a receipt or acceptance counts as the next working day's; None counts the day itself."""
    value = settings.YITONG_CASE_CLOSING
    return time.fromisoformat(value) if value else None


def acceptance_data(record: ItemRecord, start_at: datetime) -> dict[str, Any]:
    """The clock's part of an acceptance event: both limits as published when the case was accepted."""
    return clock_data(
        start_at=start_at,
        statutory=_limit(record.statutory_limit),
        committed=_limit(record.committed_limit),
        closing=closing(),
        calendar=load_calendar(),
    )


def _limit(spec: LimitSpec) -> Limit:
    return Limit(spec.amount, Unit(spec.unit))


def copy_limits(case: Case, record: ItemRecord) -> None:
    """Snapshot of what the version says, so that a later one cannot move a running case."""
    case.statutory_amount, case.statutory_unit = record.statutory_limit.amount, record.statutory_limit.unit
    case.committed_amount, case.committed_unit = record.committed_limit.amount, record.committed_limit.unit
    case.extension_limit = record.extension_limit
    case.joint = record.joint
    case.deemed_approval_listed = record.deemed_approval.listed


def apply(case: Case, events: Iterable[ClockEvent]) -> None:
    """Set the due columns to what ``events`` (all the clock's events of the case, in order) give."""
    clocks = replay(events)
    if clocks is None:
        return
    found = dues(clocks)
    for name in DUE_COLUMNS:
        setattr(case, name, getattr(found, name))


def clear(case: Case) -> None:
    """No clock runs: the columns as they were before the acceptance."""
    untouched = Case()
    for name in (*LIMIT_COLUMNS, "extension_days", *DUE_COLUMNS):
        setattr(case, name, getattr(untouched, name))


def events_of(case_id: int) -> list[ClockEvent]:
    """The clock's events of the case, in order. One query."""
    rows = CaseEvent.objects.filter(case_id=case_id, kind__in=CLOCK_KINDS).order_by("seq")
    return [ClockEvent(kind, data) for kind, data in rows.values_list("kind", "data")]
