"""What happened to a case."""

from __future__ import annotations

from django.db import models

from yitong.cases.models.case import Case


class CaseEvent(models.Model):
    """One act, in order, for ever: rows are only added (a trigger refuses anything else).

    ``data`` holds what the clock replays from (see ``rules.clock_replay``) and what the timeline tells.
    """

    case = models.ForeignKey(Case, models.PROTECT, related_name="+", db_index=False)
    region = models.ForeignKey("parties.Region", models.PROTECT, related_name="+", db_index=False)
    seq = models.IntegerField()
    kind = models.CharField(max_length=40)
    at = models.DateTimeField()
    actor_ref = models.CharField(max_length=60)
    actor_name = models.CharField(max_length=100)
    data = models.JSONField(default=dict)

    class Meta:
        ordering = ["case_id", "seq"]
        constraints = [models.UniqueConstraint(fields=["case", "seq"], name="case_event_in_order")]
