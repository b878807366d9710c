"""Set-up of the catalogue, safe to repeat; and the worker's part: versions whose planned day has come."""

from __future__ import annotations

from django.utils import timezone
from procrastinate.contrib.django import app

from yitong.catalog.commands.planned import begin_planned, end_planned
from yitong.catalog.commands.synonyms import ensure_synonyms
from yitong.parties.actors import system


def seed_words() -> None:
    """The everyday words of the search, unless there are any."""
    ensure_synonyms(actor=system("set_up"), now=timezone.now())


# Every minute, so that a version is in force in the first minute of its day and a missed day is caught up with.


@app.periodic(cron="* * * * *")
@app.task(queueing_lock="catalog.planned_days", pass_context=False)
def planned_days(timestamp: int) -> int:
    """Put versions in force whose day has come, then retire the items whose end has come; how many of both."""
    now, actor = timezone.now(), system("catalog_plan")
    return begin_planned(actor=actor, now=now) + end_planned(actor=actor, now=now)
