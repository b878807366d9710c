"""Who looked at whose licence: the log that nobody changes, and the thresholds of the questions asked of it."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib.postgres.indexes import BrinIndex
from django.db import models
from django.db.models import Q

from yitong.consents.models.consent import HolderConsent
from yitong.consents.rules import looks


class AccessEntry(models.Model):
    """One look at one licence, or at what a register answered. Written once, guarded by triggers; ``digest`` stands in the audit log too.

    Names, department, role and citation are copied: the log must tell what was so then. ``within_case``: the holder was a
    party to the case. ``fields``: list of {"name", "label"}, never values. Exactly one of ``consent`` and ``law_code`` is filled,
    and of ``licence`` and ``register`` (code of the connector, or ``dept:<code>`` of a department that was asked);
    ``licence_name`` names either.
    """

    at = models.DateTimeField()
    actor_ref = models.CharField(max_length=60)
    actor_name = models.CharField(max_length=80)
    actor_role = models.CharField(max_length=20, blank=True, default="")
    department = models.ForeignKey("parties.Department", models.PROTECT, null=True, related_name="+", db_index=False)
    department_name = models.CharField(max_length=100, blank=True, default="")
    region = models.ForeignKey("parties.Region", models.PROTECT, null=True, related_name="+", db_index=False)
    case_number = models.CharField(max_length=50, blank=True, default="")
    within_case = models.BooleanField()
    purpose = models.CharField(max_length=100)
    holder_key = models.BinaryField(max_length=16)
    holder_name = models.CharField(max_length=150)
    licence = models.ForeignKey("licences.Licence", models.PROTECT, null=True, related_name="+", db_index=False)
    register = models.CharField(max_length=40, blank=True, default="")
    licence_name = models.CharField(max_length=60)
    fields = models.JSONField(default=list)
    consent = models.ForeignKey(HolderConsent, models.PROTECT, null=True, related_name="+")
    law_code = models.CharField(max_length=40, blank=True, default="")
    law = models.CharField(max_length=200, blank=True, default="")
    digest = models.CharField(max_length=64)

    class Meta:
        constraints: ClassVar = [
            # Without a consent or a named law nobody looks: such a row cannot even be written.
            models.CheckConstraint(
                name="look_has_one_basis",
                condition=Q(consent__isnull=False, law_code="") | (Q(consent__isnull=True) & ~Q(law_code="")),
            ),
            models.CheckConstraint(
                name="look_is_at_one_thing",
                condition=Q(licence__isnull=False, register="") | (Q(licence__isnull=True) & ~Q(register="")),
            ),
            models.CheckConstraint(name="look_says_what_for", condition=~Q(purpose="")),
        ]
        indexes: ClassVar = [
            models.Index(fields=["holder_key", "-id"], name="look_at_holder"),
            models.Index(fields=["actor_ref", "-at"], name="look_by_officer"),
            models.Index(fields=["case_number"], name="look_for_case", condition=~Q(case_number="")),
            BrinIndex(fields=["at"], name="look_at_instant", autosummarize=True),
        ]

    CONTENT: ClassVar[tuple[str, ...]] = (
        "at", "actor_ref", "actor_name", "actor_role", "department_id", "department_name", "region_id", "case_number",
        "within_case", "purpose", "holder_key", "holder_name", "licence_id", "licence_name", "fields", "consent_id",
        "law_code", "law",
    )  # fmt: skip

    def __str__(self) -> str:
        return f"look {self.pk}"

    def content_digest(self) -> str:
        """The digest the columns have now; differs from ``digest`` when somebody got round the triggers."""
        values: dict[str, Any] = {name: getattr(self, name) for name in self.CONTENT}
        # Looks at licences have the digest they had before there were others.
        return looks.digest({**values, "register": self.register} if self.register else values)


class Threshold(models.Model):
    """One threshold of ``rules.anomalies`` that somebody changed; what has no row stands at its default."""

    code = models.CharField(max_length=20, primary_key=True)
    value = models.PositiveIntegerField()
    changed_by_ref = models.CharField(max_length=60)
    changed_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.code} {self.value}"
