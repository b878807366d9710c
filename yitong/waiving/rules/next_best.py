"""What to connect next: for each source that is not there yet, what it would waive, and in which order they bring most. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum

from yitong.kernel.reasons import N_
from yitong.waiving.rules.figures import Outcome
from yitong.waiving.rules.standing import Judge, Standing, Status, Supply


class Aim(StrEnum):
    """What the order goes by."""

    MATERIALS = "materials"
    CASES = "cases"
    ITEMS = "items"


AIM_LABELS: dict[str, str] = {
    Aim.MATERIALS: N_("materials waived"),
    Aim.CASES: N_("cases a year"),
    Aim.ITEMS: N_("items made certificate-free"),
}

MEANS: dict[str, str] = {
    "ingest": N_("Ingest the licences of this type into the library."),
    "enable": N_("Put the connector %(connector)s into service."),
    "link": N_("Name the connector %(connector)s in the items."),
    "build": N_("Set up the connector %(connector)s the items name."),
    "permit": N_("Add the department to the callers of the type."),
    "activate": N_("Put the licence type into use again."),
    "define": N_("Add the licence type to the directory, then ingest it or connect its register."),
    "name": N_("Name a licence type for the material in the items, then ingest it or connect its register."),
}
"""What would have to be done, by code."""


@dataclass(slots=True)
class Candidate:
    """One source that is not there. ``key``: see ``standing.key_of``; ``means``: keys of ``MEANS``; ``connector``: its name.

    What it would do alone: ``materials`` it waives (``reduced`` of them were reduced before), in ``items`` items with ``cases``
    applications a year, of which ``freed`` items become certificate-free.
    """

    key: str
    name: str
    means: tuple[str, ...] = ()
    connector: str = ""
    materials: int = 0
    reduced: int = 0
    items: int = 0
    cases: int = 0
    freed: int = 0
    item_ids: list[int] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Step:
    """One place in the order. ``freed`` and the sums count from here on top of all before."""

    candidate: Candidate
    freed: int
    materials_sum: int
    freed_sum: int


def candidates(outcomes: Sequence[Outcome], judge: Judge, supply: Supply) -> list[Candidate]:
    """Every source that would waive something, alone; most materials first."""
    found: dict[str, Candidate] = {}
    for each in outcomes:
        touched = set()
        for index, row in enumerate(each.item.plan.rows):
            if not each.item.plan.required >> index & 1:
                continue
            standing = judge.standing(row, each.item.department_code)
            if standing.status is Status.WAIVED or not standing.key:
                continue
            one = found.get(standing.key)
            if one is None:
                one = found[standing.key] = _candidate(standing.key, supply)
            one.materials += 1
            one.reduced += standing.status is Status.REDUCED
            _add_means(one, standing, supply)
            touched.add(standing.key)
        for key in touched:
            found[key].items += 1
            found[key].cases += each.item.cases
            found[key].item_ids.append(each.item.item_id)
            found[key].freed += each.missing == {key}
    return sorted(found.values(), key=lambda one: (-one.materials, -one.cases, one.name))


def ranked(outcomes: Sequence[Outcome], found: Sequence[Candidate], aim: Aim, most: int = 50) -> list[Step]:
    """The first ``most`` candidates in the order in which they bring most for ``aim``, each on top of those before (greedy)."""
    blocked = {number: set(each.missing) for number, each in enumerate(outcomes) if each.missing}
    waits: dict[str, list[int]] = {}
    for number, keys in blocked.items():
        for key in keys:
            waits.setdefault(key, []).append(number)
    alone = {one.key: one.freed for one in found}
    left, materials, freed = list(found), 0, 0
    steps: list[Step] = []
    while left and len(steps) < most:
        best = min(left, key=lambda one: _rank(one, alone[one.key], aim))
        left.remove(best)
        now_free = 0
        for number in waits.get(best.key, ()):
            blocked[number].discard(best.key)
            if not blocked[number]:
                now_free += 1
            elif len(blocked[number]) == 1:
                (last,) = blocked[number]
                if last in alone:
                    alone[last] += 1
        materials, freed = materials + best.materials, freed + now_free
        steps.append(Step(best, now_free, materials, freed))
    return steps


def assuming(supply: Supply, keys: frozenset[str]) -> Supply:
    """The supply as it would be with these candidates connected."""
    return replace(supply, assumed=keys) if keys else supply


def _rank(one: Candidate, freed: int, aim: Aim) -> tuple[float, ...]:
    order: Mapping[Aim, tuple[int, int, int]] = {
        Aim.MATERIALS: (one.materials, one.cases, freed),
        Aim.CASES: (one.cases, one.materials, freed),
        Aim.ITEMS: (freed, one.materials, one.cases),
    }
    # At equal gain first what is in the directory already.
    return (*(-value for value in order[aim]), float(one.key.startswith("name:")))


def _candidate(key: str, supply: Supply) -> Candidate:
    kind, _, rest = key.partition(":")
    if kind == "name":
        return Candidate(key, rest)
    known = supply.types.get(rest) if kind == "type" else supply.connectors.get(rest)
    return Candidate(key, known.name if known else rest)


_MEANS_OF = {
    "empty": "ingest",
    "not_caller": "permit",
    "inactive": "activate",
    "unknown": "define",
    "unnamed": "name",
    "unlinked": "link",
    "off": "enable",
    "no_connector": "build",
}


def _add_means(one: Candidate, standing: Standing, supply: Supply) -> None:
    """What was said against the material says what to do; of one that is reduced today, what its key is."""
    means = _MEANS_OF.get(standing.why) or _means_by_key(one.key, supply)
    if means in ("enable", "link", "build"):
        one.connector = standing.source if standing.why in _MEANS_OF else one.name
        # Either way: a type may be ingested as well.
        wanted: tuple[str, ...] = (means, "ingest") if one.key.startswith("type:") else (means,)
    else:
        wanted = (means,)
    one.means = tuple(dict.fromkeys((*one.means, *wanted)))


def _means_by_key(key: str, supply: Supply) -> str:
    kind, _, code = key.partition(":")
    if kind == "name":
        return "name"
    if kind == "connector":
        return "enable" if code in supply.connectors else "build"
    known = supply.types.get(code)
    if known is None:
        return "define"
    if not known.active:
        return "activate"
    return "permit" if known.licences else "ingest"
