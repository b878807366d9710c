"""Other systems that may ask us."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q


class ApiClient(models.Model):
    """One outside system of one department. The secret is shown once and kept as a hash (SHA-256 of 256 random bits needs
    no slow hash). ``generation`` counts secrets: tokens given for an earlier one are void.

    active ⇄ disabled, with the reason. Rows are never deleted: the log refers to them.
    """

    client_id = models.CharField(max_length=40, unique=True)
    name = models.CharField(max_length=80, unique=True)
    department = models.ForeignKey("parties.Department", models.PROTECT, related_name="+")
    contact = models.CharField(max_length=120, blank=True, default="")
    purpose = models.CharField(max_length=200)
    law = models.CharField(max_length=200, blank=True, default="")
    secret_hash = models.CharField(max_length=64)
    secret_at = models.DateTimeField()
    generation = models.PositiveIntegerField(default=1)
    per_minute = models.PositiveIntegerField(default=60)
    per_day = models.PositiveIntegerField(default=5000)
    token_seconds = models.PositiveIntegerField(default=600)
    active = models.BooleanField(default=True)
    disabled_reason = models.CharField(max_length=200, blank=True, default="")
    created_at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["name"]
        constraints: ClassVar = [
            models.CheckConstraint(name="client_disabled_says_why", condition=Q(active=True) | ~Q(disabled_reason="")),
            models.CheckConstraint(
                name="client_quota_has_limits",
                condition=Q(per_minute__gte=1, per_minute__lte=100_000, per_day__gte=1, per_day__lte=10_000_000)
                & Q(token_seconds__gte=60, token_seconds__lte=3600),
            ),
        ]

    def __str__(self) -> str:
        return self.name


class ClientScope(models.Model):
    """One licence type a client may ask for, see ``rules.scopes.Scope``."""

    client = models.ForeignKey(ApiClient, models.PROTECT, related_name="scopes")
    type_code = models.CharField(max_length=21)
    fields = models.JSONField(default=list)
    ways = models.JSONField(default=list)

    class Meta:
        ordering: ClassVar = ["type_code"]
        constraints: ClassVar = [
            models.UniqueConstraint(name="client_scope_once_per_type", fields=["client", "type_code"]),
        ]

    def __str__(self) -> str:
        return self.type_code


class ClientChange(models.Model):
    """One change of a client, never altered (trigger). ``what``: created, rotated, disabled, enabled, scoped, limited."""

    client = models.ForeignKey(ApiClient, models.PROTECT, related_name="changes")
    at = models.DateTimeField()
    actor_ref = models.CharField(max_length=60)
    actor_name = models.CharField(max_length=80, blank=True, default="")
    what = models.CharField(max_length=10)
    reason = models.CharField(max_length=200, blank=True, default="")
    changes = models.JSONField(default=dict)

    class Meta:
        ordering: ClassVar = ["-id"]

    def __str__(self) -> str:
        return f"{self.client_id} {self.what}"


class ClientUse(models.Model):
    """One request of a client, answered or refused; never altered (trigger).

    ``way``: identifier, holder, verify. ``outcome``: ok, absent, or the code of the refusal. ``consent_id``: as the client
    named it, null when it named none. ``identifiers``: the licences whose contents were given.
    """

    client = models.ForeignKey(ApiClient, models.PROTECT, related_name="+", db_index=False)
    at = models.DateTimeField()
    way = models.CharField(max_length=10)
    type_code = models.CharField(max_length=21, blank=True, default="")
    fields = models.JSONField(default=list)
    consent_id = models.BigIntegerField(null=True)
    case_number = models.CharField(max_length=50, blank=True, default="")
    purpose = models.CharField(max_length=200, blank=True, default="")
    identifiers = models.JSONField(default=list)
    outcome = models.CharField(max_length=40)
    status = models.PositiveSmallIntegerField()
    address = models.GenericIPAddressField(null=True)

    class Meta:
        indexes: ClassVar = [models.Index(name="client_use_of_client", fields=["client", "-id"])]

    def __str__(self) -> str:
        return f"{self.client_id} {self.outcome}"


class RequestCount(models.Model):
    """How many requests ``subject`` (``client:<pk>``, or the keyed hash of an address) made in one window."""

    subject = models.CharField(max_length=64)
    kind = models.CharField(max_length=6)
    window = models.BigIntegerField()
    times = models.PositiveIntegerField(default=0)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(name="request_count_one_row", fields=["subject", "kind", "window"]),
        ]
        indexes: ClassVar = [models.Index(name="request_count_to_forget", fields=["kind", "window"])]

    def __str__(self) -> str:
        return f"{self.subject} {self.times}"
