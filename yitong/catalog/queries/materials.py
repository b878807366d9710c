"""The parts of published records that say which materials an item asks for and when; for analyses of all items at once."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Any, NamedTuple

from yitong.catalog.models import ItemVersion, ServiceItem


class ItemInForce(NamedTuple):
    """One item in force without its record. ``applications``: in the past year, as the search ranks by."""

    version_id: int
    item_id: int
    basic_code: str
    implementation_code: str
    name: str
    department_id: int
    department_code: str
    department_name: str
    region_name: str
    subjects: list[str]
    applications: int


class Parts(NamedTuple):
    """Parts of one record, as JSON holds them (``catalog.records``); keys with a default may be missing."""

    version_id: int
    materials: list[dict[str, Any]]
    questions: list[dict[str, Any]]
    properties: dict[str, dict[str, Any]]


def in_force() -> list[ItemInForce]:
    """Every item in force, by basic code. One query."""
    rows = ServiceItem.objects.filter(state=ServiceItem.State.PUBLISHED, search__isnull=False).order_by(
        "basic_code", "id"
    )
    columns = (
        "current_version_id",
        "id",
        "basic_code",
        "implementation_code",
        "search__name",
        "department_id",
        "department__code",
        "department__name",
        "region__name",
        "search__subjects",
        "search__popularity",
    )
    return [ItemInForce(*row) for row in rows.values_list(*columns)]


def parts_of(version_ids: Collection[int]) -> Iterator[Parts]:
    """The parts of these versions, read in chunks; drafts, which change, are left out. Only what is needed leaves the database."""
    states = (ItemVersion.State.PUBLISHED, ItemVersion.State.RETIRED)
    rows = ItemVersion.objects.filter(pk__in=list(version_ids), state__in=states).order_by()
    columns = ("pk", "record__materials", "record__questions", "record__form_schema__properties")
    for pk, materials, questions, properties in rows.values_list(*columns).iterator(chunk_size=1000):
        yield Parts(pk, materials or [], questions or [], properties or {})


__all__ = ["ItemInForce", "Parts", "in_force", "parts_of"]
