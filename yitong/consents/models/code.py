"""Presentation codes, the keys that sign them, and every scan."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.postgres.indexes import BrinIndex
from django.db import models
from django.db.models import F, Q

from yitong.consents.models.consent import HolderConsent


class CodeKey(models.Model):
    """One Ed25519 key pair that signs codes. In use (``retired_at`` null, at most one) → retired.

    ``key_id``: first 8 hex digits of SHA-256 of the public key. ``sealed_private`` is encrypted under the platform secret.
    """

    key_id = models.CharField(primary_key=True, max_length=8)
    public_key = models.BinaryField(max_length=32)
    sealed_private = models.BinaryField()
    created_at = models.DateTimeField()
    retired_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["retired_at"],
                condition=Q(retired_at__isnull=True),
                nulls_distinct=False,
                name="code_key_one_in_use",
            ),
        ]

    def __str__(self) -> str:
        return self.key_id


class PresentationCode(models.Model):
    """One code a person showed or could have shown, bound to one scene (purpose) and one holder.

    open → used (once, by one UPDATE that finds it unused and in time) → taken (licences went into a case)
    open past ``expires_at``: stale, not stored; ``forget`` deletes such rows.

    ``person`` shows it; ``holder_enterprise`` when the licences are those of an enterprise he acts for. ``sensitive``: the
    holder agreed separately that sensitive fields are shown.
    """

    token_id = models.BinaryField(max_length=12, unique=True)
    nonce = models.BinaryField(max_length=6)
    key = models.ForeignKey(CodeKey, models.PROTECT, related_name="+", db_index=False)
    scene = models.CharField(max_length=20)
    person = models.ForeignKey("parties.Person", models.PROTECT, related_name="+", db_index=False)
    holder_enterprise = models.ForeignKey(
        "parties.Enterprise", models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    holder_key = models.BinaryField(max_length=16)
    licence_ids = models.JSONField(default=list)
    sensitive = models.BooleanField(default=False)
    issued_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)
    used_by_ref = models.CharField(max_length=60, blank=True, default="")
    used_by_name = models.CharField(max_length=120, blank=True, default="")
    case_number = models.CharField(max_length=50, blank=True, default="")
    consent = models.ForeignKey(HolderConsent, models.PROTECT, null=True, blank=True, related_name="+", db_index=False)
    taken_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(name="code_lives_forwards", condition=Q(expires_at__gt=F("issued_at"))),
            models.CheckConstraint(
                name="code_use_names_its_user",
                condition=Q(used_at__isnull=True, used_by_ref="") | (Q(used_at__isnull=False) & ~Q(used_by_ref="")),
            ),
            models.CheckConstraint(
                name="code_taken_after_use", condition=Q(taken_at__isnull=True) | Q(used_at__isnull=False)
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["person", "-id"], name="code_of_person"),
            # No index knows `used_at`: spending a code then changes its row in place.
            BrinIndex(fields=["expires_at"], name="code_expires", autosummarize=True),
        ]

    def __str__(self) -> str:
        return f"code {self.pk}"


class CodeScan(models.Model):
    """One scan of anything as a code, accepted or refused. No states: written once, guarded by triggers.

    ``holder_key`` and ``code`` are known only when the signature was genuine and the row was found.
    """

    at = models.DateTimeField()
    actor_ref = models.CharField(max_length=60)
    actor_name = models.CharField(max_length=80)
    department = models.ForeignKey("parties.Department", models.PROTECT, null=True, related_name="+", db_index=False)
    region = models.ForeignKey("parties.Region", models.PROTECT, null=True, related_name="+", db_index=False)
    scene = models.CharField(max_length=20)
    outcome = models.CharField(max_length=14)
    code_id = models.BigIntegerField(null=True)  # no foreign key: unused codes are forgotten, scans are not
    holder_key = models.BinaryField(max_length=16, null=True)
    case_number = models.CharField(max_length=50, blank=True, default="")

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                name="scan_outcome_is_known",
                condition=Q(outcome__in=["ok", "replay", "stale", "forged", "wrong_purpose", "unknown"]),
            ),
            # The race test of the database itself: one code is accepted once, whatever the program does.
            models.UniqueConstraint(fields=["code_id"], condition=Q(outcome="ok"), name="scan_accepts_a_code_once"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["holder_key", "-id"], name="scan_of_holder", condition=Q(holder_key__isnull=False)),
            models.Index(fields=["actor_ref", "-at"], name="scan_by_officer"),
            BrinIndex(fields=["at"], name="scan_at_instant", autosummarize=True),
        ]

    def __str__(self) -> str:
        return f"scan {self.pk} {self.outcome}"


class ScanCount(models.Model):
    """How many scans one officer sent within one window of time; see YITONG_RATE_LIMITS['code_scan']."""

    pk = models.CompositePrimaryKey("actor_ref", "window")
    actor_ref = models.CharField(max_length=60)
    window = models.BigIntegerField()
    times = models.IntegerField()
