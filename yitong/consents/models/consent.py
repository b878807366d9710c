"""A holder's consent."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from yitong.consents.rules.terms import Standing


class HolderConsent(models.Model):
    """What a holder allows whom to read, what for, how long and how often.

    in force → revoked (by the holder) | used up (``uses_left`` 0) | expired (past ``valid_until``, not stored)

    ``holder_key``: see ``licences.holders``; it finds consents of people whoever registered them. It is about ``type_codes``
    (every licence of the types, also one issued later), or about ``licence_ids`` and the answers of ``registers`` (codes of
    connectors); ``about`` names them for lists. ``fields`` empty: every field that is not sensitive. ``case_number`` empty: any
    business of the department. ``granted_by_name``: who acted, for the holder to see when it was somebody else.
    """

    class Way(models.TextChoices):
        ONLINE = "online"
        CODE = "code"
        PAPER = "paper"

    holder_key = models.BinaryField(max_length=16)
    holder_person = models.ForeignKey(
        "parties.Person", models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    holder_enterprise = models.ForeignKey(
        "parties.Enterprise", models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    holder_name = models.CharField(max_length=150)
    type_codes = models.JSONField(default=list)
    licence_ids = models.JSONField(default=list)
    registers = models.JSONField(default=list)
    about = models.CharField(max_length=300)
    fields = models.JSONField(default=list)
    purpose = models.CharField(max_length=100)
    receiving_department = models.ForeignKey("parties.Department", models.PROTECT, related_name="+", db_index=False)
    case_number = models.CharField(max_length=50, blank=True, default="")
    way = models.CharField(max_length=8, choices=Way)
    valid_from = models.DateTimeField()
    valid_until = models.DateTimeField()
    uses_granted = models.PositiveSmallIntegerField()
    uses_left = models.PositiveSmallIntegerField()
    granted_by_ref = models.CharField(max_length=60)
    granted_by_name = models.CharField(max_length=80, blank=True, default="")
    granted_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True, blank=True)
    revoked_by_ref = models.CharField(max_length=60, blank=True, default="")

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                name="consent_scope_is_types_or_things",
                condition=(~Q(type_codes=[]) & Q(licence_ids=[], registers=[]))
                | (Q(type_codes=[]) & (~Q(licence_ids=[]) | ~Q(registers=[]))),
            ),
            # The last guard against spending more than was allowed.
            models.CheckConstraint(
                name="consent_uses_never_overspent", condition=Q(uses_left__gte=0, uses_left__lte=F("uses_granted"))
            ),
            models.CheckConstraint(name="consent_period_forwards", condition=Q(valid_until__gt=F("valid_from"))),
            models.CheckConstraint(name="consent_way_is_known", condition=Q(way__in=["online", "code", "paper"])),
        ]
        indexes: ClassVar = [
            models.Index(fields=["holder_key", "-id"], name="consent_of_holder"),
            models.Index(fields=["case_number"], name="consent_of_case", condition=~Q(case_number="")),
        ]

    def __str__(self) -> str:
        return f"{self.about}: {self.purpose}"

    def standing(self, now: datetime) -> str:
        """``in_force``, ``revoked``, ``used_up``, ``expired`` or ``not_yet``."""
        return Standing(self.valid_from, self.valid_until, self.uses_left, self.revoked_at).word(now)

    def covers(self, licence_id: int, type_code: str) -> bool:
        """Whether a licence lies within the scope (that it is the holder's is another question)."""
        return licence_id in self.licence_ids or type_code in self.type_codes
