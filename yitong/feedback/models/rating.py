"""One rating of one case."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q


class Rating(models.Model):
    """What the applicant said after the case was closed. No states: written once, guarded by a trigger.

    Department, region and item are copied, so that statistics need no join and survive a reorganisation.
    """

    case = models.OneToOneField("cases.Case", models.PROTECT, related_name="+")
    case_number = models.CharField(max_length=50)
    item_name = models.CharField(max_length=200)
    department = models.ForeignKey("parties.Department", models.PROTECT, related_name="+", db_index=False)
    region = models.ForeignKey("parties.Region", models.PROTECT, related_name="+", db_index=False)
    rated_by_ref = models.CharField(max_length=60)
    level = models.SmallIntegerField()
    tags = models.JSONField(default=list)
    text = models.CharField(max_length=500, blank=True, default="")
    channel = models.CharField(max_length=8)
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            # GB/T 39046-2020 A.8 knows five levels.
            models.CheckConstraint(name="rating_level_1_to_5", condition=Q(level__gte=1, level__lte=5)),
            models.CheckConstraint(
                name="rating_channel_is_known", condition=Q(channel__in=["web", "mobile", "qr", "hall", "phone", "sms"])
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["department", "-at"], name="rating_by_department"),
            models.Index(fields=["region", "-at"], name="rating_by_region"),
        ]

    def __str__(self) -> str:
        return f"{self.case_number}: {self.level}"
