"""Licences and what became of them."""

from django.db import models
from django.db.models import F, Q

from yitong.licences.models.types import LicenceType


class Licence(models.Model):
    """One e-licence, issued here or arrived from another body.

    valid → revoked (撤销, 吊销) | cancelled (注销) | lost (遗失) | transferred (转出) | superseded (换发: a newer version has
    ``previous`` pointing here); lost → revoked | cancelled. ``expired`` is not stored: it is valid past ``valid_until``, the last
    day of validity (null: long-term), see ``rules.status``. The identifier never changes and is never given again; the
    number stays that of the first ``version``.

    ``holder_key`` (16 bytes, see ``holders``) finds the licences of people nobody registered. ``data``: open and internal
    fields; ``sealed``: the sensitive ones under data key ``sealed_key``, bound to the identifier, see ``sealing``. An arrived
    licence has ``source_code`` and ``source_id``, and ``record_hash`` (keyed BLAKE2b, 16 bytes) tells whether it changed; it
    has no ``document`` and no ``code``. Every text that is not there is empty, and no index holds it.

    The table is to hold 138 million rows: a column or an index more is weighed, see the benchmark of the library.
    """

    class Status(models.TextChoices):
        VALID = "valid"
        REVOKED = "revoked"
        CANCELLED = "cancelled"
        LOST = "lost"
        TRANSFERRED = "transferred"
        SUPERSEDED = "superseded"

    class HolderKind(models.TextChoices):
        PERSON = "person"
        ENTERPRISE = "enterprise"

    identifier = models.CharField(max_length=110)
    number = models.CharField(max_length=60)
    # The parents of these two keep themselves (migration 0005): a check a licence would slow arrivals by a tenth.
    type = models.ForeignKey(
        LicenceType, on_delete=models.PROTECT, related_name="+", db_index=False, db_constraint=False
    )
    holder_kind = models.CharField(max_length=10, choices=HolderKind)
    holder_key = models.BinaryField(max_length=16)
    holder_person = models.ForeignKey(
        "parties.Person", null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    holder_enterprise = models.ForeignKey(
        "parties.Enterprise", null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    holder_name = models.CharField(max_length=150)
    data = models.JSONField(default=dict)
    sealed = models.BinaryField(null=True, blank=True)
    sealed_key = models.PositiveSmallIntegerField(null=True, blank=True)
    status = models.CharField(max_length=11, choices=Status, default=Status.VALID)
    issued_on = models.DateField()
    valid_from = models.DateField()
    valid_until = models.DateField(null=True, blank=True)
    issuer_department = models.ForeignKey(
        "parties.Department", null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    issuer_uscc = models.CharField(max_length=18)
    issuer_name = models.CharField(max_length=100)
    region = models.ForeignKey(
        "parties.Region", on_delete=models.PROTECT, related_name="+", db_index=False, db_constraint=False
    )
    document = models.ForeignKey(
        "documents.Document", null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    code = models.CharField(max_length=20, null=True, blank=True)  # noqa: DJ001  null: it has no code, not an empty one
    case_number = models.CharField(max_length=50, blank=True, default="")
    previous = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    version = models.PositiveSmallIntegerField(default=1)
    source_code = models.CharField(max_length=40, blank=True, default="")
    source_id = models.CharField(max_length=80, blank=True, default="")
    record_hash = models.BinaryField(max_length=16, null=True, blank=True)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="licence_has_one_holder",
                condition=Q(holder_kind="person", holder_enterprise__isnull=True)
                | Q(holder_kind="enterprise", holder_person__isnull=True),
            ),
            models.CheckConstraint(
                name="licence_validity_is_forward",
                condition=Q(valid_until__isnull=True) | Q(valid_until__gte=F("valid_from")),
            ),
            models.CheckConstraint(
                name="licence_status_known",
                condition=Q(status__in=["valid", "revoked", "cancelled", "lost", "transferred", "superseded"]),
            ),
            models.CheckConstraint(
                name="licence_sealed_with_a_key",
                condition=Q(sealed__isnull=True, sealed_key__isnull=True)
                | Q(sealed__isnull=False, sealed_key__isnull=False),
            ),
            # Issued here with its document, or arrived from a source that answers for it.
            models.CheckConstraint(
                name="licence_has_an_origin",
                condition=Q(document__isnull=False, code__isnull=False, issuer_department__isnull=False)
                | ~Q(source_code="") & ~Q(source_id=""),
            ),
            models.UniqueConstraint(name="licence_identifier_once", fields=["identifier"]),
            models.UniqueConstraint(name="licence_number_once", fields=["number", "type", "version"]),
            models.UniqueConstraint(
                name="licence_once_per_case_and_type", fields=["case_number", "type"], condition=~Q(case_number="")
            ),
            models.UniqueConstraint(
                name="licence_source_once", fields=["source_code", "source_id"], condition=~Q(source_code="")
            ),
            models.UniqueConstraint(name="licence_code_once", fields=["code"], condition=Q(code__isnull=False)),
            models.UniqueConstraint(
                name="licence_document_once", fields=["document"], condition=Q(document__isnull=False)
            ),
            # A version is followed by one version: two renewals at once cannot both succeed.
            models.UniqueConstraint(
                name="licence_followed_once", fields=["previous"], condition=Q(previous__isnull=False)
            ),
        ]
        indexes = [
            models.Index(name="licence_of_holder", fields=["holder_key"]),
            models.Index(name="licence_of_person", fields=["holder_person"], condition=Q(holder_person__isnull=False)),
            models.Index(
                name="licence_of_enterprise", fields=["holder_enterprise"], condition=Q(holder_enterprise__isnull=False)
            ),
            models.Index(
                name="licence_of_department",
                fields=["issuer_department", "-id"],
                condition=Q(issuer_department__isnull=False),
            ),
            models.Index(
                name="licence_by_end", fields=["valid_until"], condition=Q(status="valid", valid_until__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        return self.number


class LicenceEvent(models.Model):
    """One change of a licence, never altered: what happened, the status after it, the reason, its law and who did it."""

    class What(models.TextChoices):
        ISSUED = "issued"
        ARRIVED = "arrived"
        CHANGED = "changed"
        RENEWED = "renewed"
        DEEMED_RENEWED = "deemed_renewed"
        REISSUED = "reissued"
        REVOKED = "revoked"
        CANCELLED = "cancelled"
        LOST = "lost"
        TRANSFERRED = "transferred"
        SUPERSEDED = "superseded"

    licence = models.ForeignKey(Licence, on_delete=models.PROTECT, related_name="events")
    at = models.DateTimeField()
    what = models.CharField(max_length=14, choices=What)
    status = models.CharField(max_length=11, choices=Licence.Status)
    reason = models.CharField(max_length=300, blank=True, default="")
    law = models.CharField(max_length=120, blank=True, default="")
    actor_ref = models.CharField(max_length=60)
    actor_name = models.CharField(max_length=80, blank=True, default="")

    class Meta:
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                name="licence_event_known",
                condition=Q(
                    what__in=[
                        "issued",
                        "arrived",
                        "changed",
                        "renewed",
                        "deemed_renewed",
                        "reissued",
                        "revoked",
                        "cancelled",
                        "lost",
                        "transferred",
                        "superseded",
                    ]
                ),
            )
        ]

    def __str__(self) -> str:
        return f"{self.licence_id} {self.what}"

    @property
    def by_platform(self) -> bool:
        """Whether nobody but the calendar or set-up did it."""
        return self.actor_ref.startswith("system:")
