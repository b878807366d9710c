"""Figures of the analysis: each with numerator, denominator and definition. Pure.

Only required materials count. A material counts once for its item, in however many scenarios it is asked for.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import prod
from typing import NamedTuple

from yitong.kernel.reasons import N_
from yitong.waiving.rules.scenarios import Plan
from yitong.waiving.rules.standing import Judge, Status


class Item(NamedTuple):
    """One published item. ``plan`` is shared between versions; ``cases``: applications of the past year."""

    version_id: int
    item_id: int
    basic_code: str
    implementation_code: str
    name: str
    department_id: int
    department_code: str
    department_name: str
    region_name: str
    subjects: tuple[str, ...]
    cases: int
    plan: Plan


class Outcome(NamedTuple):
    """What becomes of an item. ``waived``, ``reduced``, ``issued`` (remaining, by another body), ``own``: required materials.

    ``typical``, ``typical_left``: in the ordinary scenario, asked for and still brought. ``most``, ``most_left``: in the largest one
    and in the one that leaves most. ``scenarios_free``: scenarios in which nothing issued by others is brought. ``missing``: keys
    of what would have to be connected for what remains.
    """

    item: Item
    materials: int
    waived: int
    reduced: int
    issued: int
    own: int
    typical: int
    typical_left: int
    most: int
    most_left: int
    scenarios: int
    scenarios_free: int
    missing: frozenset[str]

    @property
    def left(self) -> int:
        """Materials somebody still brings in one scenario or another."""
        return self.issued + self.own

    @property
    def certificate_free(self) -> bool:
        """免证办: it asks for papers issued by others, and nobody has to bring one in any scenario."""
        return not self.issued and self.asks_issued

    @property
    def asks_issued(self) -> bool:
        return bool(self.issued or self.waived or self.reduced)

    @property
    def lightened(self) -> bool:
        """减证办: at least one material need not be brought."""
        return bool(self.waived or self.reduced)


def outcome(item: Item, judge: Judge) -> Outcome:
    """The item's figures under the judge's supply."""
    plan = item.plan
    waived = reduced = own = 0
    missing = set()
    for index, row in enumerate(plan.rows):
        standing = judge.standing(row, item.department_code)
        bit = 1 << index
        if standing.status is Status.WAIVED:
            waived |= bit
        elif standing.status is Status.REDUCED:
            reduced |= bit
        elif standing.why == "own":
            own |= bit
        elif plan.required & bit:
            missing.add(standing.key)
    need = plan.required
    left = need & ~(waived | reduced)
    issued = left & ~own
    always = plan.always
    cells = [group.cells for group in plan.groups]
    free = 0 if always & issued else prod(sum(1 for cell in each if not cell & issued) for each in cells)
    typical = plan.typical & need
    return Outcome(
        item,
        need.bit_count(),
        (waived & need).bit_count(),
        (reduced & need).bit_count(),
        issued.bit_count(),
        (left & own).bit_count(),
        typical.bit_count(),
        (typical & left).bit_count(),
        (always & need).bit_count() + sum(max((cell & need).bit_count() for cell in each) for each in cells),
        (always & left).bit_count() + sum(max((cell & left).bit_count() for cell in each) for each in cells),
        plan.scenarios,
        free,
        frozenset(missing),
    )


@dataclass(frozen=True, slots=True)
class Figure:
    """``numerator`` of ``denominator``. ``label`` and ``definition``: msgids. ``fewer``: whether less is better."""

    code: str
    label: str
    numerator: int
    denominator: int
    definition: str

    @property
    def percent(self) -> float | None:
        """None when there is nothing to divide by."""
        return round(100 * self.numerator / self.denominator, 1) if self.denominator else None


@dataclass(frozen=True, slots=True)
class Totals:
    """Sums over some items, and the figures made of them."""

    items: int
    materials: int
    waived: int
    reduced: int
    issued: int
    own: int
    typical: int
    typical_left: int
    scenarios: int
    scenarios_free: int
    lightened: int
    with_materials: int
    certificate_free: int
    asking_issued: int
    cases: int

    @property
    def figures(self) -> tuple[Figure, ...]:
        return tuple(Figure(code, label, *pair(self), definition) for code, label, pair, definition in _FIGURES)


_FIGURES = (
    (
        "waived", N_("Materials waived"), lambda t: (t.waived, t.materials),
        N_("Required materials that are taken from the licence library or through a connector, of all required materials. "
           "A material counts once for each item that asks for it, in whichever scenario."),
    ),
    (
        "not_brought", N_("Materials nobody brings"), lambda t: (t.waived + t.reduced, t.materials),
        N_("Waived materials and those a department confirms, a certificate from data replaces, or an earlier case has kept, of all "
           "required materials."),
    ),
    (
        "lightened", N_("Items with fewer materials"), lambda t: (t.lightened, t.with_materials),
        N_("Items with at least one required material that is waived or reduced, of all items that ask for any."),
    ),
    (
        "certificate_free", N_("Certificate-free items"), lambda t: (t.certificate_free, t.asking_issued),
        N_("Items in no scenario of which a paper issued by somebody else is brought, of all items that ask for such papers. "
           "What the applicant makes himself, a photo or a plan, does not count."),
    ),
    (
        "scenarios_free", N_("Certificate-free scenarios"), lambda t: (t.scenarios_free, t.scenarios),
        N_("Scenarios in which no paper issued by somebody else is brought, of all scenarios. A scenario is a different set of "
           "materials that the answers to an item's questions select."),
    ),
    (
        "typical_left", N_("Still brought in the ordinary scenario"), lambda t: (t.typical_left, t.typical),
        N_("Required materials somebody still brings, of those asked for, in each item's ordinary scenario: the first choice of "
           "each question, and no to yes-or-no questions."),
    ),
)  # fmt: skip


def totals(outcomes: Iterable[Outcome]) -> Totals:
    """Sums over ``outcomes``."""
    items = materials = waived = reduced = issued = own = typical = typical_left = scenarios = free = 0
    lightened = with_materials = certificate_free = asking = cases = 0
    for each in outcomes:
        items += 1
        materials += each.materials
        waived += each.waived
        reduced += each.reduced
        issued += each.issued
        own += each.own
        typical += each.typical
        typical_left += each.typical_left
        scenarios += each.scenarios
        free += each.scenarios_free
        lightened += each.lightened
        with_materials += bool(each.materials)
        certificate_free += each.certificate_free
        asking += each.asks_issued
        cases += each.item.cases
    return Totals(
        items, materials, waived, reduced, issued, own, typical, typical_left, scenarios, free,
        lightened, with_materials, certificate_free, asking, cases,
    )  # fmt: skip


def by_department(outcomes: Sequence[Outcome]) -> list[tuple[int, str, Totals]]:
    """(department id, name, totals), the departments with most papers still brought first."""
    groups: dict[tuple[int, str], list[Outcome]] = {}
    for each in outcomes:
        groups.setdefault((each.item.department_id, each.item.department_name), []).append(each)
    found = [(number, name, totals(rows)) for (number, name), rows in groups.items()]
    return sorted(found, key=lambda row: (-row[2].issued, -row[2].materials, row[1]))
