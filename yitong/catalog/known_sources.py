"""What can stand for a material: licence types and connectors, which lie above. Who knows them registers at start (``site.wiring``)."""

from __future__ import annotations

from collections.abc import Callable

from yitong.catalog.records import ItemRecord
from yitong.catalog.rules.sources import Known, Named, named, reasons
from yitong.kernel.reasons import Reason
from yitong.parties.queries.organisation import department_by_code

Provider = Callable[[Named], Known]
_providers: list[Provider] = []


def register(provider: Provider) -> None:
    """``provider`` tells which of the named codes exist, with their fields. The last one registered answers."""
    _providers[:] = [provider]


def source_reasons(record: ItemRecord) -> list[Reason]:
    """Licence types, connectors and departments the materials name that do not exist, and fields that those lack.

    No query for a record that names none. Without a provider (a bare test) only departments are checked.
    """
    wanted = named(record)
    if not (wanted.licence_types or wanted.connectors or wanted.departments):
        return []
    departments = frozenset(code for code in wanted.departments if department_by_code(code) is not None)
    return reasons(record, _providers[0](wanted) if _providers else None, departments)
