"""Scheduled work: every minute, each deadline sweep once. Each task reads the clock and calls one command."""

from __future__ import annotations

from django.utils import timezone
from procrastinate.contrib.django import app

from yitong.cases.commands import sweeps

BATCH = 200


@app.periodic(cron="* * * * *")
@app.task(queueing_lock="cases:deem_accepted", lock="cases:deem_accepted")
def deem_accepted(timestamp: int) -> int:
    """Acceptance by silence."""
    return sweeps.deem_accepted(now=timezone.now(), limit=BATCH)


@app.periodic(cron="* * * * *")
@app.task(queueing_lock="cases:deem_approved", lock="cases:deem_approved")
def deem_approved(timestamp: int) -> int:
    """Approval by silence, for listed items."""
    return sweeps.deem_approved(now=timezone.now(), limit=BATCH)


@app.periodic(cron="* * * * *")
@app.task(queueing_lock="cases:remind_provisional", lock="cases:remind_provisional")
def remind_provisional(timestamp: int) -> int:
    """Reminders of promised materials."""
    return sweeps.remind_provisional(now=timezone.now(), limit=BATCH)


@app.periodic(cron="* * * * *")
@app.task(queueing_lock="cases:terminate_overdue_provisional", lock="cases:terminate_overdue_provisional")
def terminate_overdue_provisional(timestamp: int) -> int:
    """Ends cases whose promise was broken."""
    return sweeps.terminate_overdue_provisional(now=timezone.now(), limit=BATCH)
