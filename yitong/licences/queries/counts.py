"""How much the library holds, in numbers only: for statistics, never about a person."""

from __future__ import annotations

from datetime import date

from django.db import connection
from django.db.models import Count

from yitong.licences.models import Licence
from yitong.licences.queries.library import in_force


def in_force_by_type(on: date) -> dict[str, int]:
    """Licences in force on the local day ``on`` by type code; types without any are left out. Reads the whole table."""
    rows = Licence.objects.filter(in_force(on)).values_list("type__code").annotate(licences=Count("id")).order_by()
    return dict(rows)


def estimate() -> int:
    """About how many licences there are, without counting; 0 for a table that was never analysed."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT reltuples FROM pg_class WHERE oid = %s::regclass", [Licence._meta.db_table])
        row = cursor.fetchone()
    return max(0, int(row[0])) if row else 0
