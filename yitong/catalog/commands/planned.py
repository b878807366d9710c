"""What the calendar does to versions: put those in force whose day has come, retire items whose planned end has come.

Each version is its own transaction under the lock of its item; a day the worker missed is caught up with at its next round.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from yitong.catalog.commands.drafts import refuse_unpublishable
from yitong.catalog.commands.publishing import bring_into_force, take_out_of_force
from yitong.catalog.models import ItemVersion, ServiceItem
from yitong.kernel.reasons import Refused
from yitong.parties.actors import Actor

logger = logging.getLogger(__name__)
State = ItemVersion.State


def begin_planned(*, actor: Actor, now: datetime, limit: int = 200) -> int:
    """Put the approved versions in force whose planned day has come; returns how many."""
    today = timezone.localtime(now).date()
    due = ItemVersion.objects.filter(state=State.SCHEDULED, effective_on__lte=today)
    waiting = list(due.order_by("effective_on", "id").values_list("id", "item_id")[:limit])
    return sum(_one(_begin, actor, version_id, item_id, now) for version_id, item_id in waiting)


def end_planned(*, actor: Actor, now: datetime, limit: int = 200) -> int:
    """Retire the items whose version in force has reached its planned end; returns how many.

    Run after ``begin_planned``: a successor that begins on the day of the end keeps the item in force.
    """
    today = timezone.localtime(now).date()
    due = ItemVersion.objects.filter(state=State.PUBLISHED, ends_on__lte=today)
    ending = list(due.order_by("ends_on", "id").values_list("id", "item_id")[:limit])
    return sum(_one(_end, actor, version_id, item_id, now) for version_id, item_id in ending)


def _one(step: Callable[..., bool], actor: Actor, version_id: int, item_id: int, now: datetime) -> bool:
    try:
        return step(actor, version_id, item_id, now)
    except Refused as refusal:
        # A rule that came after the approval: the version stays as it is, its page says why, and the others go on.
        logger.error("Version %s of item %s can't follow its plan: %s", version_id, item_id, refusal)
        return False


@transaction.atomic
def _begin(actor: Actor, version_id: int, item_id: int, now: datetime) -> bool:
    version = _still(version_id, item_id, State.SCHEDULED)
    if version is None:
        return False
    bring_into_force(version, refuse_unpublishable(version), actor, now)
    return True


@transaction.atomic
def _end(actor: Actor, version_id: int, item_id: int, now: datetime) -> bool:
    version = _still(version_id, item_id, State.PUBLISHED)
    if version is None:
        return False
    take_out_of_force(version.item, version, f"计划取消日期 {version.ends_on}", actor, now)
    return True


def _still(version_id: int, item_id: int, state: str) -> ItemVersion | None:
    """The version with its item locked, if it is still in ``state``; None while somebody else works on the item."""
    item = ServiceItem.objects.select_for_update(skip_locked=True).filter(id=item_id).first()
    if item is None:
        return None
    rows = ItemVersion.objects.select_related("item__department", "item__region")
    return rows.filter(id=version_id, state=state).first()
