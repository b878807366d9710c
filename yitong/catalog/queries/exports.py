"""The catalogue as a file."""

from __future__ import annotations

from typing import Literal

from django.db.models import QuerySet

from yitong.catalog.exchange import yaml_files
from yitong.catalog.models import ItemVersion, ServiceItem
from yitong.catalog.permissions import managed_by, visible_to
from yitong.catalog.records import ItemRecord
from yitong.catalog.rules import shape
from yitong.parties.actors import Actor

Row = tuple[str, str, str, ItemRecord]


def export(actor: Actor, kind: Literal["yaml", "excel"], codes: tuple[str, ...] = (), drafts: bool = False) -> bytes:
    """The items the actor may see as one file, their versions in force; with ``drafts`` those in preparation instead.

    ``codes``: basic or implementation codes, all items if empty. CellTooLong for a form that no cell holds.
    """
    found = rows(actor, codes, drafts)
    if kind == "yaml":
        return yaml_files.write(found).encode()
    from yitong.catalog.exchange import workbook  # 27 MB, for the few who ask for Excel

    return workbook.write(found)


def rows(actor: Actor, codes: tuple[str, ...] = (), drafts: bool = False) -> list[Row]:
    """``(basic code, department code, region code, record)`` of each item, by code. Two queries at most."""
    items: QuerySet[ServiceItem] = managed_by(actor) if drafts else visible_to(actor)
    if codes:
        items = items.filter(basic_code__in=codes) | items.filter(implementation_code__in=codes)
    items = items.select_related("department", "region", "current_version").order_by("basic_code", "id")
    preparing: dict[int, ItemVersion] = {}
    if drafts:
        found = ItemVersion.objects.filter(item__in=items.order_by(), state__in=ItemVersion.PREPARING)
        preparing = {version.item_id: version for version in found}
    result = []
    for item in items:
        version = preparing.get(item.pk) or (
            item.current_version if item.state == ServiceItem.State.PUBLISHED else None
        )
        if version is not None:
            result.append((item.basic_code, item.department.code, item.region.code, shape.parse(version.record)))
    return result
