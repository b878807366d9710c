"""What the applicant handed in, or agreed to have taken from where it is already."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import Q

from yitong.cases.models.child import CaseChild
from yitong.cases.rules.basis import LOSSES

WITH_FILE = ("file", "archive")


class CaseMaterial(CaseChild):
    """One file, licence, paper, answer of a register, archived file or department check for one material of the version.

    current → superseded (replaced in a correction, or after its ground was lost) ; a draft's may be removed for good.

    ``standing`` is empty while what it rests on holds, else a key of ``rules.basis.LOSSES``; ``settled_at``: an officer
    recorded why it counts all the same. ``MaterialReuse`` says where a reused one came from.
    """

    code = models.CharField(max_length=40)
    name = models.CharField(max_length=200)
    source = models.CharField(max_length=12)
    stored_file = models.ForeignKey("documents.StoredFile", models.PROTECT, null=True, related_name="+")
    licence = models.ForeignKey("licences.Licence", models.PROTECT, null=True, related_name="+", db_index=False)
    copies = models.SmallIntegerField(default=1)
    added_at = models.DateTimeField()
    added_by_ref = models.CharField(max_length=60)
    superseded_at = models.DateTimeField(null=True)
    standing = models.CharField(max_length=16, blank=True, default="", db_default="")
    standing_at = models.DateTimeField(null=True)
    standing_reason = models.CharField(max_length=300, blank=True, default="", db_default="")
    settled_at = models.DateTimeField(null=True)
    settled_note = models.CharField(max_length=500, blank=True, default="", db_default="")

    class Meta:
        ordering = ["id"]
        indexes = [
            # A licence that ends looks for the cases that rely on it here.
            models.Index(
                fields=["licence"],
                name="case_material_by_licence",
                condition=Q(licence__isnull=False, superseded_at__isnull=True),
            ),
        ]
        constraints = [
            models.CheckConstraint(
                name="case_material_has_its_source",
                condition=Q(source__in=WITH_FILE, stored_file__isnull=False, licence__isnull=True)
                | Q(source="licence", stored_file__isnull=True, licence__isnull=False)
                | Q(source__in=["paper", "connector", "verification"], stored_file__isnull=True, licence__isnull=True),
            ),
            models.CheckConstraint(
                name="case_material_standing_is_known",
                condition=Q(standing="") | Q(standing__in=sorted(LOSSES), standing_at__isnull=False),
            ),
            models.CheckConstraint(
                # Only what was lost is settled, and not without words.
                name="case_material_settled_with_words",
                condition=Q(settled_at__isnull=True) | (~Q(standing="") & ~Q(settled_note="")),
            ),
            models.UniqueConstraint(
                fields=["case", "code", "stored_file"],
                condition=Q(superseded_at__isnull=True, source="file"),
                name="case_material_file_once",
            ),
        ]

    @property
    def origin(self) -> Any:
        """Its ``MaterialReuse``, None for one that was handed in. No query when read with ``select_related("reuse")``."""
        return getattr(self, "reuse", None)

    @property
    def lost(self) -> bool:
        """Whether its ground was lost and nobody settled it."""
        return self.standing != "" and self.settled_at is None
