"""Licence types and what was changed in them."""

from django.db import models
from django.db.models import Q

from yitong.licences.rules.fields import Confidentiality
from yitong.licences.rules.schema import schema_of


class LicenceType(models.Model):
    """One type of licence. ``code`` (21): credit code of the defining body and three digits (GB/T 36904).

    ``fields``: what stands on its face, in order, list of {name, label, kind, required, confidentiality, choices}, see
    ``rules.fields``; ``statement``: the sentence above them; ``number_prefix`` begins the licence's number. ``callers``: codes
    of the departments whose cases may call it, empty for every department with a case. ``valid_years``: term of a new
    licence when the item names none, null for long-term. ``renew_days``: how long before the end its holder is reminded.
    ``rev`` grows with each change. ``demo``: the defining body's code is fictional.
    """

    class Trust(models.TextChoices):
        ISSUED = "issued"
        VERIFIED = "verified"
        UPLOADED = "uploaded"
        DECLARED = "declared"

    code = models.CharField(max_length=21, unique=True)
    name = models.CharField(max_length=60, unique=True)
    issuer = models.CharField(max_length=80)
    statement = models.TextField(blank=True, default="")
    fields = models.JSONField(default=list)
    number_prefix = models.CharField(max_length=8)
    holder_kinds = models.CharField(max_length=20, default="person")
    law = models.CharField(max_length=200, blank=True, default="")
    active = models.BooleanField(default=True)
    demo = models.BooleanField(default=True)
    valid_years = models.PositiveSmallIntegerField(null=True, blank=True)
    renewable = models.BooleanField(default=False)
    renew_days = models.PositiveSmallIntegerField(default=30)
    trust = models.CharField(max_length=8, choices=Trust, default=Trust.ISSUED)
    confidentiality = models.CharField(
        max_length=9,
        choices=[(each.value, each.value) for each in Confidentiality],
        default=Confidentiality.INTERNAL.value,
    )
    callers = models.JSONField(default=list)
    rev = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [
            models.CheckConstraint(name="licence_type_code_form", condition=Q(code__regex=r"^[0-9A-Z]{18}[0-9]{3}$")),
            models.CheckConstraint(
                name="licence_type_holders_known", condition=Q(holder_kinds__in=["person", "enterprise", "any"])
            ),
            models.CheckConstraint(
                name="licence_type_trust_known", condition=Q(trust__in=["issued", "verified", "uploaded", "declared"])
            ),
            models.CheckConstraint(
                name="licence_type_secrecy_known", condition=Q(confidentiality__in=["open", "internal", "sensitive"])
            ),
            models.CheckConstraint(name="licence_type_renew_days", condition=Q(renew_days__gte=1, renew_days__lte=180)),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def schema(self) -> dict[str, object]:
        """JSON Schema (draft 2020-12) of the data, built from ``fields``."""
        return schema_of(self.code, self.name, self.fields)


class LicenceTypeChange(models.Model):
    """One change of a type, never altered: ``changed`` is {column: [before, after]}."""

    type = models.ForeignKey(LicenceType, on_delete=models.PROTECT, related_name="changes")
    at = models.DateTimeField()
    rev = models.PositiveIntegerField()
    reason = models.CharField(max_length=200)
    changed = models.JSONField()
    actor_ref = models.CharField(max_length=60)
    actor_name = models.CharField(max_length=80, blank=True, default="")

    class Meta:
        ordering = ["-id"]
        constraints = [models.UniqueConstraint(name="licence_type_change_once", fields=["type", "rev"])]

    def __str__(self) -> str:
        return f"{self.type_id} {self.rev}"
