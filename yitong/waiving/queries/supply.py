"""What the sources can give now: licence types and what the library holds of them, connectors, certificates, kept papers."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from yitong.archive.queries.counts import reusable_by_type
from yitong.certificates.permissions import types_for
from yitong.exchange.permissions import visible_to as connectors_visible_to
from yitong.licences.queries import counts as library
from yitong.licences.queries.library import types_by_code
from yitong.parties.actors import system
from yitong.parties.queries import organisation
from yitong.waiving.models import SourceCount
from yitong.waiving.rules.standing import CertificateSupply, ConnectorSupply, Supply, TypeSupply

SHANGHAI = ZoneInfo("Asia/Shanghai")
COUNTED_AT_ONCE = 200_000
"""A library of at most about so many licences is counted on the spot when no count was kept: some 50 ms."""
_READER = system("waiving")


@dataclass(frozen=True, slots=True)
class Stock:
    """Licences in force and kept papers by type code. ``counted_at``: None for what was counted on the spot, or never."""

    licences: dict[str, int]
    kept: dict[str, int]
    counted_at: datetime | None = None
    counted: bool = True


def stock(now: datetime, type_codes: Collection[str] | None = None) -> Stock:
    """The last count (of these types), or a count on the spot of a small library. One query, or four."""
    rows = SourceCount.objects.all()
    if type_codes is not None:
        rows = rows.filter(type_code__in=[*type_codes, ""])
    kept = list(rows.values_list("kind", "type_code", "number", "counted_at"))
    if kept:
        numbers: dict[str, dict[str, int]] = {"library": {}, "archive": {}}
        for kind, code, number, _ in kept:
            if code:
                numbers[kind][code] = number
        return Stock(numbers["library"], numbers["archive"], kept[0][3])
    if library.estimate() > COUNTED_AT_ONCE:
        return Stock({}, {}, counted=False)
    return Stock(library.in_force_by_type(now.astimezone(SHANGHAI).date()), reusable_by_type())


def supply(held: Stock) -> Supply:
    """Everything the sources can give. Four queries."""
    types = {
        code: TypeSupply(code, kind.name, held.licences.get(code, 0), kind.active, frozenset(kind.callers))
        for code, kind in types_by_code().items()
    }
    return Supply(types, _connectors(), _certificates(), _departments(), held.kept)


def _connectors() -> dict[str, ConnectorSupply]:
    rows = connectors_visible_to(_READER).only("code", "name", "licence_type", "enabled")
    return {row.code: ConnectorSupply(row.code, row.name, row.licence_type, row.enabled) for row in rows}


def _certificates() -> tuple[CertificateSupply, ...]:
    """Those drawn at once. One that is reviewed on application saves no paper: it still has to be asked for."""
    rows = types_for(_READER).filter(active=True, way="instant").order_by("position", "pk")
    return tuple(CertificateSupply(*row) for row in rows.values_list("name", "licence_type"))


def _departments() -> dict[str, str]:
    return dict(organisation.departments().order_by().values_list("code", "name"))
