"""Set-up step of the exchange, and what the worker forgets."""

from __future__ import annotations

from django.utils import timezone
from procrastinate.contrib.django import app

from yitong.exchange import commands
from yitong.exchange.commands import answers_kept, counting


def seed_connectors() -> None:
    """Set-up step: the built-in connectors."""
    commands.ensure_connectors(timezone.now())


@app.periodic(cron="23 * * * *")
@app.task(queueing_lock="exchange.forget", pass_context=False)
def forget(timestamp: int) -> int:
    """Delete answers whose time is over and counts of windows that are past. Safe to repeat."""
    now = timezone.now()
    return answers_kept.forget(now=now) + counting.forget(now=now)
