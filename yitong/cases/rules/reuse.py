"""What the government already has in place of a material, in which order it is offered, and how fresh it is. Pure.

Order: a licence of the holder, then data from a connector, then a material handed in before, then a check by the
department that knows. The first two are issued by whoever answers for them and free the applicant from all work; an archived
file is only as good as its trust level; a department check costs somebody's time and is asked for last.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from yitong.catalog.records import Material
from yitong.kernel.reasons import N_

LICENCE, CONNECTOR, ARCHIVE, VERIFICATION = "licence", "connector", "archive", "verification"
ORDER = (LICENCE, CONNECTOR, ARCHIVE, VERIFICATION)
KINDS: dict[str, str] = {
    LICENCE: N_("e-licence of the library"),
    CONNECTOR: N_("data of a shared register"),
    ARCHIVE: N_("your own archive"),
    VERIFICATION: N_("check by the department"),
}
MOST = 5
"""So many findings of one kind are shown for a material; more would have to be looked for in the archive itself."""


@dataclass(frozen=True, slots=True)
class DataField:
    """A field that would be handed over. ``sensitive``: 个人信息保护法 第二十八条, agreed to separately (第二十九条)."""

    name: str
    label: str
    sensitive: bool = False


@dataclass(frozen=True, slots=True)
class Candidate:
    """Something the government has. ``matches``: the licence type, connector, material name or department it answers for.

    ``reference``: what ``agree`` is told. ``origin``: who issued, holds or answers it. ``as_of``: the day it speaks for, None
    when it is asked for only after agreement. ``available`` False: known, but cannot be had now.
    """

    kind: str
    matches: frozenset[str]
    reference: str
    title: str
    origin: str
    as_of: date | None = None
    holds_until: date | None = None
    fields: tuple[DataField, ...] = ()
    trust: str = ""
    available: bool = True
    note: str = ""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing found for one material. ``age_days`` None: it would be fresh, asked for on the spot."""

    material: str
    found: Candidate
    age_days: int | None
    ends_in_days: int | None

    @property
    def kind(self) -> str:
        return self.found.kind

    @property
    def reference(self) -> str:
        return self.found.reference

    @property
    def sensitive(self) -> tuple[DataField, ...]:
        """The fields to which the holder agrees separately."""
        return tuple(field for field in self.found.fields if field.sensitive)


def wanted(material: Material) -> dict[str, frozenset[str]]:
    """By kind, what may stand for the material."""
    return {
        LICENCE: frozenset({material.licence_type} - {""}),
        CONNECTOR: frozenset({material.connector} - {""}),
        ARCHIVE: frozenset({material.licence_type, material.name} - {""}),
        VERIFICATION: frozenset({material.verifier} - {""}),
    }


def findings(
    materials: Sequence[Material], candidates: Sequence[Candidate], on: date
) -> Mapping[str, tuple[Finding, ...]]:
    """Per material code what was found, best first: by kind, what can be had now, the freshest."""
    return {material.code: _of(material, candidates, on) for material in materials}


def _of(material: Material, candidates: Sequence[Candidate], on: date) -> tuple[Finding, ...]:
    asked = wanted(material)
    found: list[Finding] = []
    for kind in ORDER:
        fitting = [
            each
            for each in candidates
            if each.kind == kind and each.matches & asked[kind] and (each.holds_until is None or each.holds_until >= on)
        ]
        fitting.sort(key=lambda each: (not each.available, -(each.as_of or date.max).toordinal(), each.reference))
        found += [_finding(material, each, on) for each in fitting[:MOST]]
    return tuple(found)


def _finding(material: Material, found: Candidate, on: date) -> Finding:
    age = None if found.as_of is None else max((on - found.as_of).days, 0)
    ends = None if found.holds_until is None else (found.holds_until - on).days
    return Finding(material.code, found, age, ends)


def best(found: Sequence[Finding]) -> Finding | None:
    """The one that is proposed: the first that can be had now."""
    return next((each for each in found if each.found.available), None)


def filled(fills: Mapping[str, str], data: Mapping[str, object], form: Mapping[str, object]) -> dict[str, object]:
    """Form fields that ``data`` fills. What the applicant wrote himself is left alone."""
    values = {target: data.get(source) for target, source in fills.items()}
    return {target: value for target, value in values.items() if value not in (None, "") and not form.get(target)}


def edited(filled_with: Mapping[str, object], form: Mapping[str, object]) -> frozenset[str]:
    """Filled fields whose value is another one now."""
    return frozenset(name for name, value in filled_with.items() if form.get(name) != value)
