"""Kinds of certificate a department issues."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q


class CertificateType(models.Model):
    """One kind of certificate; data, edited in the console.

    ``way``: reviewed, instant, verified (a fact ``department`` confirms to others), sheet. ``document_kind``: the kind of
    ``documents`` whose wording is used. ``fields``: what stands on it, in order, list of {"name", "label"}; ``name`` is the
    name in the source's data. ``statement``: its sentence, ``{{ name }}`` for values. The data come from ``licence_type`` of
    the library (21 characters) or, when the holder has none, from ``connector``. ``absence``: what happens when the source
    has no record: certify (``absence_statement`` states the fact) or refuse (``absence_advice`` says what to do).
    ``limit_days``: working days of a review or an answer. ``validity_days`` null: does not end.
    """

    class Absence(models.TextChoices):
        CERTIFY = "certify"
        REFUSE = "refuse"

    code = models.CharField(max_length=40, unique=True)
    name = models.CharField(max_length=80)
    way = models.CharField(max_length=10)
    department = models.ForeignKey("parties.Department", models.PROTECT, related_name="+")
    holder_kind = models.CharField(max_length=10, default="person")
    document_kind = models.CharField(max_length=40, default="certificate")
    fields = models.JSONField(default=list)
    statement = models.TextField(blank=True, default="")
    purposes = models.JSONField(default=list)
    materials = models.JSONField(default=list)
    licence_type = models.CharField(max_length=21, blank=True, default="")
    connector = models.CharField(max_length=60, blank=True, default="")
    absence = models.CharField(max_length=10, choices=Absence, default=Absence.REFUSE)
    absence_statement = models.TextField(blank=True, default="")
    absence_advice = models.TextField(blank=True, default="")
    law = models.CharField(max_length=300)
    limit_days = models.PositiveSmallIntegerField(default=3)
    validity_days = models.PositiveSmallIntegerField(null=True, blank=True)
    daily_limit = models.PositiveSmallIntegerField(default=10)
    position = models.PositiveSmallIntegerField(default=0)
    active = models.BooleanField(default=True)
    edited_by = models.CharField(max_length=60)
    edited_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                name="certificate_type_way_is_known",
                condition=Q(way__in=["reviewed", "instant", "verified", "sheet"]),
            ),
            models.CheckConstraint(
                name="certificate_type_holder_is_known", condition=Q(holder_kind__in=["person", "enterprise"])
            ),
            # An instant certificate without a source could only state what nobody answered.
            models.CheckConstraint(
                name="certificate_type_instant_has_source",
                condition=~Q(way="instant") | ~Q(connector="") | ~Q(licence_type=""),
            ),
            # A library that lacks a licence does not prove that there is none.
            models.CheckConstraint(
                name="certificate_type_absence_has_register", condition=~Q(absence="certify") | ~Q(connector="")
            ),
            models.CheckConstraint(name="certificate_type_limit_is_positive", condition=Q(limit_days__gte=1)),
        ]
        ordering: ClassVar = ["position", "id"]

    def __str__(self) -> str:
        return self.name
