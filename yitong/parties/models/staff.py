"""Who works here: staff, their roles, posts with an A and a B seat, absences."""

from __future__ import annotations

from typing import Any

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import F, Func, Q, Value

from yitong.parties.models.places import Counter, Department, Region
from yitong.parties.roles import Role

STAFF_ROLES = [role for role in Role if role not in (Role.CITIZEN, Role.SYSTEM)]
ROLE_CHOICES = [
    (Role.CLERK.value, "收件员"),
    (Role.ACCEPTER.value, "受理员"),
    (Role.REVIEWER.value, "审查员"),
    (Role.CHIEF.value, "首席代表"),
    (Role.HEAD.value, "部门负责人"),
    (Role.SUPERVISOR.value, "监察员"),
    (Role.REGISTRAR.value, "证照数据管理员"),
    (Role.AUTHOR.value, "事项管理员"),
    (Role.ADMIN.value, "系统管理员"),
]


def same(column: str) -> tuple[Any, str]:
    """One column of an exclusion constraint that must be equal.

    Equality in GiST needs the extension btree_gist, which is not there; two one-element ranges overlap exactly when the
    numbers are equal, and ranges are core.
    """
    return Func(F(column), F(column), Value("[]"), function="int8range"), RangeOperators.OVERLAPS


def overlapping(start: str = "valid_from", end: str = "valid_until") -> tuple[Any, str]:
    """The half-open period of an exclusion constraint; a missing end is without end."""
    return Func(F(start), F(end), function="daterange"), RangeOperators.OVERLAPS


class Staff(models.Model):
    """One official or window worker. ``number`` is the 工号. active → left (keeps the row: old acts name it)."""

    class State(models.TextChoices):
        ACTIVE = "active", "在岗"
        LEFT = "left", "离岗"

    name = models.CharField(max_length=100)
    number = models.CharField(max_length=30, unique=True)
    department = models.ForeignKey(Department, models.PROTECT, related_name="staff")
    region = models.ForeignKey(Region, models.PROTECT, related_name="staff")
    counter = models.ForeignKey(Counter, models.PROTECT, null=True, blank=True, related_name="staff")
    phone = models.CharField(max_length=20, blank=True)
    email = models.EmailField(blank=True)
    state = models.CharField(max_length=6, choices=State.choices, default=State.ACTIVE)

    class Meta:
        ordering = ["number"]
        verbose_name_plural = "staff"
        constraints = [
            models.CheckConstraint(name="staff_state_is_known", condition=Q(state__in=["active", "left"])),
            models.CheckConstraint(name="staff_has_a_name", condition=~Q(name="")),
        ]

    def __str__(self) -> str:
        return self.name


class StaffRole(models.Model):
    """A role somebody holds whatever post he sits on (most roles come from posts)."""

    staff = models.ForeignKey(Staff, models.PROTECT, related_name="direct_roles")
    role = models.CharField(max_length=12, choices=ROLE_CHOICES)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["staff", "role"], name="staff_role_held_once"),
            models.CheckConstraint(
                name="staff_role_is_a_staff_role", condition=Q(role__in=[str(role.value) for role in STAFF_ROLES])
            ),
        ]


class Post(models.Model):
    """One post (岗位) of a department. Whoever sits on it has its role and its work: DOMAIN B2, AB角."""

    department = models.ForeignKey(Department, models.PROTECT, related_name="posts")
    name = models.CharField(max_length=60)
    role = models.CharField(max_length=12, choices=ROLE_CHOICES)

    class Meta:
        ordering = ["department_id", "id"]
        constraints = [
            models.UniqueConstraint(fields=["department", "name"], name="post_name_unique_in_its_department"),
            models.CheckConstraint(
                name="post_role_is_a_staff_role", condition=Q(role__in=[str(role.value) for role in STAFF_ROLES])
            ),
        ]

    def __str__(self) -> str:
        return self.name


class PostHolding(models.Model):
    """Somebody on a seat of a post in [valid_from, valid_until): A works it, B while A is away."""

    class Seat(models.TextChoices):
        A = "A", "A角"
        B = "B", "B角"

    post = models.ForeignKey(Post, models.PROTECT, related_name="holdings")
    staff = models.ForeignKey(Staff, models.PROTECT, related_name="holdings")
    seat = models.CharField(max_length=1, choices=Seat.choices)
    valid_from = models.DateField()
    valid_until = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ["post_id", "seat", "valid_from"]
        constraints = [
            models.CheckConstraint(name="holding_seat_is_a_or_b", condition=Q(seat__in=["A", "B"])),
            models.CheckConstraint(
                name="holding_period_not_backwards",
                condition=Q(valid_until__isnull=True) | Q(valid_until__gte=F("valid_from")),
            ),
            ExclusionConstraint(
                name="holding_one_a_at_a_time",
                expressions=[same("post"), overlapping()],
                condition=Q(seat="A"),
            ),
            ExclusionConstraint(
                name="holding_one_b_at_a_time",
                expressions=[same("post"), overlapping()],
                condition=Q(seat="B"),
            ),
            ExclusionConstraint(
                name="holding_nobody_backs_up_himself",
                expressions=[same("post"), same("staff"), overlapping()],
            ),
        ]


class Absence(models.Model):
    """Somebody away (leave, training, official travel) in [from_on, until_on)."""

    staff = models.ForeignKey(Staff, models.PROTECT, related_name="absences")
    from_on = models.DateField()
    until_on = models.DateField()
    reason = models.CharField(max_length=100, blank=True)

    class Meta:
        ordering = ["-from_on"]
        constraints = [
            models.CheckConstraint(name="absence_period_forwards", condition=Q(until_on__gt=F("from_on"))),
            ExclusionConstraint(
                name="absence_told_once", expressions=[same("staff"), overlapping("from_on", "until_on")]
            ),
        ]
