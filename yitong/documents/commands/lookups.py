"""Count how often somebody does what costs something: public verification (codes could be tried out), uploads, registers."""

from __future__ import annotations

import hashlib
import hmac
from datetime import datetime

from django.conf import settings
from django.db import connection

from yitong.documents.models import LookupCount

LIMITS = (
    "licence_verify", "upload", "upload_mb", "register_ask", "case_submit", "case_progress", "case_progress_number",
)  # fmt: skip
"""The limits counted here."""

_COUNT = """
INSERT INTO documents_lookupcount (address, "window", times) VALUES (%s, %s, %s)
ON CONFLICT (address, "window") DO UPDATE SET times = documents_lookupcount.times + excluded.times
RETURNING times
"""
_COUNT_AT_ONCE = f"{_COUNT.rstrip()}, set_config('synchronous_commit', 'off', true)"
"""The same where the count is a transaction by itself: a crash may forget the last counts, and nobody waits for the disk."""


def allowed(*, address: str, now: datetime, limit: str = "licence_verify", times: int = 1) -> bool:
    """Count ``times`` acts of ``address`` (or another name of who acts); False once they are over ``limit`` of this window.

    ``limit``: a name of ``YITONG_RATE_LIMITS``. Only a keyed hash of the address is kept, and only until ``forget``.
    """
    most, seconds = settings.YITONG_RATE_LIMITS[limit]
    begun = int(now.timestamp()) // seconds * seconds
    mark = hmac.new(settings.SECRET_KEY.encode(), f"{limit}:{address}".encode(), hashlib.sha256).hexdigest()
    with connection.cursor() as cursor:
        cursor.execute(_COUNT if connection.in_atomic_block else _COUNT_AT_ONCE, [mark, begun, times])
        return int(cursor.fetchone()[0]) <= int(most)


def forget(*, now: datetime) -> int:
    """Delete the counts of windows that are over; returns how many rows went."""
    longest = max(settings.YITONG_RATE_LIMITS[limit][1] for limit in LIMITS)
    deleted, _ = LookupCount.objects.filter(window__lt=int(now.timestamp()) - longest).delete()
    return deleted
