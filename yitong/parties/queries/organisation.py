"""Regions, departments, counters, posts: who sits where."""

from __future__ import annotations

from datetime import date
from functools import cache

from django.db.models import QuerySet

from yitong.parties.models import Counter, Department, Post, PostHolding, Region, Staff, StaffRole
from yitong.parties.queries.actors import in_period, sitting
from yitong.parties.roles import Role
from yitong.storage import reading


def department(department_id: int) -> Department | None:
    """The department, with its region read."""
    found = _department().rows({_SOME: department_id})
    return reading.with_related(Department, found[0], "region") if found else None


_SOME = -1


@cache
def _department() -> reading.Statement:
    return reading.statement(Department.objects.select_related("region").filter(pk=_SOME).order_by())


def department_by_code(code: str) -> Department | None:
    """The department with our code, with its region read."""
    return Department.objects.select_related("region").filter(code=code).first()


def departments() -> QuerySet[Department]:
    """All departments by code, with their regions."""
    return Department.objects.select_related("region")


def region(region_id: int) -> Region | None:
    """The region by id."""
    return Region.objects.filter(pk=region_id).first()


def regions() -> QuerySet[Region]:
    """All regions, each parent before its children."""
    return Region.objects.all()


def counter(counter_id: int) -> Counter | None:
    """The counter, with region and department read."""
    return Counter.objects.select_related("region", "department").filter(pk=counter_id).first()


def counters() -> QuerySet[Counter]:
    """All counters by code."""
    return Counter.objects.select_related("region", "department")


def staff_member(staff_id: int) -> Staff | None:
    """The staff member, with department and region read."""
    return Staff.objects.select_related("department", "region", "counter").filter(pk=staff_id).first()


def staff_names(ids: frozenset[int] | set[int] | list[int]) -> dict[int, str]:
    """Names of several staff members, in one statement."""
    return dict(Staff.objects.filter(pk__in=ids).values_list("pk", "name"))


def holders(department_id: int, role: Role | str, on: date) -> list[Staff]:
    """Who works the posts with ``role`` in the department on the day ``on``: A, or B while A is away."""
    return _by_number(_seated(on, post__department_id=department_id, post__role=role))


def staff_with(role: Role | str, on: date) -> list[Staff]:
    """Who has ``role`` on the day ``on``, whatever the department: of his own, or from the post he works, A or B for A."""
    direct = set(StaffRole.objects.filter(role=role).values_list("staff_id", flat=True))
    return _by_number(_seated(on, post__role=role) | direct)


def handlers_in(department_id: int, on: date) -> list[Staff]:
    """Everybody who works some post of the department on the day ``on``: to whom a case can be handed over."""
    return _by_number(_seated(on, post__department_id=department_id))


def _seated(on: date, **posts: object) -> set[int]:
    """Ids of who works one of the posts. A statement of its own: with the staff in one, it is the planner's choice to try
    every seat of the city for every member of its staff."""
    return set(PostHolding.objects.filter(sitting(on), **posts).values_list("staff_id", flat=True))


def _by_number(ids: set[int]) -> list[Staff]:
    return list(Staff.objects.filter(pk__in=ids).order_by("number"))


def posts_without_backup(on: date) -> QuerySet[Post]:
    """Posts that name no B on the day ``on``; DOMAIN B2 asks every post for one."""
    named = PostHolding.objects.filter(in_period(on), seat=PostHolding.Seat.B)
    return Post.objects.select_related("department").exclude(pk__in=named.values("post_id"))
