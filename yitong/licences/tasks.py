"""Set-up steps of the licences context, and what the calendar does to terms, once an hour. Each reads the clock."""

from __future__ import annotations

from django.utils import timezone
from procrastinate.contrib.django import app

from yitong.licences import proof_keys
from yitong.licences.commands import ensure_types, proving, terms
from yitong.licences.commands.keys import ensure_keys

BATCH = 500
BATCHES = 200
"""At most a hundred thousand in one run; the next hour goes on."""


def seed_types() -> None:
    """The built-in licence types."""
    ensure_types(timezone.now())


def make_keys() -> None:
    """The holder key and the data keys, checked against the database."""
    ensure_keys(timezone.now())


def make_proof_keys() -> None:
    """The keys that sign proofs, and their public parts in the data folder."""
    proof_keys.ensure(timezone.now())


@app.periodic(cron="* * * * * */5")
@app.task(queueing_lock="licences:prove", pass_context=False)
def prove(timestamp: int) -> int:
    """Sign what was sealed since, batch by batch until a batch comes back short."""
    total = 0
    while True:
        made = proving.prove_pending(now=timezone.now(), limit=50)
        total += made
        if made < 50 or total >= 500:
            return total


@app.periodic(cron="10 0-12 * * *")  # UTC: 8:10 to 20:10 in the city
@app.task(queueing_lock="licences:remind_renewals", lock="licences:remind_renewals")
def remind_renewals(timestamp: int) -> int:
    """Reminders before the end of a term, by day: nobody wants a text message at night."""
    total = 0
    for _ in range(BATCHES):
        told = terms.remind_renewals(now=timezone.now(), limit=BATCH)
        total += told
        if not told:
            break
    return total


@app.periodic(cron="5 * * * *")
@app.task(queueing_lock="licences:forget_intentions", lock="licences:forget_intentions")
def forget_intentions(timestamp: int) -> int:
    """Choices to renew that nobody followed."""
    return terms.forget_intentions(now=timezone.now())
