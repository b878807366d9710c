"""Connectors as other contexts and the console see them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection

from yitong.exchange.models import Call, Connector, ConnectorChange, OddAnswer
from yitong.exchange.permissions import visible_to
from yitong.exchange.rules.answers import ConnectorInfo
from yitong.exchange.rules.mapping import CONFIDENTIALITY
from yitong.parties.actors import Actor

SENSITIVE = CONFIDENTIALITY[-1]


def in_service(subject: str = "") -> list[ConnectorInfo]:
    """Every connector that is switched on (of one kind of holder), by code. One statement."""
    rows = Connector.objects.select_related("circuit").filter(enabled=True)
    return [_info(row) for row in (rows.filter(subject=subject) if subject else rows)]


def all_connectors() -> list[ConnectorInfo]:
    """Every connector, those switched off too, by code."""
    return [_info(row) for row in Connector.objects.select_related("circuit")]


def connector(code: str) -> ConnectorInfo | None:
    """What others may know of one connector."""
    found = Connector.objects.select_related("circuit").filter(code=code).first()
    return _info(found) if found else None


def _info(row: Connector) -> ConnectorInfo:
    return ConnectorInfo(
        code=row.code,
        name=row.name,
        source_name=row.source_name,
        subject=row.subject,
        licence_type=row.licence_type,
        fields=tuple((str(each["name"]), str(each["label"])) for each in row.fields),
        enabled=row.enabled,
        working=row.enabled and row.circuit.state == "closed",
        standin=row.is_standin,
        cache_seconds=row.cache_seconds,
        confidential=frozenset(str(each["name"]) for each in row.fields if each.get("confidentiality") == SENSITIVE),
    )


@dataclass(frozen=True, slots=True)
class Figures:
    """One connector over a span. ``asked``: calls for which the source was asked; ``failed``: of these without an answer;
    ``answered``: found and absent, kept answers included; ``cached``: of these kept ones; ``held_back``: not asked because
    the circuit was open or the connector off; ``cut_off``: calls whose process died. Milliseconds are of ``asked``."""

    calls: int = 0
    asked: int = 0
    failed: int = 0
    answered: int = 0
    cached: int = 0
    held_back: int = 0
    cut_off: int = 0
    p50: int | None = None
    p95: int | None = None

    @property
    def error_share(self) -> float | None:
        return 100 * self.failed / self.asked if self.asked else None

    @property
    def cache_share(self) -> float | None:
        return 100 * self.cached / self.answered if self.answered else None


# The span is one of begun calls; those of the last minute may still be under way and count neither as done nor as cut off.
_FIGURES = """
SELECT c.connector_id,
       count(*),
       count(*) FILTER (WHERE r.attempts > 0),
       count(*) FILTER (WHERE r.attempts > 0 AND r.outcome = 'unavailable'),
       count(*) FILTER (WHERE r.outcome <> 'unavailable'),
       count(*) FILTER (WHERE r.cached),
       count(*) FILTER (WHERE r.attempts = 0 AND NOT r.cached),
       count(*) FILTER (WHERE r.call_id IS NULL AND c.at < %(now)s - interval '1 minute'),
       percentile_disc(0.5) WITHIN GROUP (ORDER BY r.latency_ms) FILTER (WHERE r.attempts > 0),
       percentile_disc(0.95) WITHIN GROUP (ORDER BY r.latency_ms) FILTER (WHERE r.attempts > 0)
FROM exchange_call c LEFT JOIN exchange_callresult r ON r.call_id = c.id
WHERE c.at >= %(since)s AND c.at <= %(now)s
GROUP BY c.connector_id
"""


@dataclass(frozen=True, slots=True)
class Line:
    """A connector with its figures and the last failure (None: none in the span)."""

    connector: Connector
    figures: Figures
    last_failure: Any


def lines(actor: Actor, since: datetime, now: datetime) -> list[Line]:
    """Every connector the actor may list, with what happened since. Three statements however many there are."""
    rows = list(visible_to(actor).select_related("circuit"))
    if not rows:
        return []
    with connection.cursor() as cursor:
        cursor.execute(_FIGURES, {"since": since, "now": now})
        figures = {row[0]: Figures(*row[1:]) for row in cursor.fetchall()}
    failures = {
        call.connector_id: call
        for call in Call.objects.filter(at__gte=since, result__outcome="unavailable")
        .select_related("result")
        .order_by("connector_id", "-id")
        .distinct("connector_id")
    }
    return [Line(row, figures.get(row.pk, Figures()), failures.get(row.pk)) for row in rows]


def line(actor: Actor, code: str, since: datetime, now: datetime) -> Line | None:
    """One connector with its figures."""
    return next((each for each in lines(actor, since, now) if each.connector.code == code), None)


def changes(row: Connector) -> list[ConnectorChange]:
    """The latest changes of its settings."""
    return list(ConnectorChange.objects.filter(connector=row)[:20])


def odd_answers(row: Connector) -> list[OddAnswer]:
    """The latest answers nobody understood."""
    return list(OddAnswer.objects.filter(connector=row).order_by("-id")[:10])
