"""The worker's part: seal what waits, forget old counts. And the set-up steps of this context."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone
from procrastinate.contrib.django import app

from yitong.documents import storage
from yitong.documents.commands import lookups, seal_pending, templates
from yitong.documents.seals import keys


def make_keys() -> None:
    """Set-up step: the local certificate authority, and its certificate in the data folder."""
    keys.ensure_keys(timezone.now())


def seed_templates() -> None:
    """Set-up step: the built-in wording of every kind of document that has none."""
    templates.ensure_templates(timezone.now())


# Procrastinate reads six fields with the seconds last.


@app.periodic(cron="* * * * * */2")
@app.task(queueing_lock="documents.seal", pass_context=False)
def seal(timestamp: int) -> int:
    """Seal what waits, batch by batch until a batch comes back short."""
    total = 0
    while True:
        sealed = seal_pending(now=timezone.now(), limit=20)
        total += sealed
        if sealed < 20 or total >= 400:
            return total


@app.periodic(cron="17 * * * *")
@app.task(queueing_lock="documents.forget_lookups", pass_context=False)
def forget_lookups(timestamp: int) -> int:
    """Delete what was counted of the public verification, and yesterday's half-written files of killed processes."""
    now = timezone.now()
    storage.current().forget_drafts(now - timedelta(days=1))
    return lookups.forget(now=now)
