"""Sources with their freshness, batches, rejected rows: for pages and exports."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Q, QuerySet, Sum

from yitong.ingest.commands.sources import is_stale
from yitong.ingest.models import Batch, RejectedRow, Source
from yitong.ingest.permissions import batches_visible_to, sources_visible_to, visible_to
from yitong.parties.actors import Actor

SPAN = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class SourceLine:
    """One source over the last 30 days. ``share``: rejected of all rows read, in percent, None without rows."""

    source: Source
    stale: bool
    age: timedelta | None
    batches: int
    failed: int
    rows: int
    rejected: int
    waiting: int

    @property
    def share(self) -> float | None:
        return 100 * self.rejected / self.rows if self.rows else None


def source_lines(actor: Actor, now: datetime) -> list[SourceLine]:
    """Every source the actor sees. Three statements, however many."""
    sources = list(sources_visible_to(actor).select_related("department"))
    recent = (
        batches_visible_to(actor)
        .filter(started_at__gte=now - SPAN)
        .order_by()
        .values("source_id")
        .annotate(
            batches=Count("id"),
            failed=Count("id", filter=Q(state=Batch.State.FAILED)),
            read=Sum("new") + Sum("changed") + Sum("unchanged") + Sum("rejected"),
            wrong=Sum("rejected"),
        )
    )
    by_source = {row["source_id"]: row for row in recent}
    waiting = dict(
        visible_to(actor)
        .filter(state=RejectedRow.State.WAITING)
        .order_by()
        .values_list("batch__source_id")
        .annotate(count=Count("id"))
    )
    none = {"batches": 0, "failed": 0, "read": 0, "wrong": 0}
    lines = []
    for source in sources:
        figures = by_source.get(source.pk, none)
        age = now - source.last_arrival_at if source.last_arrival_at else None
        counts = (figures["batches"], figures["failed"], figures["read"], figures["wrong"])
        lines.append(SourceLine(source, is_stale(source, now), age, *counts, waiting.get(source.pk, 0)))
    return sorted(lines, key=lambda line: (not line.stale, line.source.code))


def batches(actor: Actor, *, source: str = "", state: str = "") -> QuerySet[Batch]:
    """Batches, the newest first."""
    rows = batches_visible_to(actor).select_related("source")
    if source:
        rows = rows.filter(source__code=source)
    return rows.filter(state=state) if state else rows


def rejected(
    actor: Actor, *, source: str = "", code: str = "", state: str = "waiting", batch: int | None = None
) -> QuerySet[RejectedRow]:
    """Rejected rows in the order of arrival."""
    rows = visible_to(actor).select_related("batch__source").order_by("id")
    if source:
        rows = rows.filter(batch__source__code=source)
    if code:
        rows = rows.filter(code=code)
    if batch:
        rows = rows.filter(batch_id=batch)
    return rows.filter(state=state) if state else rows
