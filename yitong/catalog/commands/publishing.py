"""Bringing a version into force, and taking an item out of it."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from yitong.audit.commands.record import record as audit
from yitong.catalog import permissions
from yitong.catalog.commands import search_index
from yitong.catalog.commands.drafts import locked_version, refuse_unpublishable
from yitong.catalog.events import ItemRetired, VersionPublished
from yitong.catalog.models import ItemVersion, ServiceItem
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
    elif version.state not in (ItemVersion.State.REVIEW, ItemVersion.State.DRAFT):
        reasons.append(Reason("wrong_state", N_("This version was published already.")))
    if version.author_ref == actor.ref and actor.kind is not ActorKind.SYSTEM:
        message = N_("You wrote this version; somebody else must review and publish it.")
        reasons.append(Reason("own_version", message, law=FOUR_EYES))
    return reasons


@transaction.atomic
def publish(*, actor: Actor, version_id: int, rev: int, now: datetime) -> ItemVersion:
    """Bring a reviewed version into force at ``now``; the one before it leaves force at the same instant.

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
    item = version.item
    previous = item.versions.filter(state=ItemVersion.State.PUBLISHED).first()
    if previous:
        _leave_force(previous, now)
    version.state, version.published_at, version.updated_at = ItemVersion.State.PUBLISHED, now, now
    version.reviewer_ref, version.reviewer_name = actor.ref, actor.name
    version.submitted_at = version.submitted_at or now
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
    if not reason.strip():
        message = N_("Say why the item is retired: the law that ended it, or the item that replaces it.")
        raise Refused(Reason("reason_missing", message, field="reason"))
    version = item.versions.get(state=ItemVersion.State.PUBLISHED)
    _leave_force(version, now)
    item.state = ServiceItem.State.RETIRED
    item.save(update_fields=["state"])
    search_index.remove(item)
    audit(
        actor_ref=actor.ref,
        tag="catalog:item:retired",
        subject=f"item:{item.implementation_code}",
        detail={"version": version.number, "reason": reason.strip()[:500]},
        now=now,
    )
    events.publish(ItemRetired(item.id, version.id, item.basic_code, version.name, now))
    return item


def _leave_force(version: ItemVersion, now: datetime) -> None:
    # A clock moved back must not end a version before it began.
    version.state, version.retired_at = ItemVersion.State.RETIRED, max(now, version.published_at or now)
    version.save(update_fields=["state", "retired_at"])
