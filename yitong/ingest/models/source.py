"""Where licences come from."""

from django.db import models
from django.db.models import Q


class Source(models.Model):
    """One stream of licences of one type from one body. ``code`` stands on every licence it brought.

    ``expected_hours``: after so many hours without a finished batch the source is stale (鲜活度). ``stale_told_at``: when its
    staleness was told, null again with the next batch: told once. ``region``: what its licences
    are counted under. ``contact_name`` and ``contact_phone``: who is told there when it goes stale, both empty for nobody.
    ``key_hash``: SHA-256 of the key its machine sends with API batches, empty for none.
    """

    code = models.CharField(max_length=40, unique=True)
    name = models.CharField(max_length=80, unique=True)
    department = models.ForeignKey("parties.Department", models.PROTECT, related_name="+")
    region = models.ForeignKey("parties.Region", models.PROTECT, related_name="+")
    type_code = models.CharField(max_length=21)
    expected_hours = models.PositiveIntegerField(default=24)
    active = models.BooleanField(default=True)
    last_arrival_at = models.DateTimeField(null=True, blank=True)
    stale_told_at = models.DateTimeField(null=True, blank=True)
    contact_name = models.CharField(max_length=40, blank=True, default="")
    contact_phone = models.CharField(max_length=20, blank=True, default="")
    key_hash = models.CharField(max_length=64, blank=True, default="")
    created_at = models.DateTimeField()

    class Meta:
        ordering = ["code"]
        constraints = [
            models.CheckConstraint(
                name="ingest_source_code_form", condition=Q(code__regex=r"^[a-z0-9][a-z0-9_.-]{1,39}$")
            ),
            models.CheckConstraint(name="ingest_source_expected", condition=Q(expected_hours__gte=1)),
        ]

    def __str__(self) -> str:
        return self.code
