"""Ratings as their viewers may read them, and their shares with numerator and denominator."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Q, QuerySet

from yitong.cases.permissions import visible_to as cases_visible_to
from yitong.feedback.models import Rating
from yitong.feedback.permissions import visible_to
from yitong.feedback.rules.levels import GOOD, Level
from yitong.parties.actors import Actor


@dataclass(frozen=True, slots=True)
class Share:
    """``numerator`` of ``denominator``; ``percent`` is None when there is nothing to divide by."""

    numerator: int
    denominator: int

    @property
    def percent(self) -> float | None:
        return round(100 * self.numerator / self.denominator, 1) if self.denominator else None


def rating_of(actor: Actor, case_id: int) -> Rating | None:
    """The rating of a case, if ``actor`` may see it."""
    return visible_to(actor).filter(case_id=case_id).first()


def recent(actor: Actor, level: int | None = None) -> QuerySet[Rating]:
    """Newest first; the rater's reference is left out of the row."""
    rows = visible_to(actor).defer("rated_by_ref").select_related("department").order_by("-at", "-id")
    return rows.filter(level=level) if level else rows


def stats(actor: Actor, since: datetime, until: datetime) -> dict[str, object]:
    """Over ``[since, until)``: counts by level, 好评率 (levels 1-3 of all ratings), 主动评价率 (rated of closed cases). Two queries."""
    rows = visible_to(actor).filter(at__gte=since, at__lt=until)
    counts = rows.aggregate(
        **{f"level_{level.value}": Count("id", filter=Q(level=level.value)) for level in Level}, total=Count("id")
    )
    closed = cases_visible_to(actor).filter(state="closed", closed_at__gte=since, closed_at__lt=until).count()
    good = sum(counts[f"level_{level.value}"] for level in GOOD)
    return {
        "levels": [(level, counts[f"level_{level.value}"]) for level in Level],
        "good": Share(good, counts["total"]),
        "rated": Share(counts["total"], closed),
    }
