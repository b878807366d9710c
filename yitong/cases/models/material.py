"""What the applicant handed in."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from yitong.cases.models.child import CaseChild


class CaseMaterial(CaseChild):
    """One file, licence or paper given for one material of the version.

    current → superseded (replaced in a correction) ; a draft's may be removed for good.
    """

    code = models.CharField(max_length=40)
    name = models.CharField(max_length=200)
    source = models.CharField(max_length=8)
    stored_file = models.ForeignKey("documents.StoredFile", models.PROTECT, null=True, related_name="+")
    licence = models.ForeignKey("licences.Licence", models.PROTECT, null=True, related_name="+")
    copies = models.SmallIntegerField(default=1)
    added_at = models.DateTimeField()
    added_by_ref = models.CharField(max_length=60)
    superseded_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                name="case_material_has_its_source",
                condition=Q(source="file", stored_file__isnull=False, licence__isnull=True)
                | Q(source="licence", stored_file__isnull=True, licence__isnull=False)
                | Q(source="paper", stored_file__isnull=True, licence__isnull=True),
            ),
            models.UniqueConstraint(
                fields=["case", "code", "stored_file"],
                condition=Q(superseded_at__isnull=True, source="file"),
                name="case_material_file_once",
            ),
        ]
