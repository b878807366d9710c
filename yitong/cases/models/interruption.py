"""What interrupts or lengthens a case: correction notices, special procedures, extensions."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from yitong.cases.models.child import CaseChild


class CorrectionNotice(CaseChild):
    """补正告知: the one notice that tells everything that is missing (行政许可法 第三十二条第一款第四项).

    open → supplied | lapsed (the case ended before supply)
    ``origin``: office for that one notice; applicant for the list that follows from his taking a commitment back, which
    is no demand of the office. ``remind_on``: the next day he is reminded, null when no reminder is left.
    ``items``: [{"material" or "field": code, "problem": text, "remedy": text}].
    """

    origin = models.CharField(max_length=10, default="office", db_default="office")
    items = models.JSONField()
    state = models.CharField(max_length=8, default="open")
    given_at = models.DateTimeField()
    given_by_ref = models.CharField(max_length=60)
    given_by_name = models.CharField(max_length=100)
    supply_by_on = models.DateField()
    remind_on = models.DateField(null=True)
    supplied_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["id"]
        indexes = [models.Index(fields=["remind_on"], name="case_correction_to_remind", condition=Q(state="open"))]
        constraints = [
            # Told once: the database itself refuses a second notice, whatever its state.
            models.UniqueConstraint(fields=["case", "origin"], name="case_one_correction_notice_an_origin"),
            models.UniqueConstraint(fields=["case"], condition=Q(state="open"), name="case_one_open_correction"),
            models.CheckConstraint(
                name="case_correction_origin_is_known", condition=Q(origin__in=["office", "applicant"])
            ),
            models.CheckConstraint(
                name="case_correction_state_is_known", condition=Q(state__in=["open", "supplied", "lapsed"])
            ),
            models.CheckConstraint(
                name="case_correction_supplied_has_instant",
                condition=Q(state="supplied", supplied_at__isnull=False)
                | (~Q(state="supplied") & Q(supplied_at__isnull=True)),
            ),
        ]


class SpecialProcedure(CaseChild):
    """特别程序: time that does not count (行政许可法 第四十五条), told in writing with its planned length.

    open → ended. ``from_on`` is the first day that does not count, ``until_on`` the first that counts again.
    """

    kind = models.CharField(max_length=14)
    reason = models.TextField()
    planned_days = models.SmallIntegerField()
    planned_until_on = models.DateField()
    state = models.CharField(max_length=8, default="open")
    from_on = models.DateField()
    until_on = models.DateField(null=True)
    result = models.TextField(blank=True)
    started_by_name = models.CharField(max_length=100)
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["case"], condition=Q(state="open"), name="case_one_open_special_procedure"),
            models.CheckConstraint(
                name="case_special_ended_has_day",
                condition=Q(state="open", until_on__isnull=True, ended_at__isnull=True)
                | Q(state="ended", until_on__gte=F("from_on"), ended_at__isnull=False),
            ),
            models.CheckConstraint(name="case_special_planned_days", condition=Q(planned_days__gte=1)),
        ]


class Extension(CaseChild):
    """延期: more days, asked for by the officer and approved by the head, once (行政许可法 第四十二条).

    requested → approved | refused | lapsed (the case ended first, or its acceptance fell with the commitment)
    """

    days = models.SmallIntegerField()
    reason = models.TextField()
    state = models.CharField(max_length=10, default="requested")
    requested_by_ref = models.CharField(max_length=60)
    requested_by_name = models.CharField(max_length=100)
    requested_at = models.DateTimeField()
    answered_by_ref = models.CharField(max_length=60, blank=True)
    answered_by_name = models.CharField(max_length=100, blank=True)
    answered_at = models.DateTimeField(null=True)
    answer_note = models.TextField(blank=True)
    government_approval = models.CharField(max_length=60, blank=True)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["case"], condition=Q(state="approved"), name="case_one_approved_extension"),
            models.UniqueConstraint(
                fields=["case"], condition=Q(state="requested"), name="case_one_requested_extension"
            ),
            models.CheckConstraint(name="case_extension_days_positive", condition=Q(days__gte=1)),
            models.CheckConstraint(
                name="case_extension_state_is_known",
                condition=Q(state__in=["requested", "approved", "refused", "lapsed"]),
            ),
        ]
