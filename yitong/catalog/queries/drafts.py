"""The catalogue as its authors see it: items with their states, versions, imports. Every read takes the actor."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Count, OuterRef, Prefetch, Q, QuerySet, Subquery

from yitong.catalog.models import ImportBatch, ItemVersion, ServiceItem, Synonym
from yitong.catalog.permissions import imports_visible_to, managed_by, versions_visible_to
from yitong.catalog.queries.items import PublishedItem, as_published
from yitong.parties.actors import Actor

PREPARING = ItemVersion.PREPARING


@dataclass(frozen=True, slots=True)
class ItemFilters:
    """``state``: published, retired, draft, review, scheduled, or empty for all."""

    text: str = ""
    state: str = ""
    department_id: int | None = None


def items(actor: Actor, filters: ItemFilters) -> QuerySet[ServiceItem]:
    """The items this actor manages, with ``preparing`` (state of the version in preparation) and ``title``."""
    preparing = ItemVersion.objects.filter(item=OuterRef("pk"), state__in=PREPARING)
    latest = ItemVersion.objects.filter(item=OuterRef("pk")).order_by("-number")
    rows = (
        managed_by(actor)
        .select_related("department", "region", "current_version")
        .annotate(
            preparing=Subquery(preparing.values("state")[:1]),
            preparing_id=Subquery(preparing.values("id")[:1]),
            title=Subquery(latest.values("name")[:1]),
        )
    )
    if filters.state in PREPARING:
        rows = rows.filter(preparing=filters.state)
    elif filters.state:
        rows = rows.filter(state=filters.state)
    if filters.department_id:
        rows = rows.filter(department_id=filters.department_id)
    if filters.text:
        rows = rows.filter(
            Q(title__icontains=filters.text)
            | Q(basic_code__startswith=filters.text)
            | Q(implementation_code__startswith=filters.text)
        )
    return rows.order_by("department__code", "basic_code", "id")


def state_counts(actor: Actor) -> dict[str, int]:
    """How many managed items stand in each state; ``review``, ``scheduled`` and ``draft`` count versions in preparation. Two queries."""
    counts = dict(managed_by(actor).order_by().values_list("state").annotate(n=Count("id")))
    counts.pop(ServiceItem.State.DRAFT, None)
    preparing = ItemVersion.objects.filter(item__in=managed_by(actor), state__in=PREPARING)
    counts.update(preparing.order_by().values_list("state").annotate(n=Count("id")))
    return {name: counts.get(name, 0) for name in ("published", "review", "scheduled", "draft", "retired")}


def departments(actor: Actor) -> list[tuple[int, str]]:
    """(id, name) of the departments whose items this actor manages. One query."""
    rows = managed_by(actor).order_by("department__code").values_list("department_id", "department__name").distinct()
    return list(rows)


def item(actor: Actor, item_id: int) -> ServiceItem | None:
    """One managed item with its versions, the newest first. Two queries."""
    versions = Prefetch("versions", ItemVersion.objects.defer("record").order_by("-number"))
    return (
        managed_by(actor).select_related("department", "region").prefetch_related(versions).filter(id=item_id).first()
    )


def version(actor: Actor, version_id: int) -> ItemVersion | None:
    """One version this actor may read, with its item, department and region."""
    rows = versions_visible_to(actor).select_related("item__department", "item__region", "item__current_version")
    return rows.filter(id=version_id).first()


def preview(found: ItemVersion) -> PublishedItem:
    """A version as the guide shows it, in force or not."""
    return as_published(found)


def batches(actor: Actor, limit: int = 20) -> list[ImportBatch]:
    """The actor's latest imports with ``wrong``, the number of mistakes. One query."""
    return list(imports_visible_to(actor).annotate(wrong=Count("errors"))[:limit])


def batch(actor: Actor, batch_id: int) -> ImportBatch | None:
    """One import of this actor with its mistakes. Two queries."""
    return imports_visible_to(actor).prefetch_related("errors").filter(id=batch_id).first()


def synonyms() -> QuerySet[Synonym]:
    """All everyday words."""
    return Synonym.objects.all()


def preparing(actor: Actor, code: str) -> list[ItemVersion]:
    """The versions in preparation of the managed items with this basic or implementation code. One query."""
    found = managed_by(actor).filter(Q(basic_code=code) | Q(implementation_code=code))
    return list(ItemVersion.objects.filter(item__in=found, state__in=PREPARING).defer("record"))
