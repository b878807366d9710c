"""How many scans one officer may send, so that nobody tries codes out."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.db import connection

from yitong.parties.actors import Actor


def over_limit(*, actor: Actor, now: datetime) -> bool:
    """Count one scan of this officer; True once he scans more than YITONG_RATE_LIMITS['code_scan'] allows."""
    most, seconds = settings.YITONG_RATE_LIMITS["code_scan"]
    with connection.cursor() as cursor:
        cursor.execute(
            'INSERT INTO consents_scancount (actor_ref, "window", times) VALUES (%s, %s, 1) ON CONFLICT (actor_ref, "window") '
            "DO UPDATE SET times = consents_scancount.times + 1 RETURNING times",
            [actor.ref, int(now.timestamp()) // seconds],
        )
        return int(cursor.fetchone()[0]) > int(most)


def forget_counts(now: datetime) -> None:
    _, seconds = settings.YITONG_RATE_LIMITS["code_scan"]
    with connection.cursor() as cursor:
        cursor.execute('DELETE FROM consents_scancount WHERE "window" < %s', [int(now.timestamp()) // seconds - 1])
