"""How much the library and the archives held when it was last counted."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q


class SourceCount(models.Model):
    """One licence type at the last count: ``library``: licences in force; ``archive``: verified papers of the type kept.

    All rows carry the same ``counted_at``: a count replaces them whole, and leaves one row with an empty ``type_code`` behind, so
    that a count of nothing is told from no count. Counting 138 million licences takes minutes, so that pages read this.
    """

    class Kind(models.TextChoices):
        LIBRARY = "library"
        ARCHIVE = "archive"

    kind = models.CharField(max_length=7, choices=Kind)
    type_code = models.CharField(max_length=21, blank=True, default="")
    number = models.PositiveBigIntegerField()
    counted_at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["kind", "type_code"]
        constraints: ClassVar = [
            models.UniqueConstraint(name="source_count_once", fields=["kind", "type_code"]),
            models.CheckConstraint(name="source_count_kind_known", condition=Q(kind__in=["library", "archive"])),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.type_code}: {self.number}"
