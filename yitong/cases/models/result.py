"""How a case ends: decision and delivery."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from yitong.cases.models.child import CaseChild


class Decision(CaseChild):
    """准予 or 不予许可决定: one per case, never changed. ``staff`` is null only for a deemed approval (超时默认).

    A refusal has reasons and names its remedies (行政许可法 第三十八条第二款).
    """

    outcome = models.CharField(max_length=8)
    reasons = models.TextField(blank=True)
    remedies = models.TextField(blank=True)
    deemed = models.BooleanField(default=False)
    staff = models.ForeignKey("parties.Staff", models.PROTECT, null=True, related_name="+")
    staff_name = models.CharField(max_length=100)
    document = models.ForeignKey("documents.Document", models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["case"], name="case_one_decision"),
            models.CheckConstraint(name="case_decision_is_known", condition=Q(outcome__in=["granted", "refused"])),
            models.CheckConstraint(
                name="case_refusal_has_reasons_and_remedies",
                condition=~Q(outcome="refused") | (~Q(reasons="") & ~Q(remedies="")),
            ),
            models.CheckConstraint(
                name="case_decision_has_officer",
                condition=Q(deemed=False, staff__isnull=False) | Q(deemed=True, staff__isnull=True, outcome="granted"),
            ),
        ]


class Delivery(CaseChild):
    """送达: one sending of the decision and its result.

    sent → delivered | returned. Window and electronic deliveries are delivered at once.
    """

    method = models.CharField(max_length=10)
    receiver = models.CharField(max_length=100)
    receiver_idcard_tail = models.CharField(max_length=4, blank=True)
    address = models.CharField(max_length=300, blank=True)
    carrier = models.CharField(max_length=60, blank=True)
    tracking = models.CharField(max_length=40, blank=True)
    state = models.CharField(max_length=10, default="sent")
    sent_at = models.DateTimeField()
    sent_by_name = models.CharField(max_length=100)
    delivered_at = models.DateTimeField(null=True)
    note = models.TextField(blank=True)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["case"], condition=Q(state__in=["sent", "delivered"]), name="case_one_running_delivery"
            ),
            models.CheckConstraint(
                name="case_delivery_method_is_known", condition=Q(method__in=["window", "post", "electronic"])
            ),
            models.CheckConstraint(
                name="case_post_has_address_and_tracking",
                condition=~Q(method="post") | (~Q(address="") & ~Q(tracking="")),
            ),
            models.CheckConstraint(
                name="case_delivered_has_instant",
                condition=Q(state="delivered", delivered_at__gte=F("sent_at"))
                | (~Q(state="delivered") & Q(delivered_at__isnull=True)),
            ),
        ]
