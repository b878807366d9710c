"""The log of calls, newest first, a page at a time."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import Q, QuerySet

from yitong.exchange.models import Call
from yitong.exchange.permissions import calls_visible_to
from yitong.kernel.clock import SHANGHAI
from yitong.parties.actors import Actor

PER_PAGE = 50
EXPORT_MOST = 20_000


@dataclass(frozen=True, slots=True)
class CallFilters:
    """What is looked for; an empty one is none. ``outcome``: found, absent, unavailable or cut_off; ``how``: cached, asked."""

    connector: str = ""
    outcome: str = ""
    how: str = ""
    case_number: str = ""
    from_on: date | None = None
    until_on: date | None = None


@dataclass(frozen=True, slots=True)
class CallPage:
    """``older``: the id before which the next page begins, None on the last one."""

    rows: list[Call]
    older: int | None


def calls(actor: Actor, filters: CallFilters, before: int | None = None) -> CallPage:
    """One page. One statement."""
    rows = _filtered(actor, filters)
    if before is not None:
        rows = rows.filter(pk__lt=before)
    found = list(rows.order_by("-pk")[: PER_PAGE + 1])
    return CallPage(found[:PER_PAGE], found[PER_PAGE - 1].pk if len(found) > PER_PAGE else None)


def exported(actor: Actor, filters: CallFilters) -> Iterator[Call]:
    """At most EXPORT_MOST rows, newest first."""
    return iter(_filtered(actor, filters).order_by("-pk")[:EXPORT_MOST])


def _filtered(actor: Actor, filters: CallFilters) -> QuerySet[Call]:
    rows = calls_visible_to(actor).select_related("connector", "result", "department")
    wanted: dict[str, Any] = {"connector__code": filters.connector, "case_number": filters.case_number}
    rows = rows.filter(**{name: value for name, value in wanted.items() if value})
    if filters.outcome == "cut_off":
        rows = rows.filter(result__isnull=True)
    elif filters.outcome:
        rows = rows.filter(result__outcome=filters.outcome)
    if filters.how:
        rows = rows.filter(Q(result__cached=True) if filters.how == "cached" else Q(result__attempts__gt=0))
    if filters.from_on:
        rows = rows.filter(at__gte=_midnight(filters.from_on))
    if filters.until_on:
        rows = rows.filter(at__lt=_midnight(filters.until_on) + timedelta(days=1))
    return rows


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time.min, SHANGHAI)
