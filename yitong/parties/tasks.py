"""The worker's part: forget old log-in attempts and codes."""

from __future__ import annotations

from django.utils import timezone
from procrastinate.contrib.django import app

from yitong.parties.commands.purging import forget_log_ins


@app.periodic(cron="23 19 * * *")  # UTC: 3:23 in the city
@app.task(queueing_lock="parties.forget_log_ins", pass_context=False)
def forget(timestamp: int) -> int:
    """Once a day, at night; how long what is kept stands in ``rules.login_limits``."""
    return forget_log_ins(now=timezone.now())
