"""Regions, departments, counters, staff: enter and change. Nothing is deleted, since old cases name it."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any

from django.db import transaction

from yitong.audit.commands import record
from yitong.kernel.reasons import N_, Reason, Refused
from yitong.parties import permissions
from yitong.parties.actors import Actor
from yitong.parties.commands.first_come import first_come
from yitong.parties.models import Account, Counter, Department, Region, Staff, StaffRole
from yitong.parties.models.staff import STAFF_ROLES
from yitong.parties.roles import Permission, Role
from yitong.parties.rules.identity import checked_name, checked_region_code, checked_uscc


@transaction.atomic
def add_region(*, actor: Actor, code: str, name: str, parent_id: int | None, now: datetime) -> Region:
    """A region below ``parent_id``, one level deeper; without a parent the city itself (the system alone adds it)."""
    if parent_id is None:
        permissions.require_region(actor, None)
        parent, level = None, Region.Level.CITY.value
    else:
        permissions.require_region(actor, parent_id)
        parent = Region.objects.select_for_update().get(pk=parent_id)
        level = parent.level + 1
    code = checked_region_code(code)
    if level > Region.Level.GRID:
        text = N_("There is no level below a grid. Choose a higher region.")
        raise Refused(Reason("region_deep", text, field="parent"))
    if parent is not None and not code.startswith(parent.code.rstrip("0")):
        text = N_("The code must begin as that of the region above, %(parent)s.")
        raise Refused(Reason("region_parent", text, field="code", params={"parent": parent.code}))
    _free(Region.objects.filter(code=code).exists(), "code")
    name = checked_name(name, longest=80)
    _free(Region.objects.filter(parent=parent, name=name).exists(), "name")
    with first_come(CONFLICTS):
        region = Region.objects.create(code=code, name=name, level=level, parent=parent)
    _log(actor, "parties:region:added", f"region:{region.pk}", {"code": code}, now)
    return region


@transaction.atomic
def rename_region(*, actor: Actor, region_id: int, name: str, now: datetime) -> Region:
    """Only the name changes: the code is what other records refer to."""
    permissions.require_region(actor, region_id)
    region = Region.objects.select_for_update().get(pk=region_id)
    name = checked_name(name, longest=80)
    _free(Region.objects.filter(parent_id=region.parent_id, name=name).exclude(pk=region.pk).exists(), "name")
    region.name = name
    with first_come(CONFLICTS):
        region.save(update_fields=["name"])
    _log(actor, "parties:region:renamed", f"region:{region.pk}", {}, now)
    return region


@transaction.atomic
def save_department(
    *,
    actor: Actor,
    department_id: int | None = None,
    code: str,
    name: str,
    uscc: str,
    region_id: int,
    short_name: str = "",
    phone: str = "",
    address: str = "",
    now: datetime,
) -> Department:
    """Enter a department (``department_id`` None) or change one; the code stays as it was entered."""
    permissions.require_region(actor, region_id)
    values = {
        "name": checked_name(name, longest=80),
        "short_name": short_name.strip(),
        "uscc": checked_uscc(uscc),
        "region_id": region_id,
        "phone": phone.strip(),
        "address": address.strip(),
    }
    others = Department.objects.exclude(pk=department_id or 0)
    _free(others.filter(region_id=region_id, name=values["name"]).exists(), "name")
    if department_id is None:
        code = _checked_code(code)
        _free(others.filter(code=code).exists(), "code")
        with first_come(CONFLICTS):
            department = Department.objects.create(code=code, **values)
        _log(actor, "parties:department:added", f"department:{department.pk}", {"code": code}, now)
        return department
    department = _locked(Department, department_id)
    permissions.require_region(actor, department.region_id)
    return _changed(actor, department, values, "parties:department:changed", now)


@transaction.atomic
def save_counter(
    *,
    actor: Actor,
    counter_id: int | None = None,
    code: str,
    name: str,
    region_id: int,
    department_id: int | None = None,
    address: str = "",
    now: datetime,
) -> Counter:
    """Enter or change a counter; without a department it is a general one (综窗)."""
    permissions.require_region(actor, region_id)
    if department_id is not None:
        permissions.found(Department.objects.filter(pk=department_id).first(), Permission.PARTY_MANAGE)
    values = {
        "name": checked_name(name, longest=80),
        "region_id": region_id,
        "department_id": department_id,
        "address": address.strip(),
    }
    if counter_id is None:
        code = _checked_code(code)
        _free(Counter.objects.filter(code=code).exists(), "code")
        with first_come(CONFLICTS):
            counter = Counter.objects.create(code=code, **values)
        _log(actor, "parties:counter:added", f"counter:{counter.pk}", {"code": code}, now)
        return counter
    counter = _locked(Counter, counter_id)
    permissions.require_region(actor, counter.region_id)
    return _changed(actor, counter, values, "parties:counter:changed", now)


@transaction.atomic
def save_staff(
    *,
    actor: Actor,
    staff_id: int | None = None,
    number: str,
    name: str,
    department_id: int,
    region_id: int,
    counter_id: int | None = None,
    phone: str = "",
    email: str = "",
    now: datetime,
) -> Staff:
    """Enter or change a staff member; the number (工号) stays as it was entered."""
    department = permissions.found(Department.objects.filter(pk=department_id).first(), Permission.PARTY_MANAGE)
    permissions.require_region(actor, department.region_id)
    permissions.require_region(actor, region_id)
    if counter_id is not None:
        permissions.found(Counter.objects.filter(pk=counter_id).first(), Permission.PARTY_MANAGE)
    values = {
        "name": checked_name(name),
        "department_id": department_id,
        "region_id": region_id,
        "counter_id": counter_id,
        "phone": phone.strip(),
        "email": email.strip(),
    }
    if staff_id is None:
        number = _checked_code(number, "number")
        _free(Staff.objects.filter(number=number).exists(), "number")
        with first_come(CONFLICTS):
            staff = Staff.objects.create(number=number, **values)
        _log(actor, "parties:staff:added", f"staff:{staff.pk}", {"number": number}, now)
        return staff
    staff = _locked(Staff, staff_id)
    permissions.require_region(actor, staff.region_id)
    return _changed(actor, staff, values, "parties:staff:changed", now)


@transaction.atomic
def let_staff_go(*, actor: Actor, staff_id: int, now: datetime) -> Staff:
    """The staff member leaves: the log-in is disabled at once; posts fall to the B seat. The row stays."""
    staff = _locked(Staff, staff_id)
    permissions.require_region(actor, staff.region_id)
    if actor.staff_id == staff.pk:
        text = N_("You can't let yourself go: nobody would be left to undo it. Ask another administrator.")
        raise Refused(Reason("staff_oneself", text))
    staff.state = Staff.State.LEFT
    staff.save(update_fields=["state"])
    Account.objects.filter(staff=staff).update(state=Account.State.DISABLED)
    _log(actor, "parties:staff:left", f"staff:{staff.pk}", {}, now)
    return staff


@transaction.atomic
def take_staff_back(*, actor: Actor, staff_id: int, now: datetime) -> Staff:
    """The staff member works here again, with the log-in he had."""
    staff = _locked(Staff, staff_id)
    permissions.require_region(actor, staff.region_id)
    staff.state = Staff.State.ACTIVE
    staff.save(update_fields=["state"])
    Account.objects.filter(staff=staff).update(state=Account.State.ACTIVE)
    _log(actor, "parties:staff:returned", f"staff:{staff.pk}", {}, now)
    return staff


@transaction.atomic
def set_roles(*, actor: Actor, staff_id: int, roles: Collection[str], now: datetime) -> list[str]:
    """The roles a staff member holds whatever his post; returns them sorted."""
    staff = _locked(Staff, staff_id)
    permissions.require_region(actor, staff.region_id)
    unknown = sorted(set(roles) - {role.value for role in STAFF_ROLES})
    if unknown:
        text = N_("There is no role %(roles)s. Choose from the list.")
        raise Refused(Reason("role_unknown", text, field="roles", params={"roles": ", ".join(unknown)}))
    if actor.staff_id == staff.pk and Role.ADMIN in actor.roles and Role.ADMIN.value not in roles:
        text = N_("You can't take the administrator's role from yourself. Ask another administrator.")
        raise Refused(Reason("role_oneself", text, field="roles"))
    held = set(StaffRole.objects.filter(staff=staff).values_list("role", flat=True))
    StaffRole.objects.filter(staff=staff, role__in=held - set(roles)).delete()
    StaffRole.objects.bulk_create(StaffRole(staff=staff, role=role) for role in sorted(set(roles) - held))
    _log(actor, "parties:staff:roles_set", f"staff:{staff.pk}", {"roles": sorted(set(roles))}, now)
    return sorted(set(roles))


def _changed(actor: Actor, row: Any, values: dict[str, Any], tag: str, now: datetime) -> Any:
    """Save what differs and log the names of the fields; nothing at all when nothing differs."""
    fields = [name for name, value in values.items() if getattr(row, name) != value]
    if not fields:
        return row
    for name in fields:
        setattr(row, name, values[name])
    with first_come(CONFLICTS):
        row.save(update_fields=fields)
    _log(actor, tag, f"{row._meta.model_name}:{row.pk}", {"fields": fields}, now)
    return row


def _locked(model: Any, row_id: int) -> Any:
    return permissions.found(model.objects.select_for_update().filter(pk=row_id).first(), Permission.PARTY_MANAGE)


def _checked_code(code: str, field: str = "code") -> str:
    code = code.strip()
    if not code or len(code) > 30:
        text = N_("The code is missing or longer than 30 characters. Write a short one, such as A01.")
        raise Refused(Reason("code_form", text, field=field))
    return code


TAKEN = {
    "code": N_("There is one with this code already. Choose another code."),
    "name": N_("There is one with this name already. Choose another name or open the one there is."),
    "number": N_("There is somebody with this staff number already. Check the number."),
}

CONFLICTS = {f"_{field}_": Reason("taken", text, field=field) for field, text in TAKEN.items()}


def _free(taken: bool, field: str) -> None:
    if taken:
        raise Refused(Reason("taken", TAKEN[field], field=field))


def _log(actor: Actor, tag: str, subject: str, detail: dict[str, Any], now: datetime) -> None:
    record(actor_ref=actor.ref, tag=tag, subject=subject, detail=detail, now=now)
