"""What every row below a case carries."""

from __future__ import annotations

from django.db import models

from yitong.cases.models.case import Case


class CaseChild(models.Model):
    """A row that belongs to one case. ``region_id`` is the case's: growing tables are distributed by it."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="+")
    region = models.ForeignKey("parties.Region", models.PROTECT, related_name="+", db_index=False)

    class Meta:
        abstract = True
