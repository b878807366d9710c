"""Whether an owner lets what he submits in cases be kept for later (留存复用)."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q


class KeepingConsent(models.Model):
    """One time span during which the owner agreed. given → withdrawn; giving again makes a new row."""

    owner_person = models.ForeignKey(
        "parties.Person", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    owner_enterprise = models.ForeignKey(
        "parties.Enterprise", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    given_at = models.DateTimeField()
    given_by_ref = models.CharField(max_length=60)
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_by_ref = models.CharField(max_length=60, blank=True, default="")

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                name="keeping_has_one_owner",
                condition=Q(owner_person__isnull=False, owner_enterprise__isnull=True)
                | Q(owner_person__isnull=True, owner_enterprise__isnull=False),
            ),
            models.CheckConstraint(
                name="keeping_withdrawn_later",
                condition=Q(withdrawn_at__isnull=True) | Q(withdrawn_at__gte=F("given_at")),
            ),
            # One say at a time: two presses of the switch make one row.
            models.UniqueConstraint(
                name="keeping_once_per_person",
                fields=["owner_person"],
                condition=Q(withdrawn_at__isnull=True, owner_person__isnull=False),
            ),
            models.UniqueConstraint(
                name="keeping_once_per_enterprise",
                fields=["owner_enterprise"],
                condition=Q(withdrawn_at__isnull=True, owner_enterprise__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.given_at:%Y-%m-%d}"
