"""Counts tries to log in, and refuses while somebody is locked out."""

from __future__ import annotations

from datetime import datetime

from django.db import connection
from django.utils import timezone

from yitong.kernel.reasons import N_, Reason
from yitong.parties.models import LoginAttempt
from yitong.parties.rules.login_limits import FAILURES_PER_ADDRESS, FAILURES_PER_SUBJECT, locked_until

SUBJECT_LENGTH = 60


def serialise(topic: str, key: str) -> None:
    """One at a time for this key until the transaction ends: two parallel tries must not both see four failures."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"parties:{topic}:{key}"])


def lock_refusal(provider: str, subject: str, address: str, now: datetime) -> Reason | None:
    """Why no try is taken from this subject or address now, with the time when it will be; None when one is."""
    tries = LoginAttempt.objects.filter(provider=provider).order_by("-at", "-id")
    recent = list(tries.filter(subject=subject[:SUBJECT_LENGTH]).values_list("succeeded", "at")[:FAILURES_PER_SUBJECT])
    last_success = next((index for index, (succeeded, _) in enumerate(recent) if succeeded), len(recent))
    own = [at for _, at in recent[:last_success]]
    # A success does not clear an address: an attacker would only need an account of his own.
    shared = list(tries.filter(address=address, succeeded=False).values_list("at", flat=True)[:FAILURES_PER_ADDRESS])
    ends = (locked_until(own, FAILURES_PER_SUBJECT), locked_until(shared, FAILURES_PER_ADDRESS))
    until = max((end for end in ends if end is not None and end > now), default=None)
    if until is None:
        return None
    return Reason(
        "locked_out",
        N_("Too many wrong tries. Log-in is locked until %(time)s; try again then."),
        params={"time": f"{timezone.localtime(until):%H:%M}", "until": until.isoformat()},
    )


def note(provider: str, subject: str, address: str, *, succeeded: bool, now: datetime) -> None:
    """Keep one try."""
    LoginAttempt.objects.create(
        provider=provider, subject=subject[:SUBJECT_LENGTH], address=address, succeeded=succeeded, at=now
    )
