"""A way to ask somebody else's register."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q


class Connector(models.Model):
    """One register that can be asked. ``provider``: name of the plug-in that asks it; ``url``: where (``standin:/…``: the
    local stand-in); ``envelope``: how the source wraps its answer, see ``providers.http_json``; ``fields``: see
    ``rules.mapping``. ``licence_type``: code (21) of the type whose entries the answer holds, may be empty. ``test_number``
    and ``test_name``: whom the register's owner agreed to be asked about in tests. ``idempotent``: asking twice changes nothing over there.

    enabled ⇄ disabled, with the reason. Rows are never deleted: the log refers to them.
    """

    code = models.SlugField(max_length=40, unique=True)
    name = models.CharField(max_length=80)
    source_name = models.CharField(max_length=80)
    provider = models.CharField(max_length=30)
    url = models.CharField(max_length=300, blank=True, default="")
    envelope = models.JSONField(default=dict, blank=True)
    fields = models.JSONField(default=list)
    subject = models.CharField(max_length=10)
    licence_type = models.CharField(max_length=21, blank=True, default="")
    law = models.CharField(max_length=200, blank=True, default="")
    timeout_ms = models.PositiveIntegerField(default=2000)
    retries = models.PositiveSmallIntegerField(default=1)
    cache_seconds = models.PositiveIntegerField(default=0)
    idempotent = models.BooleanField(default=True)
    test_number = models.CharField(max_length=18, blank=True, default="")
    test_name = models.CharField(max_length=80, blank=True, default="")
    enabled = models.BooleanField(default=True)
    disabled_reason = models.CharField(max_length=200, blank=True, default="")
    created_at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["code"]
        constraints: ClassVar = [
            models.CheckConstraint(name="connector_subject_known", condition=Q(subject__in=["person", "enterprise"])),
            # A thread that waits is one that serves nobody: ten seconds, five repeats, thirty days are the most there is.
            models.CheckConstraint(
                name="connector_patience_has_limits",
                condition=Q(timeout_ms__gte=50, timeout_ms__lte=10_000, retries__lte=5, cache_seconds__lte=2_592_000),
            ),
            models.CheckConstraint(
                name="connector_disabled_says_why", condition=Q(enabled=True) | ~Q(disabled_reason="")
            ),
            models.CheckConstraint(
                name="connector_repeats_only_what_is_harmless", condition=Q(idempotent=True) | Q(retries=0)
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_standin(self) -> bool:
        """Whether it asks the local stand-in and not a real register."""
        return self.url.startswith("standin:")


class Circuit(models.Model):
    """The circuit breaker of one connector, shared by all processes; states and moves in ``rules.breaker``.

    A row of its own: a connector is read by every look-up and seldom written, this one is written when a source fails.
    """

    connector = models.OneToOneField(Connector, models.PROTECT, primary_key=True, related_name="circuit")
    state = models.CharField(max_length=10, default="closed")
    failures = models.PositiveIntegerField(default=0)
    openings = models.PositiveIntegerField(default=0)
    retry_at = models.DateTimeField(null=True, blank=True)
    probe_until = models.DateTimeField(null=True, blank=True)
    changed_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(name="circuit_state_known", condition=Q(state__in=["closed", "open", "half_open"])),
            models.CheckConstraint(
                name="circuit_open_has_an_end", condition=~Q(state="open") | Q(retry_at__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.connector_id} {self.state}"


class ConnectorChange(models.Model):
    """One change of a connector's settings, never altered (trigger). ``changes``: setting to [before, after]."""

    connector = models.ForeignKey(Connector, models.PROTECT, related_name="changes")
    at = models.DateTimeField()
    actor_ref = models.CharField(max_length=60)
    actor_name = models.CharField(max_length=80, blank=True, default="")
    reason = models.CharField(max_length=200, blank=True, default="")
    changes = models.JSONField(default=dict)

    class Meta:
        ordering: ClassVar = ["-id"]

    def __str__(self) -> str:
        return f"{self.connector_id} {self.at:%F}"

    @property
    def by_platform(self) -> bool:
        """Whether set-up or the platform itself did it."""
        return self.actor_ref.startswith("system:")
