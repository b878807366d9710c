"""The log of every look-up, the answers kept for a while, and the answers nobody understood."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q


class Call(models.Model):
    """One look-up, written before anybody is asked and never altered (trigger): a process that dies on the way leaves it.

    ``holder_key``: the keyed hash of the number asked for. ``purpose`` and a case or a law are never empty.
    """

    connector = models.ForeignKey("exchange.Connector", models.PROTECT, related_name="+", db_index=False)
    at = models.DateTimeField()
    actor_ref = models.CharField(max_length=60)
    actor_name = models.CharField(max_length=80, blank=True, default="")
    department = models.ForeignKey("parties.Department", models.PROTECT, null=True, related_name="+", db_index=False)
    case_number = models.CharField(max_length=50, blank=True, default="")
    law = models.CharField(max_length=200, blank=True, default="")
    purpose = models.CharField(max_length=200)
    holder_kind = models.CharField(max_length=10)
    holder_key = models.BinaryField(max_length=16)
    test = models.BooleanField(default=False)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                name="call_has_purpose_and_ground", condition=~Q(purpose="") & (~Q(case_number="") | ~Q(law=""))
            ),
        ]
        indexes: ClassVar = [
            models.Index(name="call_of_connector", fields=["connector", "-id"]),
            models.Index(name="call_of_holder", fields=["holder_key", "-id"]),
            models.Index(name="call_of_case", fields=["case_number"], condition=~Q(case_number="")),
        ]

    def __str__(self) -> str:
        return f"{self.pk}"


class CallResult(models.Model):
    """What became of a call, never altered (trigger). A call without one was cut off.

    ``code``: empty for an answer, else a key of ``rules.answers.WHY_UNAVAILABLE``. ``attempts``: how often the source was
    asked, 0 from the cache and when the circuit was open. ``field_names``: what was found, never the values.
    """

    call = models.OneToOneField(Call, models.PROTECT, primary_key=True, related_name="result")
    connector = models.ForeignKey("exchange.Connector", models.PROTECT, related_name="+", db_index=False)
    at = models.DateTimeField()
    outcome = models.CharField(max_length=12)
    code = models.CharField(max_length=20, blank=True, default="")
    params = models.JSONField(default=dict)
    cached = models.BooleanField(default=False)
    attempts = models.PositiveSmallIntegerField(default=0)
    latency_ms = models.PositiveIntegerField(default=0)
    status = models.PositiveSmallIntegerField(null=True)
    field_names = models.JSONField(default=list)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                name="call_result_outcome_known", condition=Q(outcome__in=["found", "absent", "unavailable"])
            ),
            models.CheckConstraint(name="call_result_says_why_not", condition=Q(outcome="unavailable") ^ Q(code="")),
            models.CheckConstraint(name="call_result_cached_asked_nobody", condition=Q(cached=False) | Q(attempts=0)),
        ]
        indexes: ClassVar = [models.Index(name="call_result_of_connector", fields=["connector", "at"])]

    def __str__(self) -> str:
        return f"{self.call_id} {self.outcome}"


class CachedAnswer(models.Model):
    """The last answer about one holder, encrypted. ``sealed`` holds the data under ``licences.sealing``, null when absent.

    A newer answer replaces it; ``expires_at`` follows from the connector's stated time.
    """

    connector = models.ForeignKey("exchange.Connector", models.PROTECT, related_name="+", db_index=False)
    holder_key = models.BinaryField(max_length=16)
    sealed = models.BinaryField(null=True)
    sealed_key = models.PositiveIntegerField(null=True)
    fetched_at = models.DateTimeField()
    expires_at = models.DateTimeField(db_index=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(name="cached_answer_one_per_holder", fields=["connector", "holder_key"]),
        ]

    def __str__(self) -> str:
        return f"{self.connector_id} {self.fetched_at:%F}"


class OddAnswer(models.Model):
    """An answer nobody understood. ``shape``: its outline without any value; ``sealed``: the whole, encrypted, until
    ``keep_until``; then only the outline stays."""

    call = models.ForeignKey(Call, models.PROTECT, related_name="odd")
    connector = models.ForeignKey("exchange.Connector", models.PROTECT, related_name="+", db_index=False)
    at = models.DateTimeField()
    code = models.CharField(max_length=20)
    problems = models.JSONField(default=list)
    size = models.PositiveIntegerField()
    shape = models.JSONField()
    sealed = models.BinaryField(null=True)
    sealed_key = models.PositiveIntegerField(null=True)
    keep_until = models.DateTimeField()

    class Meta:
        indexes: ClassVar = [
            models.Index(name="odd_answer_of_connector", fields=["connector", "-id"]),
            models.Index(name="odd_answer_to_forget", fields=["keep_until"], condition=Q(sealed__isnull=False)),
        ]

    def __str__(self) -> str:
        return f"{self.call_id} {self.code}"
