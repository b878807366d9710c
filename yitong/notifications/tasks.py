"""The worker's part: drain the outbox."""

from __future__ import annotations

from django.utils import timezone
from procrastinate.contrib.django import app

from yitong.notifications import commands

ROUND = 200

# Procrastinate reads six fields with the seconds last.


@app.periodic(cron="* * * * * */2")
@app.task(queueing_lock="notifications.drain", pass_context=False)
def drain(timestamp: int) -> int:
    """Deliver what is due. The queueing lock and the limit keep the rounds of a slow provider from piling up.

    No job lock: that of a dead worker would hold the outbox until its job is found stalled, and rounds may overlap.
    """
    return commands.drain(now=timezone.now(), limit=ROUND)
