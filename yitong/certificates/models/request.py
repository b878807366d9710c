"""What people ask for and get: requests, what they attached, what happened."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q


class CertificateRequest(models.Model):
    """One certificate somebody asked for, or one data inquiry sheet.

    reviewed: submitted → reviewing ⇄ asked_back (once) → issued | refused; withdrawn by the applicant until then.
    From data (instant, sheet): issued at once, in the transaction that makes the row. issued → revoked (by the department that
    issued it, with ``revocation``, the reason; ``ended_at`` stays the instant of issue). ``post``: see ``rules.states.Post``.
    ``due_at``: null while the clock stands, because the applicant was asked back, and once it has ended. ``outcome``: found,
    absent (a certificate of no record), empty for reviewed ones. ``sources``: who answered what and when, list of
    {"name", "kind", "outcome", "at", "cached", "reference"}; the values themselves stand only in the sealed document.
    ``window``: the consent it rests on when staff asked at a window. ``mandate``: what an agent (``requested_by_ref``) acts on.
    """

    number = models.CharField(max_length=24, unique=True)
    type = models.ForeignKey("certificates.CertificateType", models.PROTECT, related_name="+")
    way = models.CharField(max_length=10)
    name = models.CharField(max_length=80)
    department = models.ForeignKey("parties.Department", models.PROTECT, related_name="+")
    region = models.ForeignKey("parties.Region", models.PROTECT, related_name="+")
    holder_person = models.ForeignKey("parties.Person", models.PROTECT, null=True, blank=True, related_name="+")
    holder_enterprise = models.ForeignKey("parties.Enterprise", models.PROTECT, null=True, blank=True, related_name="+")
    holder_name = models.CharField(max_length=150)
    requested_by_ref = models.CharField(max_length=60)
    requested_by_name = models.CharField(max_length=100, blank=True, default="")
    channel = models.CharField(max_length=10, default="web")
    phone = models.CharField(max_length=20, blank=True, default="")
    purpose = models.CharField(max_length=100)
    reason = models.CharField(max_length=1000, blank=True, default="")
    law = models.CharField(max_length=300, blank=True, default="")
    window = models.ForeignKey("certificates.WindowConsent", models.PROTECT, null=True, blank=True, related_name="+")
    mandate = models.ForeignKey("parties.Mandate", models.PROTECT, null=True, blank=True, related_name="+")
    face_state = models.CharField(max_length=12, blank=True, default="")
    state = models.CharField(max_length=12)
    submitted_at = models.DateTimeField()
    due_on = models.DateField(null=True, blank=True)
    due_at = models.DateTimeField(null=True, blank=True)
    handler = models.ForeignKey("parties.Staff", models.PROTECT, null=True, blank=True, related_name="+")
    asked_back_at = models.DateTimeField(null=True, blank=True)
    asked_text = models.TextField(blank=True, default="")
    supplied_at = models.DateTimeField(null=True, blank=True)
    supplied_text = models.TextField(blank=True, default="")
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by_name = models.CharField(max_length=100, blank=True, default="")
    refusal = models.TextField(blank=True, default="")
    revoked_at = models.DateTimeField(null=True, blank=True)
    revoked_by_name = models.CharField(max_length=100, blank=True, default="")
    revocation = models.TextField(blank=True, default="")
    outcome = models.CharField(max_length=10, blank=True, default="")
    sources = models.JSONField(default=list)
    document = models.OneToOneField("documents.Document", models.PROTECT, null=True, blank=True, related_name="+")
    valid_until = models.DateField(null=True, blank=True)
    post = models.CharField(max_length=10, default="none")
    receiver = models.CharField(max_length=100, blank=True, default="")
    address = models.CharField(max_length=300, blank=True, default="")
    carrier = models.CharField(max_length=60, blank=True, default="")
    tracking = models.CharField(max_length=40, blank=True, default="")
    posted_at = models.DateTimeField(null=True, blank=True)
    delivered_at = models.DateTimeField(null=True, blank=True)
    reminded_on = models.DateField(null=True, blank=True)
    rev = models.PositiveIntegerField(default=1)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                name="certificate_request_has_one_holder",
                condition=Q(holder_person__isnull=False, holder_enterprise__isnull=True)
                | Q(holder_person__isnull=True, holder_enterprise__isnull=False),
            ),
            models.CheckConstraint(
                name="certificate_request_state_is_known",
                condition=Q(
                    state__in=["submitted", "reviewing", "asked_back", "issued", "refused", "withdrawn", "revoked"]
                ),
            ),
            models.CheckConstraint(
                name="certificate_issued_has_document",
                condition=Q(state__in=["issued", "revoked"], document__isnull=False, ended_at__isnull=False)
                | (~Q(state__in=["issued", "revoked"]) & Q(document__isnull=True)),
            ),
            models.CheckConstraint(
                name="certificate_refusal_has_reason", condition=~Q(state="refused") | ~Q(refusal="")
            ),
            models.CheckConstraint(
                name="certificate_revocation_is_whole",
                condition=(Q(state="revoked", revoked_at__isnull=False) & ~Q(revocation=""))
                | (~Q(state="revoked") & Q(revoked_at__isnull=True, revocation="")),
            ),
            # What comes from data names who answered.
            models.CheckConstraint(
                name="certificate_from_data_names_source",
                condition=Q(way="reviewed") | ~Q(sources=[]),
            ),
            models.CheckConstraint(
                name="certificate_posted_has_tracking",
                condition=~Q(post__in=["sent", "delivered"]) | (~Q(tracking="") & ~Q(address="")),
            ),
            # One open request for the same certificate: a second press of the button is not a second request.
            models.UniqueConstraint(
                name="certificate_one_open_of_person",
                fields=["holder_person", "type"],
                condition=Q(state__in=["submitted", "reviewing", "asked_back"], holder_person__isnull=False),
            ),
            models.UniqueConstraint(
                name="certificate_one_open_of_enterprise",
                fields=["holder_enterprise", "type"],
                condition=Q(state__in=["submitted", "reviewing", "asked_back"], holder_enterprise__isnull=False),
            ),
        ]
        indexes: ClassVar = [
            models.Index(name="certificate_of_person", fields=["holder_person", "-id"]),
            models.Index(name="certificate_of_enterprise", fields=["holder_enterprise", "-id"]),
            models.Index(name="certificate_of_department", fields=["department", "state", "due_at"]),
            models.Index(name="certificate_of_requester", fields=["requested_by_ref", "-id"]),
            models.Index(
                name="certificate_waiting",
                fields=["due_at"],
                condition=Q(state__in=["submitted", "reviewing"]),
            ),
            models.Index(name="certificate_to_post", fields=["department", "id"], condition=Q(post="wanted")),
        ]

    def __str__(self) -> str:
        return self.number


class RequestMaterial(models.Model):
    """One file somebody attached to a request; ``name``: what it is."""

    request = models.ForeignKey(CertificateRequest, models.PROTECT, related_name="materials")
    name = models.CharField(max_length=100)
    stored_file = models.OneToOneField("documents.StoredFile", models.PROTECT, related_name="+")
    added_at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["id"]

    def __str__(self) -> str:
        return self.name


class RequestEvent(models.Model):
    """One act of a request's history, never altered. ``kind``: see ``rules.states.EVENT_WORDS``."""

    request = models.ForeignKey(CertificateRequest, models.PROTECT, related_name="events")
    kind = models.CharField(max_length=20)
    at = models.DateTimeField()
    actor_ref = models.CharField(max_length=60)
    actor_name = models.CharField(max_length=100, blank=True, default="")
    text = models.TextField(blank=True, default="")

    class Meta:
        ordering: ClassVar = ["id"]

    def __str__(self) -> str:
        return f"{self.request_id} {self.kind}"
