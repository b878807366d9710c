"""Who did what with a paper of an archive."""

from __future__ import annotations

from typing import ClassVar

from django.db import models


class ArchiveUse(models.Model):
    """One act on one archived file. No states: written once, guarded by a trigger.

    The owner reads it whole. ``act``: added, kept, read, confirmed, verified, opened, reused, exported, locked, deleted.
    """

    file = models.ForeignKey("archive.ArchivedFile", on_delete=models.PROTECT, related_name="uses", db_index=False)
    at = models.DateTimeField()
    act = models.CharField(max_length=10)
    actor_ref = models.CharField(max_length=60)
    actor_name = models.CharField(max_length=80, blank=True, default="")
    department_name = models.CharField(max_length=100, blank=True, default="")
    case_number = models.CharField(max_length=50, blank=True, default="")
    purpose = models.CharField(max_length=200, blank=True, default="")

    class Meta:
        indexes: ClassVar = [
            models.Index(name="archive_use_of_file", fields=["file", "-id"]),
            models.Index(name="archive_use_in_case", fields=["case_number"], condition=~models.Q(case_number="")),
        ]

    def __str__(self) -> str:
        return f"{self.file_id} {self.act}"
