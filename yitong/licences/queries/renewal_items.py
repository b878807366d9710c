"""Which service item renews a licence: the one whose result is its type, of the department that issued it if it has one."""

from __future__ import annotations

from yitong.catalog.queries.items import PublishedItem, all_published
from yitong.licences.models import Licence


def item_for(licence: Licence) -> PublishedItem | None:
    """The item in whose name renewal is applied for, or None."""
    fitting = [each for each in all_published() if each.record.result.licence_type == licence.type.code]
    own = [each for each in fitting if each.department_id == licence.issuer_department_id]
    return next(iter(own), None)
