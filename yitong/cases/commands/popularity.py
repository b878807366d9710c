"""How often each item is applied for: what the guide ranks by and the analysis of saved papers weighs with."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db.models import Count

from yitong.cases.models import Case
from yitong.catalog.commands.search_index import set_popularity
from yitong.catalog.queries.materials import in_force
from yitong.parties.actors import Actor

YEAR = timedelta(days=365)


def count_applications(*, actor: Actor, now: datetime) -> int:
    """Tell the catalogue the applications of the past year of every item in force; how many changed. The system only."""
    rows = Case.objects.filter(submitted_at__gt=now - YEAR, submitted_at__lte=now).order_by()
    counted = dict(rows.values_list("item_id").annotate(times=Count("id")))
    return set_popularity(actor=actor, counts={row.item_id: counted.get(row.item_id, 0) for row in in_force()}, now=now)
