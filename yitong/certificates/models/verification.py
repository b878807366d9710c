"""One department asks another."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q


class Verification(models.Model):
    """部门核验: ``asking_department`` asks ``department`` to confirm one fact about a registered holder.

    asked → answered | taken_back (by the asker, before the answer). ``answer``: confirmed, denied, not_ours; ``document``: the
    sealed answer. ``fact`` is what is to be confirmed, in words. It rests on a consent of the holder or on a named law,
    never on neither. ``due_at`` is the end of the last working day of the limit, counted from the day it was asked.
    ``request``: the certificate it serves, or null. ``case_number`` is empty outside a case.
    """

    number = models.CharField(max_length=24, unique=True)
    type = models.ForeignKey("certificates.CertificateType", models.PROTECT, null=True, blank=True, related_name="+")
    department = models.ForeignKey("parties.Department", models.PROTECT, related_name="+")
    asking_department = models.ForeignKey("parties.Department", models.PROTECT, related_name="+")
    region = models.ForeignKey("parties.Region", models.PROTECT, related_name="+")
    holder_person = models.ForeignKey("parties.Person", models.PROTECT, null=True, blank=True, related_name="+")
    holder_enterprise = models.ForeignKey("parties.Enterprise", models.PROTECT, null=True, blank=True, related_name="+")
    holder_name = models.CharField(max_length=150)
    fact = models.CharField(max_length=500)
    purpose = models.CharField(max_length=200)
    law = models.CharField(max_length=300, blank=True, default="")
    consent_id = models.BigIntegerField(null=True, blank=True)
    case_number = models.CharField(max_length=50, blank=True, default="")
    material_code = models.CharField(max_length=60, blank=True, default="")
    request = models.ForeignKey(
        "certificates.CertificateRequest", models.PROTECT, null=True, blank=True, related_name="verifications"
    )
    asked_by = models.ForeignKey("parties.Staff", models.PROTECT, null=True, blank=True, related_name="+")
    asked_by_ref = models.CharField(max_length=60)
    asked_by_name = models.CharField(max_length=100)
    asked_at = models.DateTimeField()
    due_on = models.DateField()
    due_at = models.DateTimeField()
    state = models.CharField(max_length=12, default="asked")
    answer = models.CharField(max_length=12, blank=True, default="")
    text = models.TextField(blank=True, default="")
    answered_at = models.DateTimeField(null=True, blank=True)
    answered_by = models.ForeignKey("parties.Staff", models.PROTECT, null=True, blank=True, related_name="+")
    answered_by_name = models.CharField(max_length=100, blank=True, default="")
    document = models.OneToOneField("documents.Document", models.PROTECT, null=True, blank=True, related_name="+")
    reminded_on = models.DateField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                name="verification_has_one_holder",
                condition=Q(holder_person__isnull=False, holder_enterprise__isnull=True)
                | Q(holder_person__isnull=True, holder_enterprise__isnull=False),
            ),
            models.CheckConstraint(
                name="verification_state_is_known", condition=Q(state__in=["asked", "answered", "taken_back"])
            ),
            models.CheckConstraint(
                name="verification_answer_is_whole",
                condition=Q(state="answered", answered_at__isnull=False, answer__in=["confirmed", "denied", "not_ours"])
                | (~Q(state="answered") & Q(answer="", answered_at__isnull=True)),
            ),
            # Nobody's affairs are asked about without his consent or a law that allows it.
            models.CheckConstraint(name="verification_has_ground", condition=Q(consent_id__isnull=False) | ~Q(law="")),
            models.CheckConstraint(
                name="verification_asks_another", condition=~Q(department=models.F("asking_department"))
            ),
            # One open question about one material of a case.
            models.UniqueConstraint(
                name="verification_one_open_of_material",
                fields=["case_number", "material_code", "department"],
                condition=Q(state="asked") & ~Q(case_number="") & ~Q(material_code=""),
            ),
        ]
        indexes: ClassVar = [
            models.Index(name="verification_of_department", fields=["department", "state", "due_at"]),
            models.Index(name="verification_of_asker", fields=["asking_department", "-id"]),
            models.Index(name="verification_of_person", fields=["holder_person", "-id"]),
            models.Index(name="verification_of_case", fields=["case_number"], condition=~Q(case_number="")),
            models.Index(name="verification_waiting", fields=["due_at"], condition=Q(state="asked")),
        ]

    def __str__(self) -> str:
        return self.number
