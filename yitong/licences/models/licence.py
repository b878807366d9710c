"""Licence types, licences and what became of them."""

from django.db import models
from django.db.models import F, Q


class LicenceType(models.Model):
    """One type of licence. ``code`` (21): credit code of the defining body and three digits (GB/T 36904).

    ``fields``: what stands on its face, in order: list of {"name", "label"}; ``statement``: the sentence above them.
    ``number_prefix`` begins the licence's number. ``demo``: the defining body's code is fictional.
    """

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

    class Meta:
        constraints = [
            models.CheckConstraint(name="licence_type_code_form", condition=Q(code__regex=r"^[0-9A-Z]{18}[0-9]{3}$")),
            models.CheckConstraint(
                name="licence_type_holders_known", condition=Q(holder_kinds__in=["person", "enterprise", "any"])
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Licence(models.Model):
    """One e-licence.

    valid → revoked (撤销, 吊销) | cancelled (注销). ``expired`` is not stored: it is valid past ``valid_until``, the last day
    of validity (null: long-term), see ``rules.status``. Identifier and number never change and are never given again.
    """

    class Status(models.TextChoices):
        VALID = "valid"
        REVOKED = "revoked"
        CANCELLED = "cancelled"

    identifier = models.CharField(max_length=110, unique=True)
    number = models.CharField(max_length=40, unique=True)
    type = models.ForeignKey(LicenceType, on_delete=models.PROTECT, related_name="+")
    holder_person = models.ForeignKey(
        "parties.Person", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    holder_enterprise = models.ForeignKey(
        "parties.Enterprise", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    holder_name = models.CharField(max_length=150)
    data = models.JSONField(default=dict)
    status = models.CharField(max_length=10, choices=Status, default=Status.VALID)
    issued_on = models.DateField()
    valid_from = models.DateField()
    valid_until = models.DateField(null=True, blank=True)
    issuer_department = models.ForeignKey("parties.Department", on_delete=models.PROTECT, related_name="+")
    region = models.ForeignKey("parties.Region", on_delete=models.PROTECT, related_name="+")
    document = models.OneToOneField("documents.Document", on_delete=models.PROTECT, related_name="+")
    code = models.CharField(max_length=20, unique=True)
    case_number = models.CharField(max_length=50, db_index=True)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="licence_has_one_holder",
                condition=Q(holder_person__isnull=False, holder_enterprise__isnull=True)
                | Q(holder_person__isnull=True, holder_enterprise__isnull=False),
            ),
            models.CheckConstraint(
                name="licence_validity_is_forward",
                condition=Q(valid_until__isnull=True) | Q(valid_until__gte=F("valid_from")),
            ),
            models.CheckConstraint(
                name="licence_status_known", condition=Q(status__in=["valid", "revoked", "cancelled"])
            ),
            models.UniqueConstraint(name="licence_once_per_case_and_type", fields=["case_number", "type"]),
        ]
        indexes = [
            models.Index(name="licence_of_person", fields=["holder_person", "-id"]),
            models.Index(name="licence_of_enterprise", fields=["holder_enterprise", "-id"]),
            models.Index(name="licence_of_department", fields=["issuer_department", "-id"]),
        ]

    def __str__(self) -> str:
        return self.number


class LicenceEvent(models.Model):
    """One change of a licence's status, never altered: issued, revoked, cancelled, with the reason and who did it."""

    licence = models.ForeignKey(Licence, on_delete=models.PROTECT, related_name="events")
    at = models.DateTimeField()
    status = models.CharField(max_length=10, choices=Licence.Status)
    reason = models.CharField(max_length=300, blank=True, default="")
    actor_ref = models.CharField(max_length=60)
    actor_name = models.CharField(max_length=80, blank=True, default="")

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.licence_id} {self.status}"
