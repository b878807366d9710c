"""Who may see and do what in the catalogue: the one policy every list, count, page, export and command asks.

Published items are public. Drafts belong to staff who may view, edit or publish the catalogue, each for the items of his
own region and everything below it.
"""

from __future__ import annotations

from django.db.models import Q, QuerySet

from yitong.catalog.models import ImportBatch, ItemVersion, ServiceItem
from yitong.kernel.reasons import NotAllowed
from yitong.parties.actors import Actor, ActorKind
from yitong.parties.roles import Permission

PREPARING = (Permission.CATALOG_VIEW_DRAFT, Permission.CATALOG_EDIT, Permission.CATALOG_PUBLISH)
"""With one of these somebody sees items before they are published."""


def sees_drafts(actor: Actor) -> bool:
    """Whether the actor sees any item before it is published."""
    return any(actor.may(permission) for permission in PREPARING)


def visible_to(actor: Actor) -> QuerySet[ServiceItem]:
    """The items this actor may see: all published ones, and those in preparation within his scope."""
    published = Q(state=ServiceItem.State.PUBLISHED)
    if actor.kind is ActorKind.SYSTEM:
        return ServiceItem.objects.all()
    if not sees_drafts(actor):
        return ServiceItem.objects.filter(published)
    return ServiceItem.objects.filter(published | Q(region_id__in=actor.region_ids))


def managed_by(actor: Actor) -> QuerySet[ServiceItem]:
    """The items whose versions this actor may look into before publication: the console's list."""
    if actor.kind is ActorKind.SYSTEM:
        return ServiceItem.objects.all()
    if not sees_drafts(actor):
        return ServiceItem.objects.none()
    return ServiceItem.objects.filter(region_id__in=actor.region_ids)


def versions_visible_to(actor: Actor) -> QuerySet[ItemVersion]:
    """The versions this actor may read: of managed items all, of the others those that are or were in force."""
    in_force = Q(state__in=[ItemVersion.State.PUBLISHED, ItemVersion.State.RETIRED])
    return ItemVersion.objects.filter(in_force | Q(item__in=managed_by(actor)))


def imports_visible_to(actor: Actor) -> QuerySet[ImportBatch]:
    """The imports this actor may look at: his own; the system's only by the system."""
    if actor.kind is ActorKind.SYSTEM:
        return ImportBatch.objects.all()
    return ImportBatch.objects.filter(actor_ref=actor.ref) if actor.may(Permission.CATALOG_EDIT) else _no_imports()


def _no_imports() -> QuerySet[ImportBatch]:
    return ImportBatch.objects.none()


def may_manage_region(actor: Actor, permission: Permission, region_id: int) -> bool:
    """Whether the actor holds ``permission`` over items of this region."""
    return actor.may(permission) and (actor.kind is ActorKind.SYSTEM or region_id in actor.region_ids)


def can_edit(actor: Actor, item: ServiceItem) -> bool:
    return may_manage_region(actor, Permission.CATALOG_EDIT, item.region_id)


def can_publish(actor: Actor, item: ServiceItem) -> bool:
    return may_manage_region(actor, Permission.CATALOG_PUBLISH, item.region_id)


def require(actor: Actor, permission: Permission, region_id: int) -> None:
    """NotAllowed unless the actor holds ``permission`` over items of this region."""
    if not may_manage_region(actor, permission, region_id):
        raise NotAllowed(permission.value)
