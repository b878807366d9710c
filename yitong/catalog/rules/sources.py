"""What can stand for a material instead of paper: do the codes it names exist, and have they the fields it fills from. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from yitong.catalog.records import ItemRecord, Material
from yitong.kernel.reasons import N_, Reason

HOLDER_FIELDS = frozenset({"holder_name", "number", "issued_on", "valid_from", "valid_until", "issuer_name"})
"""What every licence has beside its own fields."""


@dataclass(frozen=True, slots=True)
class Named:
    """The codes a record's materials name."""

    licence_types: frozenset[str] = frozenset()
    connectors: frozenset[str] = frozenset()
    departments: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Known:
    """Those of them that exist, each with the names of its fields."""

    licence_types: Mapping[str, frozenset[str]] = field(default_factory=dict)
    connectors: Mapping[str, frozenset[str]] = field(default_factory=dict)


def named(record: ItemRecord) -> Named:
    """What there is to look up for ``record``."""
    return Named(
        frozenset(each.licence_type for each in record.materials if each.licence_type),
        frozenset(each.connector for each in record.materials if each.connector),
        frozenset(each.verifier for each in record.materials if each.verifier),
    )


def reasons(record: ItemRecord, known: Known | None, departments: frozenset[str]) -> list[Reason]:
    """Everything the materials name that is not there; ``known`` None: licence types and connectors are not looked at."""
    found: list[Reason] = []
    for index, material in enumerate(record.materials):
        found += _material(f"materials[{index}]", material, record, known, departments)
    return found


def _material(
    path: str, material: Material, record: ItemRecord, known: Known | None, departments: frozenset[str]
) -> Iterator[Reason]:
    if material.verifier and material.verifier not in departments:
        message = N_("There is no department with the code %(code)s. Correct it, or leave it empty.")
        yield _no("verifier_unknown", f"{path}.verifier", message, code=material.verifier)
    if known is None:
        return
    if material.licence_type and material.licence_type not in known.licence_types:
        message = N_("There is no licence type %(code)s in the library. Correct it, or leave it empty.")
        yield _no("licence_type_unknown", f"{path}.licence_type", message, code=material.licence_type)
    if material.connector and material.connector not in known.connectors:
        message = N_("There is no connector %(code)s. Correct it, or leave it empty.")
        yield _no("connector_unknown", f"{path}.connector", message, code=material.connector)
    yield from _fills(path, material, record, known)


def _fills(path: str, material: Material, record: ItemRecord, known: Known) -> Iterator[Reason]:
    if not material.fills:
        return
    if not material.licence_type and not material.connector:
        message = N_('"%(name)s" fills form fields, but names no licence type and no connector to fill them from.')
        yield _no("fills_without_source", f"{path}.fills", message, name=material.name)
        return
    has = known.licence_types.get(material.licence_type, frozenset()) | known.connectors.get(
        material.connector, frozenset()
    )
    properties = record.form_schema.get("properties", {})
    for target, source in material.fills.items():
        if target not in properties:
            message = N_('"%(name)s" is filled, but the form has no such field.')
            yield _no("fill_no_field", f"{path}.fills.{target}", message, name=target)
        if has and source not in has | HOLDER_FIELDS:
            message = N_('"%(source)s" is no field of the licence or the connector; known are %(known)s.')
            shown = ", ".join(sorted(has | HOLDER_FIELDS))
            yield _no("fill_no_source", f"{path}.fills.{target}", message, source=source, known=shown)


def _no(code: str, place: str, message: str, /, **params: Any) -> Reason:
    return Reason(code, message, field=place, params=params)
