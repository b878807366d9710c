"""Files people uploaded."""

from django.db import models
from django.db.models import Q

from yitong.kernel.reasons import Reason


class StoredFile(models.Model):
    """One upload that passed every check. The bytes lie in the store under their SHA-256; two uploads may share them.

    ``subject`` is what it belongs to (``case:12``) or empty; the policy of that prefix decides who else than the uploader
    may read it. ``size`` is in bytes. ``uploaded_by`` is an actor reference such as ``person:7``.
    """

    sha256 = models.CharField(max_length=64, db_index=True)
    size = models.BigIntegerField()
    content_type = models.CharField(max_length=100)
    original_name = models.CharField(max_length=160)
    purpose = models.CharField(max_length=80)
    subject = models.CharField(max_length=100, blank=True, default="", db_index=True)
    uploaded_by = models.CharField(max_length=60, db_index=True)
    uploaded_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(name="stored_file_has_bytes", condition=Q(size__gt=0)),
            models.CheckConstraint(name="stored_file_sha256_is_hex", condition=Q(sha256__regex=r"^[0-9a-f]{64}$")),
        ]

    def __str__(self) -> str:
        return self.original_name


class QuarantinedFile(models.Model):
    """One upload that was refused for what is in it, kept for inspection until somebody discards it.

    held → discarded. Discarding deletes the bytes and keeps this row. ``reason_*`` is the Reason the uploader was given.
    """

    class State(models.TextChoices):
        HELD = "held"
        DISCARDED = "discarded"

    sha256 = models.CharField(max_length=64)
    size = models.BigIntegerField()
    original_name = models.CharField(max_length=160)
    purpose = models.CharField(max_length=80)
    uploaded_by = models.CharField(max_length=60)
    uploaded_at = models.DateTimeField(db_index=True)
    reason_code = models.CharField(max_length=40)
    reason_message = models.TextField()
    reason_params = models.JSONField(default=dict, blank=True)
    state = models.CharField(max_length=10, choices=State, default=State.HELD)
    discarded_at = models.DateTimeField(null=True, blank=True)
    discarded_by = models.CharField(max_length=60, blank=True, default="")

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="quarantined_file_discarded_has_instant",
                condition=Q(state="held", discarded_at__isnull=True) | Q(state="discarded", discarded_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.original_name

    @property
    def reason(self) -> Reason:
        """What the uploader was told."""
        return Reason(self.reason_code, self.reason_message, field="file", params=self.reason_params)
