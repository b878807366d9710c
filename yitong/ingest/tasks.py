"""The worker's part: tell of sources that went stale."""

from __future__ import annotations

from django.utils import timezone
from procrastinate.contrib.django import app

from yitong.ingest.commands.sources import tell_stale


@app.periodic(cron="*/10 * * * *")
@app.task(queueing_lock="ingest.tell_stale", pass_context=False)
def freshness(timestamp: int) -> int:
    """Every ten minutes."""
    return tell_stale(now=timezone.now())
