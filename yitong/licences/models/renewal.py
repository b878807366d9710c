"""Applications to renew a licence."""

from django.db import models
from django.db.models import Q

from yitong.licences.models.licence import Licence


class Renewal(models.Model):
    """One application to renew a licence (行政许可法 第五十条).

    intended (the holder chose to) → applied (a case was submitted: ``case_number``, ``applied_on``) → granted | deemed (nobody
    decided before the end of the term; ``result`` is the new version) | refused | withdrawn; intended → withdrawn.
    ``in_time``: applied for at least thirty days before the end.
    """

    class State(models.TextChoices):
        INTENDED = "intended"
        APPLIED = "applied"
        GRANTED = "granted"
        DEEMED = "deemed"
        REFUSED = "refused"
        WITHDRAWN = "withdrawn"

    licence = models.ForeignKey(Licence, on_delete=models.PROTECT, related_name="renewals")
    state = models.CharField(max_length=9, choices=State, default=State.INTENDED)
    case_number = models.CharField(max_length=50, blank=True, default="")
    applied_on = models.DateField(null=True, blank=True)
    in_time = models.BooleanField(default=False)
    result = models.ForeignKey(Licence, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    actor_ref = models.CharField(max_length=60)
    intended_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                name="renewal_state_known",
                condition=Q(state__in=["intended", "applied", "granted", "deemed", "refused", "withdrawn"]),
            ),
            models.CheckConstraint(
                name="renewal_with_its_case",
                condition=Q(state__in=["intended", "withdrawn"]) | (~Q(case_number="") & Q(applied_on__isnull=False)),
            ),
            # One at a time, so that a licence is renewed once.
            models.UniqueConstraint(
                name="renewal_open_once", fields=["licence"], condition=Q(state__in=["intended", "applied"])
            ),
            models.UniqueConstraint(name="renewal_of_case", fields=["case_number"], condition=~Q(case_number="")),
        ]

    def __str__(self) -> str:
        return f"{self.licence_id} {self.state}"


class RenewalNotice(models.Model):
    """The holder was told that this licence ends soon: each ``stage`` once per licence, however often the sweep runs.

    early: while there is time to apply; last: on the last day on which an application is in time.
    """

    licence = models.ForeignKey(Licence, on_delete=models.PROTECT, related_name="+", db_index=False)
    stage = models.CharField(max_length=5, choices=[("early", "early"), ("last", "last")])
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(name="renewal_notice_once", fields=["licence", "stage"])]

    def __str__(self) -> str:
        return f"{self.licence_id} {self.stage}"
