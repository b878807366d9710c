"""Review: steps, opinions, site checks."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from yitong.cases.models.child import CaseChild

STEP_STATES = ["pending", "open", "done"]


class CaseStep(CaseChild):
    """One review step of a case. Steps of one stage run side by side; a stage opens when the one before is done.

    pending → open → done, and back to open or pending by ``return_to_step``, which raises ``round``.
    """

    code = models.CharField(max_length=40)
    name = models.CharField(max_length=100)
    kind = models.CharField(max_length=12)
    stage = models.SmallIntegerField()
    role = models.CharField(max_length=10)
    department = models.ForeignKey("parties.Department", models.PROTECT, related_name="+", db_index=False)
    foreign = models.BooleanField(default=False)
    state = models.CharField(max_length=8, default="pending")
    round = models.SmallIntegerField(default=1)
    opened_at = models.DateTimeField(null=True)
    due_at = models.DateTimeField(null=True)
    completed_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["stage", "id"]
        indexes = [
            # Cases another department helps to review.
            models.Index(fields=["department", "case"], name="case_step_foreign", condition=Q(foreign=True)),
        ]
        constraints = [
            models.UniqueConstraint(fields=["case", "code"], name="case_step_code_once"),
            models.CheckConstraint(name="case_step_state_is_known", condition=Q(state__in=STEP_STATES)),
            models.CheckConstraint(
                name="case_step_done_has_instant",
                condition=Q(state="done", completed_at__isnull=False)
                | (~Q(state="done") & Q(completed_at__isnull=True)),
            ),
        ]


class Opinion(CaseChild):
    """What one officer wrote in one round of a step; never changed."""

    step = models.ForeignKey(CaseStep, models.PROTECT, related_name="opinions")
    round = models.SmallIntegerField()
    staff = models.ForeignKey("parties.Staff", models.PROTECT, related_name="+", db_index=False)
    staff_name = models.CharField(max_length=100)
    opinion = models.CharField(max_length=12)
    text = models.TextField(blank=True)
    at = models.DateTimeField()

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["step", "round"], name="case_opinion_once_a_round"),
            models.CheckConstraint(
                name="case_opinion_is_known", condition=Q(opinion__in=["agree", "conditional", "disagree"])
            ),
        ]


class SiteCheck(CaseChild):
    """A check on the spot by at least two officers (行政许可法 第三十四条)."""

    step = models.ForeignKey(CaseStep, models.PROTECT, related_name="site_checks")
    round = models.SmallIntegerField()
    officers = models.JSONField()
    findings = models.TextField()
    at = models.DateTimeField()

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["step", "round"], name="case_site_check_once_a_round"),
            models.CheckConstraint(name="case_site_check_has_findings", condition=~Q(findings="")),
        ]
