"""Proofs of licences: the keys that sign them, what was signed, and where their status is told."""

from django.db import models
from django.db.models import Q

from yitong.licences.models.licence import Licence


class ProofKey(models.Model):
    """One key pair of the platform: ``sm2`` signs metadata and exports, ``es256`` credentials and status lists.

    The newest of a kind signs, older ones only verify. ``kid`` names it: a thumbprint of the public key. ``public``: 64 bytes of
    an SM2 point, or the public JWK as JSON. ``sealed``: the private key under data key ``sealed_key``, bound to ``kid``; it
    lies in the database so that every process of every host signs alike, and is re-encrypted with the licences' fields.
    """

    class Kind(models.TextChoices):
        SM2 = "sm2"
        ES256 = "es256"

    kind = models.CharField(max_length=5, choices=Kind)
    kid = models.CharField(max_length=60, unique=True)
    public = models.BinaryField()
    sealed = models.BinaryField()
    sealed_key = models.PositiveSmallIntegerField()
    made_at = models.DateTimeField()

    class Meta:
        constraints = [models.CheckConstraint(name="proof_key_kind_known", condition=Q(kind__in=["sm2", "es256"]))]

    def __str__(self) -> str:
        return f"{self.kind} {self.kid}"


class StatusList(models.Model):
    """One published list of statuses. ``slug`` ends its address and cannot be guessed from another's.

    ``token``: the signed list made at ``made_at``, empty before the first. ``stale``: an entry changed since; set by a trigger on
    the licences' status, whoever changes it. Full lists stay: licences point at them for as long as they are shown.
    """

    slug = models.CharField(max_length=32, unique=True)
    token = models.TextField(blank=True, default="")
    made_at = models.DateTimeField(null=True, blank=True)
    stale = models.BooleanField(default=True)
    opened_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.slug


class LicenceProof(models.Model):
    """What was signed about one licence issued here, never changed after that.

    ``metadata``: the signed bytes as text (``proofs.metadata``); ``signature``: DER, by ``key``. ``status_list`` and ``position`` say
    where the licence's status is told; the position is drawn by chance.
    """

    licence = models.OneToOneField(Licence, on_delete=models.PROTECT, related_name="+")
    metadata = models.TextField()
    signature = models.BinaryField()
    key = models.ForeignKey(ProofKey, on_delete=models.PROTECT, related_name="+", db_index=False)
    status_list = models.ForeignKey(StatusList, on_delete=models.PROTECT, related_name="+", db_index=False)
    position = models.PositiveIntegerField()
    made_at = models.DateTimeField()

    class Meta:
        constraints = [
            # Two licences at one place would be revoked together.
            models.UniqueConstraint(name="proof_place_once", fields=["status_list", "position"]),
        ]

    def __str__(self) -> str:
        return str(self.licence_id)


class ProofTask(models.Model):
    """A sealed document whose licence waits for its proofs; deleted once they are made.

    No foreign key: the row is written while the document is locked, and a check of the licence would lock it too, in the order
    opposite to that of whoever ends the licence.
    """

    document_id = models.BigIntegerField(unique=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    next_attempt_at = models.DateTimeField(null=True, blank=True)
    last_error = models.CharField(max_length=300, blank=True, default="")

    def __str__(self) -> str:
        return str(self.document_id)
