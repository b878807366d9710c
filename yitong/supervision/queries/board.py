"""The board of lights: counts by department and the cases behind each, over what the viewer may see.

The conditions are those of ``cases.rules.lights`` written for the database; a test compares both over one set of cases.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import Count, F, Q, QuerySet

from yitong.cases.permissions import visible_to
from yitong.parties.actors import Actor

LIGHTS = ("red", "yellow", "paused", "green")
OPEN = Q(state__in=["accepted", "deciding"])


def light_filter(light: str, now: datetime) -> Q:
    """Accepted, undecided cases that show ``light`` at ``now``; KeyError for an unknown word."""
    running = OPEN & Q(suspended=False)
    return {
        "paused": OPEN & Q(suspended=True),
        "red": running & Q(committed_due_at__lt=now),
        "yellow": running & Q(committed_due_at__gte=now, yellow_at__lte=now),
        "green": running & Q(committed_due_at__gte=now) & (Q(yellow_at__gt=now) | Q(yellow_at__isnull=True)),
    }[light]


@dataclass(frozen=True, slots=True)
class Row:
    """One department's counts by light."""

    department_id: int
    name: str
    counts: dict[str, int]
    statutory_over: int


@dataclass(frozen=True, slots=True)
class Board:
    """``totals`` by light over all rows; ``statutory_over``: red cases that are over the statutory limit as well."""

    rows: list[Row] = field(default_factory=list)
    totals: dict[str, int] = field(default_factory=dict)
    statutory_over: int = 0


def board(actor: Actor, now: datetime) -> Board:
    """Counts of open cases by department and light. One query, whatever the number of cases."""
    counted: Any = {light: Count("id", filter=light_filter(light, now)) for light in LIGHTS}
    rows: Any = (
        visible_to(actor)
        .filter(OPEN)
        .order_by()
        .values("department_id", name=F("department__name"))
        .annotate(**counted, over=Count("id", filter=light_filter("red", now) & Q(statutory_due_at__lt=now)))
    )
    found = [
        Row(row["department_id"], row["name"], {light: row[light] for light in LIGHTS}, row["over"]) for row in rows
    ]
    found.sort(key=lambda row: (-row.counts["red"], -row.counts["yellow"], row.name))
    totals = {light: sum(row.counts[light] for row in found) for light in LIGHTS}
    return Board(found, totals, sum(row.statutory_over for row in found))


def cases_with(actor: Actor, now: datetime, light: str = "", department_id: int | None = None) -> QuerySet[Any]:
    """The open cases behind a figure, the longest overdue first."""
    cases = visible_to(actor).filter(OPEN if light not in LIGHTS else light_filter(light, now))
    if department_id:
        cases = cases.filter(department_id=department_id)
    return cases.select_related("department", "handler").order_by(F("committed_due_at").asc(nulls_last=True), "id")
