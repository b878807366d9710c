"""What an applicant asks for after a broken promise."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from yitong.cases.models.child import CaseChild


class CreditRepair(CaseChild):
    """信用修复: the applicant asks that a broken promise of this case bars him no longer (国办发〔2020〕42号; DOMAIN B3).

    requested → approved | refused. A refused one may be asked for again; ``kind``: which promise was broken.
    """

    kind = models.CharField(max_length=12)
    reason = models.TextField()
    stored_file = models.ForeignKey("documents.StoredFile", models.PROTECT, null=True, related_name="+")
    state = models.CharField(max_length=10, default="requested")
    requested_by_ref = models.CharField(max_length=60)
    requested_by_name = models.CharField(max_length=100)
    requested_at = models.DateTimeField()
    answered_by_ref = models.CharField(max_length=60, blank=True)
    answered_by_name = models.CharField(max_length=100, blank=True)
    answered_at = models.DateTimeField(null=True)
    answer_reason = models.TextField(blank=True)

    class Meta:
        ordering = ["id"]
        indexes = [models.Index(fields=["requested_at"], name="case_repair_waiting", condition=Q(state="requested"))]
        constraints = [
            models.UniqueConstraint(fields=["case"], condition=Q(state="requested"), name="case_one_requested_repair"),
            models.CheckConstraint(
                name="case_repair_kind_is_known", condition=Q(kind__in=["provisional", "commitment"])
            ),
            models.CheckConstraint(
                # An answer is somebody's, has an instant and says why.
                name="case_repair_answered_has_reason",
                condition=Q(state="requested", answered_at__isnull=True)
                | (Q(state__in=["approved", "refused"], answered_at__isnull=False) & ~Q(answer_reason="")),
            ),
        ]
