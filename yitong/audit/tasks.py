"""The worker's part: sequence what was recorded."""

from __future__ import annotations

from django.utils import timezone
from procrastinate.contrib.django import app

from yitong.audit import commands


def make_key() -> None:
    """Set-up step: the signing key, if there is none."""
    commands.ensure_keys(now=timezone.now())


# Procrastinate reads six fields with the seconds last.


@app.periodic(cron="* * * * * */3")
@app.task(queueing_lock="audit.sequence", pass_context=False)
def sequence(timestamp: int) -> int:
    """Sequence everything that waits; a second sequencer elsewhere makes this one do nothing."""
    return commands.sequence_all(now=timezone.now())
