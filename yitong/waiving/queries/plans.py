"""The plans of the items in force. A published version never changes: its plan is made once per process."""

from __future__ import annotations

from collections.abc import Collection

from yitong.catalog.queries import materials
from yitong.waiving.rules.figures import Item
from yitong.waiving.rules.scenarios import Plan, plan

MOST_KEPT = 20_000
_plans: dict[int, Plan] = {}


def items_in_force() -> list[Item]:
    """Every item in force with its plan, by basic code. One query, and one more for versions this process has not read yet."""
    rows = materials.in_force()
    plans = plans_of([row.version_id for row in rows])
    return [
        Item(
            row.version_id,
            row.item_id,
            row.basic_code,
            row.implementation_code,
            row.name,
            row.department_id,
            row.department_code,
            row.department_name,
            row.region_name,
            tuple(row.subjects),
            row.applications,
            plans[row.version_id],
        )
        for row in rows
        if row.version_id in plans
    ]


def plans_of(version_ids: Collection[int]) -> dict[int, Plan]:
    """Plans by version id."""
    missing = [pk for pk in version_ids if pk not in _plans]
    if missing:
        if len(_plans) + len(missing) > MOST_KEPT:
            _plans.clear()
            missing = list(version_ids)
        for parts in materials.parts_of(missing):
            _plans[parts.version_id] = plan(parts.materials, parts.questions, parts.properties)
    return {pk: _plans[pk] for pk in version_ids if pk in _plans}


def forget() -> None:
    """Drop what this process knows: for measurements."""
    _plans.clear()
