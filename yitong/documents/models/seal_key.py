"""Keys and certificates of the local certificate authority and of the departments' seals."""

from django.db import models
from django.db.models import Q


class SealKey(models.Model):
    """One key pair with its certificate: of the authority (``department`` null) or of one department's seal.

    ``encrypted_key``: PKCS#8 DER under AES-256-GCM with a key derived from the platform's secret, see ``seals.vault``.
    ``certificate``: DER. The newest row of a department whose certificate is in force seals; older ones only verify.
    """

    department = models.ForeignKey(
        "parties.Department", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    certificate = models.BinaryField()
    encrypted_key = models.BinaryField()
    fingerprint = models.CharField(max_length=64, unique=True)
    serial = models.CharField(max_length=50, unique=True)
    not_before = models.DateTimeField()
    not_after = models.DateTimeField()
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="seal_one_authority",
                fields=["department"],
                condition=Q(department__isnull=True),
                nulls_distinct=False,
            ),
            models.CheckConstraint(name="seal_period_is_forward", condition=Q(not_after__gt=models.F("not_before"))),
        ]

    def __str__(self) -> str:
        return self.fingerprint
