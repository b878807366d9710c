"""Rows of the console's lists: searched, filtered, scoped to what the actor looks after."""

from __future__ import annotations

from datetime import date

from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet

from yitong.parties import permissions
from yitong.parties.actors import Actor
from yitong.parties.models import (
    Absence,
    AuthorisationLetter,
    Counter,
    Delegation,
    Department,
    Post,
    PostHolding,
    Region,
    Staff,
)
from yitong.parties.queries.actors import in_period


def staff(
    actor: Actor, *, text: str = "", department_id: int | None = None, role: str = "", state: str = "", on: date
) -> QuerySet[Staff]:
    """Staff by name, number or log-in; ``role`` counts direct roles and posts held on ``on``. Ready for one page."""
    rows = permissions.staff_visible_to(actor).select_related("account")
    if text:
        rows = rows.filter(Q(name__icontains=text) | Q(number__icontains=text) | Q(account__username__icontains=text))
    if department_id:
        rows = rows.filter(department_id=department_id)
    if state:
        rows = rows.filter(state=state)
    if role:
        seats = PostHolding.objects.filter(in_period(on), staff_id=OuterRef("pk"), post__role=role)
        rows = rows.filter(Q(direct_roles__role=role) | Exists(seats)).distinct()
    held = PostHolding.objects.filter(in_period(on)).select_related("post")
    away = Absence.objects.filter(from_on__lte=on, until_on__gt=on)
    return rows.prefetch_related(
        "direct_roles",
        Prefetch("holdings", queryset=held, to_attr="held_now"),
        Prefetch("absences", queryset=away, to_attr="away_now"),
    ).order_by("number")


def posts(actor: Actor, *, department_id: int | None = None, without_backup: bool = False, on: date) -> QuerySet[Post]:
    """Posts with who sits there on ``on`` or later; ``without_backup``: only those that name no B."""
    rows = Post.objects.select_related("department").filter(
        department__in=permissions.departments_visible_to(actor).values("pk")
    )
    if department_id:
        rows = rows.filter(department_id=department_id)
    if without_backup:
        backups = PostHolding.objects.filter(in_period(on), seat=PostHolding.Seat.B, post_id=OuterRef("pk"))
        rows = rows.filter(~Exists(backups))
    current = (
        PostHolding.objects.filter(Q(valid_until__isnull=True) | Q(valid_until__gt=on))
        .select_related("staff")
        .order_by("seat", "valid_from")
    )
    return rows.prefetch_related(Prefetch("holdings", queryset=current, to_attr="current")).order_by(
        "department__code", "id"
    )


def departments(actor: Actor, *, text: str = "") -> QuerySet[Department]:
    """Departments by name or code."""
    rows = permissions.departments_visible_to(actor)
    return rows.filter(Q(name__icontains=text) | Q(code__icontains=text) | Q(uscc__icontains=text)) if text else rows


def regions(actor: Actor, *, text: str = "") -> QuerySet[Region]:
    """The actor's regions, each parent before its children."""
    rows = Region.objects.filter(pk__in=actor.region_ids).select_related("parent").order_by("path")
    return rows.filter(Q(name__icontains=text) | Q(code__startswith=text)) if text else rows


def counters(actor: Actor, *, text: str = "") -> QuerySet[Counter]:
    """Counters by name or code."""
    rows = Counter.objects.filter(region_id__in=actor.region_ids).select_related("region", "department")
    return rows.filter(Q(name__icontains=text) | Q(code__icontains=text)) if text else rows


def letters(actor: Actor, *, text: str = "", state: str = "", on: date) -> QuerySet[AuthorisationLetter]:
    """Letters by number or name; ``state``: in_force, expired, revoked or empty for all."""
    rows = AuthorisationLetter.objects.select_related("staff", "department").filter(
        department__in=permissions.departments_visible_to(actor).values("pk")
    )
    if text:
        rows = rows.filter(Q(number__icontains=text) | Q(staff__name__icontains=text))
    if state == "in_force":
        rows = rows.filter(revoked_on__isnull=True, valid_from__lte=on, valid_until__gt=on)
    elif state == "expired":
        rows = rows.filter(revoked_on__isnull=True, valid_until__lte=on)
    elif state == "revoked":
        rows = rows.filter(revoked_on__isnull=False)
    return rows


def delegations(actor: Actor, *, text: str = "", ended: bool = False, on: date) -> QuerySet[Delegation]:
    """Delegations by item code or organ; those that ended only when asked for."""
    rows = Delegation.objects.select_related("department", "region", "town_department").filter(
        department__in=permissions.departments_visible_to(actor).values("pk")
    )
    if text:
        rows = rows.filter(
            Q(item_code__startswith=text)
            | Q(department__name__icontains=text)
            | Q(town_department__name__icontains=text)
        )
    return rows if ended else rows.filter(Q(valid_until__isnull=True) | Q(valid_until__gt=on))
