"""Count what one address asks of the public verification, so that codes and numbers cannot be tried out."""

from __future__ import annotations

import hashlib
import hmac
from datetime import datetime

from django.conf import settings
from django.db import connection

from yitong.documents.models import LookupCount

_COUNT = """
INSERT INTO documents_lookupcount (address, "window", times) VALUES (%s, %s, 1)
ON CONFLICT (address, "window") DO UPDATE SET times = documents_lookupcount.times + 1
RETURNING times
"""


def allowed(*, address: str, now: datetime) -> bool:
    """Count one question from ``address``; False once it is over the limit ``licence_verify`` of its window.

    Only a keyed hash of the address is kept, and only until ``forget``.
    """
    most, seconds = settings.YITONG_RATE_LIMITS["licence_verify"]
    window = int(now.timestamp()) // seconds
    mark = hmac.new(settings.SECRET_KEY.encode(), address.encode(), hashlib.sha256).hexdigest()
    with connection.cursor() as cursor:
        cursor.execute(_COUNT, [mark, window])
        return int(cursor.fetchone()[0]) <= int(most)


def forget(*, now: datetime) -> int:
    """Delete the counts of windows that are over; returns how many rows went."""
    _, seconds = settings.YITONG_RATE_LIMITS["licence_verify"]
    deleted, _ = LookupCount.objects.filter(window__lt=int(now.timestamp()) // seconds - 1).delete()
    return deleted
