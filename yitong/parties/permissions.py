"""What an actor may do to people and to the organisation; every command and every page asks here."""

from __future__ import annotations

from typing import TypeVar

from django.db.models import Model, Q, QuerySet

from yitong.kernel.reasons import NotAllowed
from yitong.parties.actors import Actor, ActorKind
from yitong.parties.models import Department, Enterprise, Person, Staff
from yitong.parties.roles import Permission

M = TypeVar("M", bound=Model)


def require(allowed: bool, permission: Permission) -> None:
    """NotAllowed unless ``allowed``."""
    if not allowed:
        raise NotAllowed(permission)


def found(row: M | None, permission: Permission) -> M:
    """The row, or NotAllowed: whoever names a row that is not there learns no more than one who may not see it."""
    if row is None:
        raise NotAllowed(permission)
    return row


def can_manage(actor: Actor) -> bool:
    """Whether the actor looks after people and posts at all."""
    return actor.may(Permission.PARTY_MANAGE)


def can_manage_region(actor: Actor, region_id: int | None) -> bool:
    """Whether the actor looks after what stands in this region: his own and everything below it."""
    return can_manage(actor) and (actor.kind is ActorKind.SYSTEM or region_id in actor.region_ids)


def require_region(actor: Actor, region_id: int | None) -> None:
    """NotAllowed unless the actor looks after the region."""
    require(can_manage_region(actor, region_id), Permission.PARTY_MANAGE)


def can_register(actor: Actor) -> bool:
    """Who enters persons and enterprises: administrators, and clerks for somebody present."""
    return can_manage(actor) or actor.may(Permission.CASE_FILE)


def represents(actor: Actor, enterprise: Enterprise) -> bool:
    """Whether the actor is the legal representative, who alone names handlers and gives mandates."""
    return actor.person_id is not None and enterprise.legal_representative_id == actor.person_id


def staff_visible_to(actor: Actor) -> QuerySet[Staff]:
    """Staff rows the actor looks after."""
    rows = Staff.objects.select_related("department", "region", "counter")
    if not can_manage(actor):
        return rows.none()
    return rows if actor.kind is ActorKind.SYSTEM else rows.filter(region_id__in=actor.region_ids)


def departments_visible_to(actor: Actor) -> QuerySet[Department]:
    """Departments the actor looks after."""
    rows = Department.objects.select_related("region")
    if not can_manage(actor):
        return rows.none()
    return rows if actor.kind is ActorKind.SYSTEM else rows.filter(region_id__in=actor.region_ids)


def people_visible_to(actor: Actor) -> QuerySet[Person]:
    """Persons the actor may open: oneself and one's principals; administrators those of their regions."""
    if actor.kind is ActorKind.SYSTEM:
        return Person.objects.all()
    own = Q(pk=actor.person_id) | Q(pk__in=actor.mandate_person_ids) if actor.person_id else Q(pk__in=[])
    if can_manage(actor):
        own |= Q(region_id__in=actor.region_ids)
    return Person.objects.filter(own)


def enterprises_visible_to(actor: Actor) -> QuerySet[Enterprise]:
    """Enterprises the actor may open: those he acts for; administrators those of their regions."""
    if actor.kind is ActorKind.SYSTEM:
        return Enterprise.objects.all()
    own = Q(pk__in=actor.enterprise_ids | actor.mandate_enterprise_ids)
    if can_manage(actor):
        own |= Q(region_id__in=actor.region_ids)
    return Enterprise.objects.filter(own)
