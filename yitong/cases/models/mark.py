"""What an officer found when he looked at a material."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from yitong.cases.models.child import CaseChild


class MaterialMark(CaseChild):
    """The latest look at one material of a case: in order, or what is wrong and how to mend it.

    A working note of the officers, from which the one correction notice is put together; the applicant never sees it.
    A later look replaces the earlier one; the audit log keeps both.
    """

    code = models.CharField(max_length=40)
    verdict = models.CharField(max_length=8)
    problem = models.CharField(max_length=500, blank=True)
    remedy = models.CharField(max_length=500, blank=True)
    staff = models.ForeignKey("parties.Staff", models.PROTECT, related_name="+", db_index=False)
    staff_name = models.CharField(max_length=100)
    at = models.DateTimeField()

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["case", "code"], name="case_one_mark_a_material"),
            models.CheckConstraint(
                # A problem is said in words, else nobody could mend it.
                name="case_mark_problem_has_words",
                condition=Q(verdict="ok", problem="", remedy="") | (Q(verdict="problem") & ~Q(problem="")),
            ),
        ]
