"""放权: hand the exercise of an item to a town, and take it back."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from yitong.audit.commands import record
from yitong.kernel.reasons import N_, Conflict, Reason, Refused
from yitong.parties import permissions
from yitong.parties.actors import Actor
from yitong.parties.models import Delegation, Department, Region
from yitong.parties.roles import Permission
from yitong.parties.rules.identity import checked_item_code, checked_period


@transaction.atomic
def delegate(
    *,
    actor: Actor,
    item_code: str,
    department_id: int,
    region_id: int,
    town_department_id: int,
    valid_from: date,
    valid_until: date | None = None,
    letter_number: str = "",
    now: datetime,
) -> Delegation:
    """``department_id`` lets ``town_department_id`` exercise an item (basic code) in a region in the period."""
    # The delegating department is the parent row whose lock keeps two overlapping delegations from meeting.
    department = permissions.found(
        Department.objects.select_for_update().filter(pk=department_id).first(), Permission.PARTY_MANAGE
    )
    permissions.require_region(actor, department.region_id)
    code = checked_item_code(item_code)
    region = Region.objects.filter(pk=region_id).first()
    town = Department.objects.select_related("region").filter(pk=town_department_id).first()
    _check_parties(department, region, town)
    checked_period(valid_from, valid_until)
    overlap = Delegation.objects.filter(
        Q(valid_until__isnull=True) | Q(valid_until__gt=valid_from),
        item_code=code,
        department=department,
        region_id=region_id,
    )
    if valid_until is not None:
        overlap = overlap.filter(valid_from__lt=valid_until)
    if overlap.exists():
        text = N_(
            "This item is already delegated to the region in that period. Take the earlier delegation back first."
        )
        raise Refused(Reason("delegation_overlap", text, field="item_code"))
    delegation = Delegation.objects.create(
        item_code=code,
        department=department,
        region_id=region_id,
        town_department_id=town_department_id,
        letter_number=letter_number.strip(),
        valid_from=valid_from,
        valid_until=valid_until,
    )
    record(
        actor_ref=actor.ref,
        tag="parties:delegation:made",
        subject=f"delegation:{delegation.pk}",
        detail={"item": code, "from": department_id, "to": town_department_id, "region": region_id},
        now=now,
    )
    return delegation


def _check_parties(department: Department, region: Region | None, town: Department | None) -> None:
    if region is None:
        raise Refused(
            Reason("region_unknown", N_("This region does not exist. Choose one from the list."), field="region")
        )
    if town is None or town.pk == department.pk:
        text = N_("Choose another department than the one that delegates.")
        raise Refused(Reason("delegation_town", text, field="town_department"))
    if not region.path.startswith(town.region.path):
        text = N_("%(department)s does not work in %(region)s. Choose the town's own organ.")
        params = {"department": town.name, "region": region.name}
        raise Refused(Reason("delegation_elsewhere", text, field="town_department", params=params))


@transaction.atomic
def withdraw_delegation(*, actor: Actor, delegation_id: int, reason: str, now: datetime) -> Delegation:
    """Cases from today on go to the delegating department again; those the town already has stay there."""
    delegation = permissions.found(
        Delegation.objects.select_for_update(of=("self",))
        .select_related("department")
        .filter(pk=delegation_id)
        .first(),
        Permission.PARTY_MANAGE,
    )
    permissions.require_region(actor, delegation.department.region_id)
    today = timezone.localtime(now).date()
    if delegation.valid_until is not None and delegation.valid_until <= today:
        raise Conflict(Reason("delegation_ended", N_("This delegation has ended already.")))
    if not reason.strip():
        text = N_("The reason is missing. Write why the item is taken back.")
        raise Refused(Reason("reason_missing", text, field="reason"))
    delegation.valid_until = max(today, delegation.valid_from)
    delegation.withdrawn_reason = reason.strip()
    delegation.save(update_fields=["valid_until", "withdrawn_reason"])
    record(
        actor_ref=actor.ref,
        tag="parties:delegation:withdrawn",
        subject=f"delegation:{delegation.pk}",
        detail={"item": delegation.item_code},
        now=now,
    )
    return delegation
