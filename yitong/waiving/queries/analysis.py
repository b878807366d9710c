"""The analysis: every item in force, its materials under the present supply, and what to connect next."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from yitong.parties.actors import Actor
from yitong.parties.queries import organisation
from yitong.waiving.permissions import require_view, visible_to
from yitong.waiving.queries.plans import items_in_force, plans_of
from yitong.waiving.queries.supply import Stock, stock, supply
from yitong.waiving.rules import next_best
from yitong.waiving.rules.figures import Outcome, outcome
from yitong.waiving.rules.standing import Judge, Standing, Supply


@dataclass(frozen=True, slots=True)
class Analysis:
    """Outcomes by basic code under ``judge``. ``supply`` holds what was assumed, ``held`` when the library was counted."""

    outcomes: list[Outcome]
    judge: Judge
    supply: Supply
    held: Stock

    def candidates(self, outcomes: Sequence[Outcome] | None = None) -> list[next_best.Candidate]:
        """What is not connected yet, with what it would do alone, for all items or some of them."""
        return next_best.candidates(self.outcomes if outcomes is None else outcomes, self.judge, self.supply)


def analyse(actor: Actor, now: datetime, assumed: frozenset[str] = frozenset()) -> Analysis:
    """Every item in force, as if the candidates ``assumed`` were connected. NotAllowed for who may not see the analysis.

    Six queries once the versions are known here; nine while the library is counted on the spot.
    """
    require_view(actor)
    held = stock(now)
    sources = next_best.assuming(supply(held), assumed)
    judge = Judge(sources)
    return Analysis([outcome(item, judge) for item in visible_to(actor, items_in_force())], judge, sources, held)


def of_item(version_id: int, department_id: int, now: datetime) -> dict[str, Standing]:
    """The standing of each material of a published version, by its code: for guides and applications. Public.

    Empty for a version that is not published. Queries as ``analyse``.
    """
    plan = plans_of([version_id]).get(version_id)
    if plan is None or not plan.rows:
        return {}
    sources = supply(stock(now, {row.licence_type for row in plan.rows if row.licence_type}))
    limited = any(row.licence_type in sources.types and sources.types[row.licence_type].callers for row in plan.rows)
    department = organisation.department(department_id) if limited else None
    judge = Judge(sources)
    return {row.code: judge.standing(row, department.code if department else "") for row in plan.rows}
