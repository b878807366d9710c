"""What the applicant promised: provisional acceptance (容缺受理) and commitment (告知承诺)."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from yitong.cases.models.child import CaseChild

PROVISIONAL_STATES = ["promised", "supplied", "overdue", "terminated", "ended"]
COMMITMENT_STATES = ["signed", "passed", "rectifying", "revoked", "ended", "withdrawn"]


class ProvisionalAcceptance(CaseChild):
    """容缺受理: accepted although secondary materials are missing, which the applicant promised by ``promised_on``.

    promised → supplied | overdue → terminated ; ended when the case ended otherwise.
    An overdue one bars the applicant from another until ``repaired_at`` (DOMAIN B3).
    """

    promised_on = models.DateField()
    promised_until_at = models.DateTimeField()
    remind_on = models.DateField()
    state = models.CharField(max_length=10, default="promised")
    promised_by_ref = models.CharField(max_length=60)
    accepted_at = models.DateTimeField()
    supplied_at = models.DateTimeField(null=True)
    reminded_before_at = models.DateTimeField(null=True)
    reminded_last_at = models.DateTimeField(null=True)
    repaired_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["id"]
        indexes = [models.Index(fields=["remind_on"], name="case_provisional_open", condition=Q(state="promised"))]
        constraints = [
            models.UniqueConstraint(fields=["case"], name="case_one_provisional_acceptance"),
            models.CheckConstraint(name="case_provisional_state_is_known", condition=Q(state__in=PROVISIONAL_STATES)),
        ]


class ProvisionalItem(CaseChild):
    """One material still owed. promised → supplied"""

    acceptance = models.ForeignKey(ProvisionalAcceptance, models.PROTECT, related_name="items")
    code = models.CharField(max_length=40)
    name = models.CharField(max_length=200)
    supplied_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["acceptance", "code"], name="case_provisional_item_once")]


class Commitment(CaseChild):
    """告知承诺书 as signed: what was told, what was promised, what a false promise costs, how it will be checked.

    signed → passed | rectifying → passed | revoked ; ended when the case ended without a grant; withdrawn when the
    applicant took it back before the decision.
    A revoked one bars the applicant from another until ``repaired_at`` (国办发〔2020〕42号).
    """

    content = models.TextField()
    liability = models.TextField()
    check_method = models.TextField()
    materials = models.JSONField(default=list)
    signed_by_ref = models.CharField(max_length=60)
    signed_by_name = models.CharField(max_length=100)
    signed_at = models.DateTimeField()
    state = models.CharField(max_length=10, default="signed")
    withdrawn_at = models.DateTimeField(null=True)
    check_by_on = models.DateField(null=True)
    checked_at = models.DateTimeField(null=True)
    checked_by_name = models.CharField(max_length=100, blank=True)
    findings = models.TextField(blank=True)
    rectify_by_on = models.DateField(null=True)
    repaired_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["case"], name="case_one_commitment"),
            models.CheckConstraint(name="case_commitment_state_is_known", condition=Q(state__in=COMMITMENT_STATES)),
            models.CheckConstraint(
                name="case_commitment_rectify_has_term",
                condition=~Q(state="rectifying") | Q(rectify_by_on__isnull=False),
            ),
        ]
