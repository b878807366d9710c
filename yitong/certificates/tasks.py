"""Scheduled work of the certificates context."""

from __future__ import annotations

from django.utils import timezone
from procrastinate.contrib.django import app

from yitong.certificates.commands import remind_overdue as command


@app.periodic(cron="*/10 * * * *")
@app.task(queueing_lock="certificates.remind_overdue", pass_context=False)
def remind_overdue(timestamp: int) -> int:
    """Reminders of overdue verifications and reviews."""
    return command(now=timezone.now())
