"""What an actor may do to people and to the organisation; every command and every page asks here."""

from __future__ import annotations

from typing import TypeVar

from django.db.models import Model, Q, QuerySet

from yitong.kernel.reasons import NotAllowed
from yitong.parties.actors import Actor, ActorKind
from yitong.parties.models import Department, Enterprise, Mandate, Person, Staff
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


def people_at_desk(actor: Actor) -> QuerySet[Person]:
    """Persons whose entry a clerk may open and change: those of his regions, and those who named none."""
    rows = Person.objects.select_related("region")
    return rows.filter(_of_desk(actor))


def enterprises_at_desk(actor: Actor) -> QuerySet[Enterprise]:
    """Enterprises whose entry a clerk may open: those of his regions, and those that named none."""
    return Enterprise.objects.select_related("region", "legal_representative").filter(_of_desk(actor))


def mandates_at_desk(actor: Actor) -> QuerySet[Mandate]:
    """Mandates a clerk may see and revoke: those whose principal's entry he may open."""
    rows = Mandate.objects.select_related("agent", "principal_person", "principal_enterprise")
    return rows.filter(_of_desk(actor, "principal_person__"), principal_person__isnull=False) | rows.filter(
        _of_desk(actor, "principal_enterprise__"), principal_enterprise__isnull=False
    )


def _of_desk(actor: Actor, path: str = "") -> Q:
    if not can_register(actor):
        return Q(pk__in=[])
    if actor.kind is ActorKind.SYSTEM:
        return Q()
    return Q(**{f"{path}region_id__in": actor.region_ids}) | Q(**{f"{path}region__isnull": True})


def may_see_mandate(actor: Actor, subject: str) -> bool:
    """Whether the actor may read the scan of ``mandate:<id>``: principal, agent, and a clerk who may see the mandate."""
    number = subject.partition(":")[2]
    mandate = Mandate.objects.filter(pk=int(number)).first() if number.isdecimal() and len(number) < 19 else None
    if mandate is None:
        return False
    if actor.person_id is not None and actor.person_id in (mandate.agent_id, mandate.principal_person_id):
        return True
    if mandate.principal_enterprise_id is not None and mandate.principal_enterprise_id in actor.enterprise_ids:
        return True
    return mandates_at_desk(actor).filter(pk=mandate.pk).exists()
