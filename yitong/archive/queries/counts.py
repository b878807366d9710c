"""How much the archives hold, in numbers only: for statistics, never about a person."""

from __future__ import annotations

from django.db.models import Count

from yitong.archive.models import ArchivedFile


def reusable_by_type() -> dict[str, int]:
    """Kept papers that an office has verified or issued, by licence type code. Reads the whole table."""
    trusted = (ArchivedFile.Trust.ISSUED, ArchivedFile.Trust.VERIFIED)
    rows = ArchivedFile.objects.filter(state=ArchivedFile.State.KEPT, trust__in=trusted).exclude(licence_type="")
    return dict(rows.values_list("licence_type").annotate(files=Count("pk")).order_by())
