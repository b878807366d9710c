"""Keeps the search row of an item in step with its version in force."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from django.contrib.postgres.fields import ArrayField
from django.db import models, transaction
from django.db.models import Func, Value

from yitong.audit.commands.record import record as audit
from yitong.catalog.models import ItemSearch, ItemVersion, ServiceItem
from yitong.catalog.records import ItemRecord
from yitong.catalog.rules import search_terms
from yitong.catalog.rules.lists import lists_of
from yitong.catalog.themes import THEMES
from yitong.kernel.reasons import NotAllowed
from yitong.parties.actors import Actor, ActorKind


def index(item: ServiceItem, version: ItemVersion, record: ItemRecord) -> None:
    """Write the search row of ``item`` (department and region read); popularity is kept. Part of the caller's act."""
    hints = [word for theme in record.themes if theme in THEMES for word in (THEMES[theme].name,)]
    words = search_terms.terms(
        [record.name, *record.everyday_words, *hints, item.department.name, item.basic_code, item.implementation_code]
    )
    vector = Func(
        Value(words, output_field=ArrayField(models.TextField())),
        function="array_to_tsvector",
        output_field=ItemSearch._meta.get_field("terms"),
    )
    ItemSearch.objects.update_or_create(
        item=item,
        defaults={
            "version": version,
            "basic_code": item.basic_code,
            "implementation_code": item.implementation_code,
            "name": record.name,
            "summary": record.summary,
            "everyday_words": list(record.everyday_words),
            "terms": vector,
            "pinyin": search_terms.pinyin([record.name, *record.everyday_words]),
            "department": item.department,
            "department_name": item.department.name,
            "region": item.region,
            "region_name": item.region.name,
            "kind": record.kind,
            "subjects": list(record.subjects),
            "themes": list(record.themes),
            "lists": lists_of(record),
            "instant": record.case_type == "instant",
            "online": bool({"web", "mobile"} & set(record.channels)),
            "visits": record.visits,
            "committed_amount": record.committed_limit.amount,
            "committed_unit": record.committed_limit.unit,
        },
    )


def remove(item: ServiceItem) -> None:
    """Take the item out of the search. Part of the caller's act."""
    ItemSearch.objects.filter(item=item).delete()


@transaction.atomic
def set_popularity(*, actor: Actor, counts: Mapping[int, int], now: datetime) -> int:
    """Applications in the past year by item id, for ranking. System only. Returns how many rows changed."""
    if actor.kind is not ActorKind.SYSTEM:
        raise NotAllowed("catalog:item:edit")
    rows = list(ItemSearch.objects.filter(item_id__in=list(counts)).only("item_id", "popularity"))
    changed = [row for row in rows if row.popularity != counts[row.item_id]]
    for row in changed:
        row.popularity = counts[row.item_id]
    ItemSearch.objects.bulk_update(changed, ["popularity"], batch_size=500)
    if changed:
        audit(
            actor_ref=actor.ref,
            tag="catalog:popularity:updated",
            subject="catalog:search",
            detail={"items": len(changed)},
            now=now,
        )
    return len(changed)
