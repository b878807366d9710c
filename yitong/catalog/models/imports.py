"""Files of items that were read in, and the rows that were refused."""

from __future__ import annotations

from django.db import models
from django.db.models import Q


class ImportBatch(models.Model):
    """One file offered for import. ``imported``: every item of it was saved; ``rejected``: none was, see its errors."""

    class State(models.TextChoices):
        IMPORTED = "imported"
        REJECTED = "rejected"

    file_name = models.CharField(max_length=200)
    kind = models.CharField(max_length=10)  # yaml or excel
    sha256 = models.CharField(max_length=64)
    actor_ref = models.CharField(max_length=80)
    actor_name = models.CharField(max_length=80, blank=True)
    state = models.CharField(max_length=10, choices=State.choices)
    items = models.PositiveIntegerField(default=0)  # items in the file
    changed = models.PositiveIntegerField(default=0)  # of these, new or different from what was there
    at = models.DateTimeField()

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(name="import_state_known", condition=Q(state__in=["imported", "rejected"])),
            models.CheckConstraint(name="import_kind_known", condition=Q(kind__in=["yaml", "excel"])),
            # Nothing half-imported remains: a rejected file changed nothing.
            models.CheckConstraint(
                name="import_rejected_changed_nothing", condition=~Q(state="rejected", changed__gt=0)
            ),
        ]

    def __str__(self) -> str:
        return self.file_name


class ImportRowError(models.Model):
    """One mistake in a rejected file, with the row it stands in (quarantine), so that nothing the author typed is lost.

    ``sheet``, ``row`` (from 1), ``column``: the cell of a workbook; for YAML the document, the line and the field path.
    ``message`` is an English msgid filled by ``params``.
    """

    batch = models.ForeignKey(ImportBatch, models.CASCADE, related_name="errors")
    sheet = models.CharField(max_length=80)
    row = models.PositiveIntegerField()
    column = models.CharField(max_length=200, blank=True)
    code = models.CharField(max_length=60)
    message = models.TextField()
    params = models.JSONField(default=dict)
    content = models.JSONField(default=dict)  # the row as it was read: heading or key to text

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.sheet} {self.row} {self.column}"
