"""Count requests by minute and by day, in one statement, for every process alike."""

from __future__ import annotations

from datetime import datetime

from django.db import connection
from django.db.models import Q

from yitong.exchange.models import ApiClient, RequestCount
from yitong.exchange.rules import quota

_COUNT = """
INSERT INTO exchange_requestcount (subject, kind, "window", times) VALUES (%s, %s, %s, 1), (%s, %s, %s, 1)
ON CONFLICT (subject, kind, "window") DO UPDATE SET times = exchange_requestcount.times + 1
RETURNING kind, times
"""
_COUNT_AT_ONCE = f"{_COUNT.rstrip()}, set_config('synchronous_commit', 'off', true)"
"""The same where the count is a transaction by itself: a crash may forget the last counts, and nobody waits for the disk."""


def count(subject: str, now: datetime) -> dict[str, int]:
    """Count one request of ``subject``; how many there were in this minute and on this day, this one included."""
    minute, day = quota.minute_of(now), quota.day_of(now)
    statement = _COUNT if connection.in_atomic_block else _COUNT_AT_ONCE
    with connection.cursor() as cursor:
        # Always in the same order: two requests that count at once must not wait for each other crosswise.
        cursor.execute(statement, [subject, day.kind, day.number, subject, minute.kind, minute.number])
        return {str(kind): int(times) for kind, times, *_ in cursor.fetchall()}


def count_client(client: ApiClient, now: datetime) -> quota.Usage:
    """Count one request of ``client`` against its quota. A refused request counts too: otherwise refusals were free."""
    times = count(f"client:{client.pk}", now)
    return quota.Usage(times[quota.MINUTE], client.per_minute, times[quota.DAY], client.per_day)


def forget(*, now: datetime) -> int:
    """Delete counts of past minutes, and of days before the last thirty (the page of clients shows them)."""
    old = Q(kind=quota.MINUTE, window__lt=quota.minute_of(now).number - 2)
    old |= Q(kind=quota.DAY, window__lt=quota.day_of(now).number - 30)
    return RequestCount.objects.filter(old).delete()[0]
