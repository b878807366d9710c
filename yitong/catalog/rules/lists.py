"""Which public lists a record stands on. Pure."""

from __future__ import annotations

from yitong.catalog.records import ItemRecord

PERMIT = "01"  # GB/T 39046 A: 行政许可


def lists_of(record: ItemRecord) -> list[str]:
    """The public lists (``themes.LISTS``) a record stands on."""
    on = {
        "permits": record.kind == PERMIT,
        "delegated": bool(record.delegated_to),
        "deemed": record.deemed_approval.listed,
        "instant": record.case_type == "instant",
        "commitment": record.commitment is not None,
    }
    return [name for name, listed in on.items() if listed]
