"""One item as it is in force: what cases and guides read."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache

from django.db.models import Q

from yitong.catalog.models import ItemVersion, ServiceItem
from yitong.catalog.records import ItemRecord


class ItemNotFound(LookupError):
    """No published item has this code. ``code``: what was asked for."""

    def __init__(self, code: str) -> None:
        self.code = code
        super().__init__(code)


@dataclass(frozen=True, slots=True)
class PublishedItem:
    """One version of an item, in force now or in the past. ``record`` is the whole implementation record."""

    item_id: int
    version_id: int
    version_number: int
    department_id: int
    department_name: str
    department_uscc: str
    region_id: int
    region_name: str
    basic_code: str
    implementation_code: str
    record: ItemRecord
    published_at: datetime | None = None
    ends_on: date | None = None  # planned: no longer in force from this day on

    @property
    def name(self) -> str:
        return self.record.name


def published(code: str) -> PublishedItem:
    """The version in force of the item with this basic (12) or implementation (31) code; ItemNotFound without one.

    A basic code that several departments implement gives the one of the highest level. Two queries at most, the second
    only for a version this process has not read yet.
    """
    items = ServiceItem.objects.filter(state=ServiceItem.State.PUBLISHED)
    items = items.filter(basic_code=code) if len(code) == 12 else items.filter(implementation_code=code)
    row = items.order_by("region__level", "id").values_list("current_version_id", flat=True).first()
    if row is None:
        raise ItemNotFound(code)
    return version(row)


def all_published() -> list[PublishedItem]:
    """Every item in force, by basic code. One query, and one for each version this process has not read yet."""
    rows = ServiceItem.objects.filter(state=ServiceItem.State.PUBLISHED, current_version__isnull=False)
    return [version(pk) for pk in rows.order_by("basic_code", "id").values_list("current_version_id", flat=True)]


def published_by_id(item_id: int) -> PublishedItem:
    """As ``published``, by the item's id."""
    row = ServiceItem.objects.filter(id=item_id, state=ServiceItem.State.PUBLISHED)
    version_id = row.values_list("current_version_id", flat=True).first()
    if version_id is None:
        raise ItemNotFound(str(item_id))
    return version(version_id)


@lru_cache(maxsize=4096)
def version(version_id: int) -> PublishedItem:
    """The version with this id. Cached for good per process: a published version never changes.

    ItemNotFound for an id that does not exist or was never published (drafts do change).
    """
    states = (ItemVersion.State.PUBLISHED, ItemVersion.State.RETIRED)
    rows = ItemVersion.objects.select_related("item__department", "item__region")
    found = rows.filter(id=version_id, state__in=states).first()
    if found is None:
        raise ItemNotFound(str(version_id))
    return as_published(found)


def as_published(row: ItemVersion) -> PublishedItem:
    """``row`` (with its item, department and region) as a value; also serves to preview a draft."""
    item = row.item
    return PublishedItem(
        item_id=item.id,
        version_id=row.id,
        version_number=row.number,
        department_id=item.department_id,
        department_name=item.department.name,
        department_uscc=item.department.uscc,
        region_id=item.region_id,
        region_name=item.region.name,
        basic_code=item.basic_code,
        implementation_code=item.implementation_code,
        record=ItemRecord.model_validate(row.record),
        published_at=row.published_at,
        ends_on=row.ends_on,
    )


def same_elsewhere(item_id: int, basic_code: str, most: int = 200) -> list[PublishedItem]:
    """The other items in force with this basic code: the same item at other levels and departments. As ``all_published``."""
    rows = ServiceItem.objects.filter(basic_code=basic_code, state=ServiceItem.State.PUBLISHED).exclude(id=item_id)
    return [
        version(pk) for pk in rows.order_by("region__level", "id").values_list("current_version_id", flat=True)[:most]
    ]


def waiting(item_id: int) -> ItemVersion | None:
    """The approved version of an item that waits for its planned day, if there is one. One query."""
    return ItemVersion.objects.filter(item_id=item_id, state=ItemVersion.State.SCHEDULED).first()


def names(item_ids: Iterable[int]) -> dict[int, str]:
    """Name of the version in force of each of these items, for lists. One query."""
    rows = ServiceItem.objects.filter(id__in=list(item_ids), current_version__isnull=False)
    return dict(rows.values_list("id", "current_version__name"))


def of_departments(department_ids: Iterable[int], most: int = 300) -> list[tuple[str, str]]:
    """Basic code and name of the published items of these departments, by name, at most ``most``; for a choice. One query."""
    rows = ServiceItem.objects.filter(department_id__in=list(department_ids), state=ServiceItem.State.PUBLISHED)
    return list(rows.order_by("current_version__name").values_list("basic_code", "current_version__name")[:most])


def with_code(part: str, endings: Iterable[str], most: int = 1000) -> dict[int, str]:
    """Implementation codes by item id: those that hold ``part`` or end with one of ``endings``, at most ``most``. One query."""
    wanted = Q(implementation_code__contains=part)
    for ending in endings:
        wanted |= Q(implementation_code__endswith=ending)
    return dict(ServiceItem.objects.filter(wanted).order_by("id").values_list("id", "implementation_code")[:most])
