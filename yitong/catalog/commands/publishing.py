"""Bringing a version into force, and taking an item out of it."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from yitong.audit.commands.record import record as audit
from yitong.catalog import permissions
from yitong.catalog.commands import search_index
from yitong.catalog.commands.drafts import locked_version, refuse_unpublishable, take_plan
from yitong.catalog.events import ItemRetired, VersionPublished
from yitong.catalog.models import ItemVersion, ServiceItem
from yitong.catalog.records import ItemRecord
from yitong.catalog.rules.plan import Plan
from yitong.kernel import events
from yitong.kernel.reasons import N_, Conflict, NotAllowed, Reason, Refused
from yitong.parties.actors import Actor, ActorKind
from yitong.parties.roles import Permission

FOUR_EYES = "四眼原则: 编制人与审核人不得为同一人"


def publish_refusals(actor: Actor, version: ItemVersion) -> list[Reason]:
    """Why this actor can't publish this version, whatever its content: state, and who wrote it."""
    reasons = []
    if version.state == ItemVersion.State.DRAFT and actor.kind is not ActorKind.SYSTEM:
        reasons.append(Reason("wrong_state", N_("This version is still a draft; submit it for review first.")))
    elif version.state == ItemVersion.State.SCHEDULED:
        reasons.append(Reason("wrong_state", N_("This version is approved and waits for its day.")))
    elif version.state not in (ItemVersion.State.REVIEW, ItemVersion.State.DRAFT):
        reasons.append(Reason("wrong_state", N_("This version was published already.")))
    if version.author_ref == actor.ref and actor.kind is not ActorKind.SYSTEM:
        message = N_("You wrote this version; somebody else must review and publish it.")
        reasons.append(Reason("own_version", message, law=FOUR_EYES))
    return reasons


@transaction.atomic
def publish(*, actor: Actor, version_id: int, rev: int, now: datetime, plan: Plan | None = None) -> ItemVersion:
    """Bring a reviewed version into force at ``now``; the one before it leaves force at the same instant.

    With a planned day ahead the version is approved and waits (``scheduled``), the one in force stays until that day; see
    ``commands.planned``. ``plan``: None keeps what the author planned.

    Refused with every reason the record has against it, when the actor wrote it, or in the wrong state. The system, which
    loads prepared catalogues, publishes drafts directly; the record's rules hold for it too.
    """
    version = locked_version(actor, version_id, Permission.CATALOG_PUBLISH)
    refusals = publish_refusals(actor, version)
    if refusals:
        raise Refused(*refusals)
    if version.rev != rev:
        message = N_("The version changed since you opened it; look at it again.")
        raise Conflict(Reason("stale_draft", message))
    record = refuse_unpublishable(version)
    today = timezone.localtime(now).date()
    planned = take_plan(version, plan, today)
    version.reviewer_ref, version.reviewer_name = actor.ref, actor.name
    version.submitted_at = version.submitted_at or now
    if not planned.waits(today):
        return bring_into_force(version, record, actor, now)
    version.state, version.updated_at = ItemVersion.State.SCHEDULED, now
    version.rev += 1
    version.save()
    audit(
        actor_ref=actor.ref,
        tag="catalog:version:scheduled",
        subject=f"item:{version.item.implementation_code}",
        detail={"version": version.number, "effective_on": str(version.effective_on)},
        now=now,
    )
    return version


def bring_into_force(version: ItemVersion, record: ItemRecord, actor: Actor, now: datetime) -> ItemVersion:
    """The version, its item locked, becomes the one in force; one audit entry, one event."""
    item = version.item
    previous = item.versions.filter(state=ItemVersion.State.PUBLISHED).first()
    if previous:
        _leave_force(previous, now)
    version.state, version.published_at, version.updated_at = ItemVersion.State.PUBLISHED, now, now
    version.rev += 1
    version.save()
    item.state, item.current_version = ServiceItem.State.PUBLISHED, version
    item.save(update_fields=["state", "current_version"])
    search_index.index(item, version, record)
    detail = {"version": version.number, "replaces": previous.number if previous else None}
    audit(
        actor_ref=actor.ref,
        tag="catalog:version:published",
        subject=f"item:{item.implementation_code}",
        detail=detail,
        now=now,
    )
    events.publish(
        VersionPublished(item.id, version.id, previous.id if previous else None, item.basic_code, record.name, now)
    )
    return version


@transaction.atomic
def retire(*, actor: Actor, item_id: int, reason: str, now: datetime) -> ServiceItem:
    """Take an item out of force: no new applications, no guide; cases under way go on. ``reason`` is logged."""
    item = ServiceItem.objects.select_for_update().filter(id=item_id).first()
    if item is None:
        raise NotAllowed(Permission.CATALOG_PUBLISH.value)
    permissions.require(actor, Permission.CATALOG_PUBLISH, item.region_id)
    if item.state != ServiceItem.State.PUBLISHED:
        raise Refused(Reason("wrong_state", N_("Only a published item can be retired.")))
    waiting = item.versions.filter(state=ItemVersion.State.SCHEDULED).first()
    if waiting:
        message = N_("Version %(number)s waits to come into force on %(on)s; send it back first.")
        params = {"number": waiting.number, "on": str(waiting.effective_on)}
        raise Refused(Reason("version_waits", message, params=params))
    if not reason.strip():
        message = N_("Say why the item is retired: the law that ended it, or the item that replaces it.")
        raise Refused(Reason("reason_missing", message, field="reason"))
    take_out_of_force(item, item.versions.get(state=ItemVersion.State.PUBLISHED), reason.strip(), actor, now)
    return item


def take_out_of_force(item: ServiceItem, version: ItemVersion, reason: str, actor: Actor, now: datetime) -> None:
    """The item, locked, is retired with its version in force; one audit entry, one event."""
    _leave_force(version, now)
    item.state = ServiceItem.State.RETIRED
    item.save(update_fields=["state"])
    search_index.remove(item)
    audit(
        actor_ref=actor.ref,
        tag="catalog:item:retired",
        subject=f"item:{item.implementation_code}",
        detail={"version": version.number, "reason": reason[:500]},
        now=now,
    )
    events.publish(ItemRetired(item.id, version.id, item.basic_code, version.name, now))


def _leave_force(version: ItemVersion, now: datetime) -> None:
    # A clock moved back must not end a version before it began.
    version.state, version.retired_at = ItemVersion.State.RETIRED, max(now, version.published_at or now)
    version.save(update_fields=["state", "retired_at"])
