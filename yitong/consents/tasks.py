"""The worker's part: forget codes nobody scanned. And the set-up's: the table of laws."""

from __future__ import annotations

from django.utils import timezone
from procrastinate.contrib.django import app

from yitong.consents.commands import codes
from yitong.consents.commands.bases import ensure_bases


@app.periodic(cron="41 19 * * *")  # UTC: 3:41 in the city
@app.task(queueing_lock="consents.forget_codes", pass_context=False)
def forget_codes(timestamp: int) -> int:
    """Once a day, at night."""
    return codes.forget(now=timezone.now())


def seed_bases() -> int:
    """At set-up: the built-in provisions, unless the table has some."""
    return ensure_bases(timezone.now())
