"""The worker's part: read new uploads, delete what is due."""

from __future__ import annotations

from django.utils import timezone
from procrastinate.contrib.django import app

from yitong.archive import commands
from yitong.parties.actors import system

# Procrastinate reads six fields with the seconds last.


@app.periodic(cron="* * * * * */2")
@app.task(queueing_lock="archive.read", lock="archive.read", pass_context=False)
def read_uploads(timestamp: int) -> int:
    """Read what waits, a few at a time; one reading process an installation's worker, so that memory stays bounded."""
    return commands.read_waiting(actor=system("archive"), now=timezone.now(), limit=20)


@app.periodic(cron="* * * * *")
@app.task(queueing_lock="archive.sweep", pass_context=False)
def sweep(timestamp: int) -> int:
    """Delete the bytes of papers their owners deleted."""
    return commands.sweep_bytes(now=timezone.now(), limit=500)


@app.periodic(cron="31 19 * * *")  # UTC: 3:31 in the city
@app.task(queueing_lock="archive.forget_due", pass_context=False)
def forget_due(timestamp: int) -> int:
    """Delete what was locked and whose term has ended, and what was kept without its owner agreeing any more."""
    total = 0
    while True:
        done = commands.forget_due(actor=system("archive"), now=timezone.now(), limit=200)
        total += done
        if not done or total >= 20_000:
            return total
