"""Scheduled work: every minute, each deadline sweep once. Each task reads the clock and calls one command."""

from __future__ import annotations

from django.utils import timezone
from procrastinate.contrib.django import app

from yitong.cases.commands import basis, sweeps
from yitong.cases.commands.popularity import count_applications
from yitong.parties.actors import system

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


@app.periodic(cron="5 * * * *")
@app.task(queueing_lock="cases:deem_renewed", lock="cases:deem_renewed")
def deem_renewed(timestamp: int) -> int:
    """Renewal by silence: a term ends with a day, so that once an hour is soon enough."""
    return sweeps.deem_renewed(now=timezone.now(), limit=BATCH)


@app.periodic(cron="* * * * *")
@app.task(queueing_lock="cases:remind_provisional", lock="cases:remind_provisional")
def remind_provisional(timestamp: int) -> int:
    """Reminders of promised materials."""
    return sweeps.remind_provisional(now=timezone.now(), limit=BATCH)


@app.periodic(cron="* * * * *")
@app.task(queueing_lock="cases:remind_corrections", lock="cases:remind_corrections")
def remind_corrections(timestamp: int) -> int:
    """Reminders of what is to be put right."""
    return sweeps.remind_corrections(now=timezone.now(), limit=BATCH)


@app.periodic(cron="* * * * *")
@app.task(queueing_lock="cases:terminate_overdue_provisional", lock="cases:terminate_overdue_provisional")
def terminate_overdue_provisional(timestamp: int) -> int:
    """Ends cases whose promise was broken."""
    return sweeps.terminate_overdue_provisional(now=timezone.now(), limit=BATCH)


@app.periodic(cron="17 16 * * *")  # UTC: 0:17 in the city
@app.task(queueing_lock="cases:expire_grounds", lock="cases:expire_grounds")
def expire_grounds(timestamp: int) -> int:
    """Once a day: pending cases that rely on what expired yesterday, or whose end went unnoticed. Returns how many cases."""
    now = timezone.now()
    return basis.expire(now=now) + basis.reconcile(now=now)


@app.periodic(cron="50 18 * * *")  # UTC: 2:50 in the city
@app.task(queueing_lock="cases:popularity", lock="cases:popularity")
def popularity(timestamp: int) -> int:
    """Once a night: how often each item was applied for in the past year. Returns how many items changed."""
    return count_applications(actor=system("popularity"), now=timezone.now())
