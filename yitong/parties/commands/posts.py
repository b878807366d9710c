"""Posts, who sits on them as A and B, and absences (AB角)."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from yitong.audit.commands import record
from yitong.kernel.reasons import N_, Conflict, Reason, Refused
from yitong.parties import permissions
from yitong.parties.actors import Actor
from yitong.parties.models import Absence, Department, Post, PostHolding, Staff
from yitong.parties.models.staff import STAFF_ROLES
from yitong.parties.roles import Permission
from yitong.parties.rules.identity import checked_name, checked_period


@transaction.atomic
def add_post(*, actor: Actor, department_id: int, name: str, role: str, now: datetime) -> Post:
    """A new post of a department; who sits on it has the role there."""
    department = permissions.found(
        Department.objects.select_for_update().filter(pk=department_id).first(), Permission.PARTY_MANAGE
    )
    permissions.require_region(actor, department.region_id)
    if role not in {known.value for known in STAFF_ROLES}:
        text = N_("There is no such role. Choose from the list.")
        raise Refused(Reason("role_unknown", text, field="role"))
    name = checked_name(name, longest=60)
    if Post.objects.filter(department=department, name=name).exists():
        text = N_("The department has a post with this name already. Choose another name.")
        raise Refused(Reason("post_taken", text, field="name"))
    post = Post.objects.create(department=department, name=name, role=role)
    _log(actor, "parties:post:added", f"post:{post.pk}", {"department": department_id, "role": role}, now)
    return post


@transaction.atomic
def seat_staff(
    *,
    actor: Actor,
    post_id: int,
    staff_id: int,
    seat: str,
    valid_from: date,
    valid_until: date | None = None,
    now: datetime,
) -> PostHolding:
    """Put somebody on seat A or B of a post in [valid_from, valid_until).

    Whoever sits there and would not come back afterwards is relieved on ``valid_from``; other entries refuse.
    """
    post = _locked_post(actor, post_id)
    staff = permissions.found(Staff.objects.filter(pk=staff_id).first(), Permission.PARTY_MANAGE)
    if staff.state != Staff.State.ACTIVE:
        text = N_("%(name)s has left and can't sit on a post. Choose somebody in office.")
        raise Refused(Reason("staff_left", text, field="staff", params={"name": staff.name}))
    if seat not in PostHolding.Seat.values:
        raise Refused(Reason("seat_unknown", N_("A post has the seats A and B. Choose one."), field="seat"))
    checked_period(valid_from, valid_until)
    for sitting in _overlapping(post, valid_from, valid_until).filter(seat=seat, valid_from__lt=valid_from):
        if valid_until is None or (sitting.valid_until is not None and sitting.valid_until <= valid_until):
            sitting.valid_until = valid_from
            sitting.save(update_fields=["valid_until"])
    remaining = _overlapping(post, valid_from, valid_until)
    if remaining.filter(staff=staff).exists():
        text = N_("%(name)s already sits on this post in that period; nobody is his own backup. Choose somebody else.")
        raise Refused(Reason("seat_twice", text, field="staff", params={"name": staff.name}))
    if remaining.filter(seat=seat).exists():
        text = N_("Somebody else is entered for this seat in that period. End that entry first or choose other days.")
        raise Refused(Reason("seat_taken", text, field="valid_from"))
    holding = PostHolding.objects.create(
        post=post, staff=staff, seat=seat, valid_from=valid_from, valid_until=valid_until
    )
    detail = {"staff": staff_id, "seat": seat, "valid_from": valid_from, "valid_until": valid_until}
    _log(actor, "parties:post:seated", f"post:{post.pk}", detail, now)
    return holding


def _overlapping(post: Post, valid_from: date, valid_until: date | None) -> Any:
    rows = PostHolding.objects.filter(Q(valid_until__isnull=True) | Q(valid_until__gt=valid_from), post=post)
    return rows if valid_until is None else rows.filter(valid_from__lt=valid_until)


@transaction.atomic
def end_holding(*, actor: Actor, holding_id: int, now: datetime) -> PostHolding:
    """The holder leaves the seat today."""
    row = permissions.found(PostHolding.objects.filter(pk=holding_id).first(), Permission.PARTY_MANAGE)
    post = _locked_post(actor, row.post_id)
    holding = PostHolding.objects.select_for_update().get(pk=holding_id)
    today = timezone.localtime(now).date()
    if holding.valid_until is not None and holding.valid_until <= today:
        raise Conflict(Reason("holding_ended", N_("This seat was left already.")))
    holding.valid_until = max(today, holding.valid_from)
    holding.save(update_fields=["valid_until"])
    _log(actor, "parties:post:left", f"post:{post.pk}", {"staff": holding.staff_id, "seat": holding.seat}, now)
    return holding


@transaction.atomic
def tell_absence(
    *, actor: Actor, staff_id: int, from_on: date, until_on: date, reason: str = "", now: datetime
) -> Absence:
    """Somebody is away in [from_on, until_on); B has the work. Everybody may tell his own, administrators all."""
    staff = permissions.found(Staff.objects.select_for_update().filter(pk=staff_id).first(), Permission.PARTY_MANAGE)
    permissions.require(
        actor.staff_id == staff.pk or permissions.can_manage_region(actor, staff.region_id), Permission.PARTY_MANAGE
    )
    checked_period(from_on, until_on, field="until_on")
    if Absence.objects.filter(staff=staff, from_on__lt=until_on, until_on__gt=from_on).exists():
        text = N_("An absence in these days is entered already. Cancel it first or choose other days.")
        raise Refused(Reason("absence_overlap", text, field="from_on"))
    absence = Absence.objects.create(staff=staff, from_on=from_on, until_on=until_on, reason=reason.strip())
    detail = {"staff": staff_id, "from_on": from_on, "until_on": until_on}
    _log(actor, "parties:absence:told", f"staff:{staff_id}", detail, now)
    return absence


@transaction.atomic
def end_absence(*, actor: Actor, absence_id: int, now: datetime) -> None:
    """Somebody is back: an absence that runs ends today, one that has not begun is taken out, a past one stays."""
    absence = permissions.found(
        Absence.objects.select_for_update(of=("self",)).select_related("staff").filter(pk=absence_id).first(),
        Permission.PARTY_MANAGE,
    )
    permissions.require(
        actor.staff_id == absence.staff_id or permissions.can_manage_region(actor, absence.staff.region_id),
        Permission.PARTY_MANAGE,
    )
    today = timezone.localtime(now).date()
    if absence.until_on <= today:
        raise Conflict(Reason("absence_past", N_("This absence is over already.")))
    if absence.from_on >= today:
        absence.delete()
    else:
        absence.until_on = today
        absence.save(update_fields=["until_on"])
    _log(actor, "parties:absence:ended", f"staff:{absence.staff_id}", {"from_on": absence.from_on}, now)


def _locked_post(actor: Actor, post_id: int) -> Post:
    post = permissions.found(
        Post.objects.select_for_update(of=("self",)).select_related("department").filter(pk=post_id).first(),
        Permission.PARTY_MANAGE,
    )
    permissions.require_region(actor, post.department.region_id)
    return post


def _log(actor: Actor, tag: str, subject: str, detail: dict[str, Any], now: datetime) -> None:
    record(actor_ref=actor.ref, tag=tag, subject=subject, detail=detail, now=now)
