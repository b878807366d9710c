"""The key that signs checkpoints."""

from __future__ import annotations

from django.db import models
from django.db.models import Q


class SigningKey(models.Model):
    """One row is one Ed25519 key pair. Kept in the database, so that every host that sequences signs alike.

    ``sealed_private`` is encrypted under the platform secret (AES-256-GCM): a copy of the database alone signs nothing.
    States: in use (``retired_at`` null, at most one) → retired; a retired key's checkpoints still verify.
    """

    key_id = models.CharField(primary_key=True, max_length=16, help_text="First 16 hex digits of SHA-256(public key).")
    public_key = models.BinaryField(max_length=32)
    sealed_private = models.BinaryField()
    created_at = models.DateTimeField()
    retired_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            # NULLS NOT DISTINCT: a second row without retired_at collides with the first.
            models.UniqueConstraint(
                fields=["retired_at"],
                condition=Q(retired_at__isnull=True),
                nulls_distinct=False,
                name="audit_key_one_in_use",
                violation_error_message="One key is in use at a time.",
            ),
        ]

    def __str__(self) -> str:
        return self.key_id
