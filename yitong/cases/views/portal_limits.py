"""How often something may be asked: windows of YITONG_RATE_LIMITS counted in the shared cache, so that all processes agree."""

from __future__ import annotations

import hashlib
import hmac
from datetime import datetime

from django.conf import settings
from django.core.cache import cache
from django.db import connection, transaction


def within(name: str, who: str, now: datetime) -> bool:
    """Count one asking of ``name`` by ``who``; False once it is over the limit of this window.

    Only a keyed hash of ``who`` is stored.
    """
    most, seconds = settings.YITONG_RATE_LIMITS[name]
    mark = hmac.new(settings.SECRET_KEY.encode(), who.encode(), hashlib.sha256).hexdigest()
    key = f"limit:{name}:{mark}:{int(now.timestamp()) // seconds}"
    with transaction.atomic(), connection.cursor() as cursor:
        # The cache reads, then writes: two at once would count as one.
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [key])
        times = int(cache.get(key, 0)) + 1
        cache.set(key, times, timeout=seconds)
    return times <= most
