"""What somebody may decide: authorisation letters of chief representatives, delegations from departments to towns."""

from __future__ import annotations

from datetime import date

from django.contrib.postgres.constraints import ExclusionConstraint
from django.db import models
from django.db.models import F, Q

from yitong.parties.models.places import Department, Region
from yitong.parties.models.staff import Staff, overlapping, same


class AuthorisationLetter(models.Model):
    """首席代表授权委托书: a department lets its chief representative act in its name, in [valid_from, valid_until).

    Three powers: decide 审批决定权, review 审核上报权, coordinate 组织协调权 (DOMAIN A17).
    From ``revoked_on`` on it has no force.

    in force → revoked | expired (by date alone)
    """

    number = models.CharField(max_length=60, unique=True)
    staff = models.ForeignKey(Staff, models.PROTECT, related_name="letters")
    department = models.ForeignKey(Department, models.PROTECT, related_name="letters")
    power_decide = models.BooleanField(default=False)
    power_review = models.BooleanField(default=False)
    power_coordinate = models.BooleanField(default=False)
    valid_from = models.DateField()
    valid_until = models.DateField()
    signed_by = models.CharField(max_length=100, blank=True)
    issued_at = models.DateTimeField()
    revoked_on = models.DateField(null=True, blank=True)
    revoked_reason = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(name="letter_period_forwards", condition=Q(valid_until__gt=F("valid_from"))),
            models.CheckConstraint(
                name="letter_gives_a_power",
                condition=Q(power_decide=True) | Q(power_review=True) | Q(power_coordinate=True),
            ),
            models.CheckConstraint(
                name="letter_revoked_with_a_reason",
                condition=Q(revoked_on__isnull=True, revoked_reason="")
                | (Q(revoked_on__isnull=False) & ~Q(revoked_reason="")),
            ),
            ExclusionConstraint(
                name="letter_one_at_a_time",
                expressions=[same("staff"), same("department"), overlapping()],
                condition=Q(revoked_on__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def powers(self) -> tuple[str, ...]:
        """The powers given, in the order of the letter."""
        given = {"decide": self.power_decide, "review": self.power_review, "coordinate": self.power_coordinate}
        return tuple(power for power, has in given.items() if has)

    def in_force(self, on: date) -> bool:
        """Whether it may be used on the day ``on``."""
        return self.valid_from <= on < self.valid_until and (self.revoked_on is None or on < self.revoked_on)


class Delegation(models.Model):
    """放权: ``department`` lets the town's department exercise one item in ``region``, in [valid_from, valid_until).

    Taking it back sets ``valid_until`` and the reason; the row stays, since old cases were decided under it.
    """

    item_code = models.CharField(max_length=12)
    department = models.ForeignKey(Department, models.PROTECT, related_name="delegations_given")
    region = models.ForeignKey(Region, models.PROTECT, related_name="delegations")
    town_department = models.ForeignKey(Department, models.PROTECT, related_name="delegations_held")
    letter_number = models.CharField(max_length=60, blank=True)
    valid_from = models.DateField()
    valid_until = models.DateField(null=True, blank=True)
    withdrawn_reason = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ["-id"]
        indexes = [models.Index(fields=["item_code", "department"], name="delegation_by_item")]
        constraints = [
            models.CheckConstraint(name="delegation_item_code_has_12", condition=Q(item_code__regex=r"^[0-9A-Z]{12}$")),
            models.CheckConstraint(
                name="delegation_period_not_backwards",
                condition=Q(valid_until__isnull=True) | Q(valid_until__gte=F("valid_from")),
            ),
            models.CheckConstraint(
                name="delegation_goes_to_another_organ", condition=~Q(department=F("town_department"))
            ),
            models.UniqueConstraint(
                fields=["item_code", "department", "region"],
                condition=Q(valid_until__isnull=True),
                name="delegation_one_without_end",
            ),
        ]
