"""Indicators over the cases decided in a period: each with numerator, denominator and definition (DOMAIN A18)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Avg, Count, ExpressionWrapper, F, Q, fields
from django.db.models.functions import TruncDate

from yitong.cases.permissions import visible_to
from yitong.kernel.reasons import N_
from yitong.parties.actors import Actor


@dataclass(frozen=True, slots=True)
class Indicator:
    """``value`` is None when there is nothing to divide by; ``unit`` is ``percent`` or ``days``. Labels are msgids."""

    code: str
    label: str
    definition: str
    numerator: float
    denominator: int
    unit: str = "percent"

    @property
    def value(self) -> float | None:
        if not self.denominator:
            return None
        return round((100 if self.unit == "percent" else 1) * self.numerator / self.denominator, 1)


def indicators(actor: Actor, since: datetime, until: datetime) -> list[Indicator]:
    """Over cases decided in ``[since, until)`` that ``actor`` may see. One query."""
    decided = visible_to(actor).filter(
        decided_at__gte=since, decided_at__lt=until, accepted_at__isnull=False, outcome__in=["granted", "refused"]
    )
    elapsed = ExpressionWrapper(F("decided_at") - F("accepted_at"), output_field=fields.DurationField())
    row = decided.annotate(decided_on=TruncDate("decided_at")).aggregate(
        total=Count("id"),
        in_time=Count("id", filter=Q(decided_at__lte=F("committed_due_at"))),
        early=Count("id", filter=Q(decided_on__lt=F("committed_due_on"))),
        statutory=Count("id", filter=Q(decided_at__lte=F("statutory_due_at"))),
        granted=Count("id", filter=Q(outcome="granted")),
        elapsed=Avg(elapsed),
    )
    total = row["total"]
    days = round(row["elapsed"].total_seconds() / 86400 * total, 1) if row["elapsed"] is not None else 0
    return [
        Indicator(
            "in_time",
            N_("Decided within the committed limit"),
            N_("Cases decided no later than their committed due instant, of all cases decided in the period."),
            row["in_time"],
            total,
        ),
        Indicator(
            "statutory",
            N_("Decided within the statutory limit"),
            N_("Cases decided no later than their statutory due instant, of all cases decided in the period."),
            row["statutory"],
            total,
        ),
        Indicator(
            "early",
            N_("Decided early"),
            N_("Cases decided on a day before their committed due date, of all cases decided in the period."),
            row["early"],
            total,
        ),
        Indicator(
            "granted",
            N_("Share granted"),
            N_("Cases decided with a grant, of all cases decided in the period."),
            row["granted"],
            total,
        ),
        Indicator(
            "elapsed",
            N_("Average time to decision"),
            N_(
                "Calendar days from acceptance to decision added up, divided by the cases decided in the period; stopped days included."
            ),
            days,
            total,
            "days",
        ),
    ]
