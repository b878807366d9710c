"""How somebody logs in: accounts, one-time codes, attempts, face checks."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import F, Q

from yitong.parties.models.people import Person
from yitong.parties.models.staff import Staff

MOST_TRIES = 5


class Account(AbstractBaseUser):
    """One log-in. A citizen's is found by ``phone`` and has no password; a staff member's by ``username``.

    active ⇄ disabled
    """

    class Kind(models.TextChoices):
        CITIZEN = "citizen", "办事人"
        STAFF = "staff", "工作人员"

    class State(models.TextChoices):
        ACTIVE = "active", "正常"
        DISABLED = "disabled", "停用"

    kind = models.CharField(max_length=8, choices=Kind.choices)
    username = models.CharField(max_length=60, unique=True, null=True, blank=True)
    phone = models.CharField(max_length=20, unique=True, null=True, blank=True)
    person = models.OneToOneField(Person, models.PROTECT, null=True, blank=True, related_name="account")
    staff = models.OneToOneField(Staff, models.PROTECT, null=True, blank=True, related_name="account")
    state = models.CharField(max_length=8, choices=State.choices, default=State.ACTIVE)
    opened_at = models.DateTimeField()

    objects = BaseUserManager["Account"]()

    USERNAME_FIELD = "username"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta:
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                name="account_belongs_to_its_kind",
                condition=Q(
                    kind="citizen",
                    person__isnull=False,
                    staff__isnull=True,
                    phone__isnull=False,
                    username__isnull=True,
                )
                | Q(kind="staff", person__isnull=True, staff__isnull=False, phone__isnull=True, username__isnull=False),
            ),
            models.CheckConstraint(name="account_state_is_known", condition=Q(state__in=["active", "disabled"])),
        ]

    def __str__(self) -> str:
        return self.username or f"account {self.pk}"

    # Django's sessions ask for `is_active`; the state is what is stored.
    @property
    def is_active(self) -> bool:  # type: ignore[override]
        return self.state == self.State.ACTIVE


class OneTimeCode(models.Model):
    """A code sent to a phone. Only its keyed hash is kept; used once, for five minutes, with five tries.

    open → used | exhausted | superseded (by a newer code); an expired one stays open until superseded and is refused.
    """

    class State(models.TextChoices):
        OPEN = "open", "待使用"
        USED = "used", "已使用"
        EXHAUSTED = "exhausted", "次数用尽"
        SUPERSEDED = "superseded", "已被新码取代"

    phone = models.CharField(max_length=20)
    code_hash = models.CharField(max_length=64)
    address = models.CharField(max_length=45)
    state = models.CharField(max_length=10, choices=State.choices, default=State.OPEN)
    tries = models.SmallIntegerField(default=0)
    sent_at = models.DateTimeField()
    expires_at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(fields=["phone", "sent_at"], name="code_by_phone"),
            models.Index(fields=["address", "sent_at"], name="code_by_address"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["phone"], condition=Q(state="open"), name="code_one_open_per_phone"),
            models.CheckConstraint(name="code_tries_limited", condition=Q(tries__gte=0, tries__lte=MOST_TRIES)),
            models.CheckConstraint(name="code_expires_after_sending", condition=Q(expires_at__gt=F("sent_at"))),
        ]


class LoginAttempt(models.Model):
    """One try to log in with a password, right or wrong; what the lock-out counts. ``subject`` is the name typed."""

    provider = models.CharField(max_length=20)
    subject = models.CharField(max_length=60)
    address = models.CharField(max_length=45)
    succeeded = models.BooleanField()
    at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(fields=["provider", "subject", "at"], name="attempt_by_subject"),
            models.Index(fields=["provider", "address", "at"], name="attempt_by_address"),
        ]


class FaceCheck(models.Model):
    """One real-name check of a person: which adapter said what. Holds no picture."""

    class Result(models.TextChoices):
        PASSED = "passed", "通过"
        FAILED = "failed", "未通过"

    person = models.ForeignKey(Person, models.PROTECT, related_name="face_checks")
    adapter = models.CharField(max_length=20)
    purpose = models.CharField(max_length=40)
    result = models.CharField(max_length=6, choices=Result.choices)
    note = models.CharField(max_length=200, blank=True)
    at = models.DateTimeField()

    class Meta:
        ordering = ["-id"]
