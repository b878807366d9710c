"""Which department exercises an item in a region, delegations considered (放权)."""

from __future__ import annotations

from datetime import date

from yitong.parties.models import Delegation, Region
from yitong.parties.queries.actors import in_period


def exercising_department(item_code: str, department_id: int, region_id: int, on: date) -> int:
    """Id of the department that exercises the item (basic code, 12 digits) of ``department_id`` for ``region_id``.

    A delegation to the region itself, or to the nearest region above it, moves the item to the town's department;
    without one it stays where it is. Two statements.
    """
    path = Region.objects.filter(pk=region_id).values_list("path", flat=True).first()
    if path is None:
        return department_id
    codes = path.strip("/").split("/")
    found = (
        Delegation.objects.filter(
            in_period(on), item_code=item_code, department_id=department_id, region__code__in=codes
        )
        .order_by("-region__level")
        .values_list("town_department_id", flat=True)
        .first()
    )
    return found or department_id
