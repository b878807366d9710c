"""What lies in somebody's archive."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q


class ArchivedFile(models.Model):
    """One paper in the archive of a person or an enterprise.

    kept → deleted; kept → locked → deleted. Locked: the owner had it deleted, and a law asks that it be stored until
    ``keep_until``; nobody sees or uses it any more. Deleted: the bytes and all that was read are gone, the row stays as the
    proof of it.

    ``trust`` only rises, from uploaded to verified, at a counter: a trigger keeps it so. ``declared`` has no file.
    Reading: waiting → reading → read | failed; ``none`` where nothing is to be read. ``sealed`` holds what was read and what the
    owner confirmed, encrypted under data key ``sealed_key`` and bound to ``ref``; see ``contents``. ``stamps``: the seals found in
    the picture. ``read_until``: the last day the paper itself speaks of, as read. ``bytes_left``: SHA-256 of a deleted paper's
    bytes until the store has swept them.
    """

    class Trust(models.TextChoices):
        ISSUED = "issued"
        VERIFIED = "verified"
        UPLOADED = "uploaded"
        DECLARED = "declared"

    class State(models.TextChoices):
        KEPT = "kept"
        LOCKED = "locked"
        DELETED = "deleted"

    class Reading(models.TextChoices):
        WAITING = "waiting"
        READING = "reading"
        READ = "read"
        FAILED = "failed"
        NONE = "none"

    ref = models.CharField(max_length=32, unique=True)
    holder_key = models.BinaryField(max_length=16)
    owner_person = models.ForeignKey(
        "parties.Person", null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    owner_enterprise = models.ForeignKey(
        "parties.Enterprise", null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    region = models.ForeignKey(
        "parties.Region", null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    kind = models.CharField(max_length=10)
    paper = models.CharField(max_length=20, blank=True, default="")
    name = models.CharField(max_length=100)
    material_name = models.CharField(max_length=200, blank=True, default="")
    licence_type = models.CharField(max_length=21, blank=True, default="")
    stored_file = models.ForeignKey(
        "documents.StoredFile", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    trust = models.CharField(max_length=8, choices=Trust)
    state = models.CharField(max_length=7, choices=State, default=State.KEPT)
    reading = models.CharField(max_length=7, choices=Reading, default=Reading.NONE)
    reading_since = models.DateTimeField(null=True, blank=True)
    reading_attempts = models.SmallIntegerField(default=0)
    reading_problem = models.CharField(max_length=20, blank=True, default="")
    stamps = models.JSONField(default=list, blank=True)
    sealed = models.BinaryField(null=True, blank=True)
    sealed_key = models.SmallIntegerField(null=True, blank=True)
    confirmed_at = models.DateTimeField(null=True, blank=True)
    read_until = models.DateField(null=True, blank=True)
    case_number = models.CharField(max_length=50, blank=True, default="")
    keep_until = models.DateField(null=True, blank=True)
    keep_rule = models.CharField(max_length=20, blank=True, default="")
    verified_at = models.DateTimeField(null=True, blank=True)
    verified_by = models.ForeignKey(
        "parties.Staff", null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    created_at = models.DateTimeField()
    created_by_ref = models.CharField(max_length=60)
    deleted_at = models.DateTimeField(null=True, blank=True)
    bytes_left = models.CharField(max_length=64, blank=True, default="")

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                name="archived_file_has_one_owner",
                condition=Q(owner_person__isnull=False, owner_enterprise__isnull=True)
                | Q(owner_person__isnull=True, owner_enterprise__isnull=False),
            ),
            # The four classes of the source (四类): an enterprise has business papers only.
            models.CheckConstraint(
                name="archived_file_class_known",
                condition=Q(kind__in=["family", "education", "medical", "business"])
                & (Q(owner_enterprise__isnull=True) | Q(kind="business")),
            ),
            models.CheckConstraint(
                name="archived_file_trust_known",
                condition=Q(trust__in=["issued", "verified", "uploaded", "declared"]),
            ),
            # A statement without a paper is all that "declared" means, and nothing else in force lacks its paper.
            models.CheckConstraint(
                name="archived_file_paper_by_trust",
                condition=Q(state="deleted", stored_file__isnull=True)
                | Q(trust="declared", stored_file__isnull=True)
                | (~Q(state="deleted") & ~Q(trust="declared") & Q(stored_file__isnull=False)),
            ),
            models.CheckConstraint(
                name="archived_file_verified_by_whom",
                condition=~Q(trust="verified") | Q(verified_at__isnull=False),
            ),
            models.CheckConstraint(
                name="archived_file_locked_until", condition=~Q(state="locked") | Q(keep_until__isnull=False)
            ),
            # Deleted means that nothing that was read is left, and that the day is known.
            models.CheckConstraint(
                name="archived_file_deleted_is_empty",
                condition=~Q(state="deleted") | Q(deleted_at__isnull=False, sealed__isnull=True, stamps=[]),
            ),
            models.CheckConstraint(
                name="archived_file_sealed_names_key",
                condition=Q(sealed__isnull=True, sealed_key__isnull=True)
                | Q(sealed__isnull=False, sealed_key__isnull=False),
            ),
            # A material of a case is kept once, whoever hands it over how often.
            models.UniqueConstraint(
                name="archived_file_once_per_case",
                fields=["case_number", "stored_file"],
                condition=~Q(case_number=""),
            ),
        ]
        indexes: ClassVar = [
            models.Index(name="archived_of_holder", fields=["holder_key", "-id"]),
            models.Index(name="archived_of_person", fields=["owner_person", "-id"]),
            models.Index(name="archived_of_enterprise", fields=["owner_enterprise", "-id"]),
            models.Index(name="archived_to_read", fields=["id"], condition=Q(reading__in=["waiting", "reading"])),
            models.Index(name="archived_to_sweep", fields=["id"], condition=~Q(bytes_left="")),
            models.Index(name="archived_to_delete", fields=["keep_until"], condition=Q(state="locked")),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_vouched_for(self) -> bool:
        """An office answers for it: what it says is not its owner's to change."""
        return self.trust in (self.Trust.ISSUED, self.Trust.VERIFIED)
