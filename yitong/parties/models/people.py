"""Who applies: natural persons, enterprises, and who may act for them."""

from __future__ import annotations

from datetime import date

from django.db import models
from django.db.models import F, Q

from yitong.parties.models.places import Region


class Sex(models.TextChoices):
    MALE = "male", "男"
    FEMALE = "female", "女"


class Person(models.Model):
    """One natural person. ``idcard`` is the 公民身份号码 with a capital X; ``sex`` and ``birth_on`` come from it."""

    name = models.CharField(max_length=100)
    idcard = models.CharField(max_length=18, unique=True)
    phone = models.CharField(max_length=20, blank=True, db_index=True)
    sex = models.CharField(max_length=6, choices=Sex.choices)
    birth_on = models.DateField()
    region = models.ForeignKey(Region, models.PROTECT, null=True, blank=True, related_name="people")
    address = models.CharField(max_length=200, blank=True)
    registered_at = models.DateTimeField()

    class Meta:
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(name="person_idcard_form", condition=Q(idcard__regex=r"^[0-9]{17}[0-9X]$")),
            models.CheckConstraint(name="person_has_a_name", condition=~Q(name="")),
            models.CheckConstraint(name="person_sex_is_known", condition=Q(sex__in=Sex.values)),
        ]

    def __str__(self) -> str:
        return self.name


class Enterprise(models.Model):
    """One enterprise or other organisation that applies. ``uscc`` is its 统一社会信用代码."""

    name = models.CharField(max_length=150)
    uscc = models.CharField(max_length=18, unique=True)
    legal_representative = models.ForeignKey(Person, models.PROTECT, related_name="represented_enterprises")
    region = models.ForeignKey(Region, models.PROTECT, null=True, blank=True, related_name="enterprises")
    address = models.CharField(max_length=200, blank=True)
    phone = models.CharField(max_length=20, blank=True)
    registered_at = models.DateTimeField()

    class Meta:
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                name="enterprise_uscc_has_18_characters", condition=Q(uscc__regex=r"^[0-9A-Z]{18}$")
            ),
            models.CheckConstraint(name="enterprise_has_a_name", condition=~Q(name="")),
        ]

    def __str__(self) -> str:
        return self.name


class EnterpriseHandler(models.Model):
    """A person the enterprise named to act in all its business (经办人), in [valid_from, valid_until).

    The legal representative acts without such a row.
    """

    enterprise = models.ForeignKey(Enterprise, models.PROTECT, related_name="handlers")
    person = models.ForeignKey(Person, models.PROTECT, related_name="handled_enterprises")
    valid_from = models.DateField()
    valid_until = models.DateField(null=True, blank=True)
    named_at = models.DateTimeField()

    class Meta:
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                name="handler_period_not_backwards",
                condition=Q(valid_until__isnull=True) | Q(valid_until__gte=F("valid_from")),
            ),
            models.UniqueConstraint(
                fields=["enterprise", "person"],
                condition=Q(valid_until__isnull=True),
                name="handler_named_once_without_end",
            ),
        ]


class Mandate(models.Model):
    """A written mandate (授权委托书): ``agent`` acts for one principal, in [valid_from, valid_until), until revoked.

    ``document_ref`` names the stored file of the signed paper; documents stand above this context, so it is text.
    Scope ``listed`` covers only ``item_codes`` (basic codes, 12 digits); ``all`` covers every item.

    active → revoked (by the principal)
    """

    class Scope(models.TextChoices):
        ALL = "all", "全部事项"
        LISTED = "listed", "指定事项"

    agent = models.ForeignKey(Person, models.PROTECT, related_name="mandates_held")
    principal_person = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="mandates_given")
    principal_enterprise = models.ForeignKey(
        Enterprise, models.PROTECT, null=True, blank=True, related_name="mandates_given"
    )
    scope = models.CharField(max_length=6, choices=Scope.choices)
    item_codes = models.JSONField(default=list, blank=True)
    valid_from = models.DateField()
    valid_until = models.DateField()
    document_ref = models.CharField(max_length=80, blank=True)
    given_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                name="mandate_has_exactly_one_principal",
                condition=Q(principal_person__isnull=False, principal_enterprise__isnull=True)
                | Q(principal_person__isnull=True, principal_enterprise__isnull=False),
            ),
            models.CheckConstraint(
                name="mandate_is_given_to_somebody_else",
                condition=Q(principal_person__isnull=True) | ~Q(principal_person=F("agent")),
            ),
            models.CheckConstraint(
                name="mandate_lists_items_when_not_for_all",
                condition=Q(scope="all", item_codes=[]) | (Q(scope="listed") & ~Q(item_codes=[])),
            ),
            models.CheckConstraint(name="mandate_period_forwards", condition=Q(valid_until__gt=F("valid_from"))),
        ]

    def in_force(self, on: date) -> bool:
        """Whether it may be used on the day ``on``."""
        return self.revoked_at is None and self.valid_from <= on < self.valid_until

    def covers(self, item_code: str) -> bool:
        """Whether the item with the basic code ``item_code`` lies within the scope."""
        return self.scope == self.Scope.ALL or item_code in self.item_codes
