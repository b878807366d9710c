"""Answers kept for the time a connector states, and answers nobody understood: both encrypted at rest."""

from __future__ import annotations

import base64
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from yitong.exchange.models import CachedAnswer, Call, Connector, OddAnswer
from yitong.exchange.rules.answers import NoAnswer, Outcome
from yitong.exchange.rules.shapes import masked, shape
from yitong.licences import sealing

ABSENT_AT_MOST = timedelta(minutes=10)
"""Who is told that he is in no register goes and has himself entered: such an answer ages quickly."""
KEPT = timedelta(days=30)
"""How long an answer nobody understood can be opened for inspection."""
KEEPABLE = 64 * 1024

sealing.register(sealing.SealedTable("exchange_cachedanswer"))
sealing.register(sealing.SealedTable("exchange_oddanswer"))


@dataclass(frozen=True, slots=True)
class Kept:
    """An answer from before."""

    outcome: Outcome
    data: dict[str, Any]
    fetched_at: datetime


def kept_answer(connector: Connector, holder_key: bytes, now: datetime) -> Kept | None:
    """The answer of an earlier call while it is fresh; None otherwise."""
    if not connector.cache_seconds:
        return None
    row = CachedAnswer.objects.filter(connector=connector, holder_key=holder_key, expires_at__gt=now).first()
    # The time may have been shortened since the answer was kept.
    if row is None or row.fetched_at + timedelta(seconds=connector.cache_seconds) <= now:
        return None
    if row.sealed is None:
        return Kept(Outcome.ABSENT, {}, row.fetched_at)
    try:
        opened = sealing.unseal(row.sealed, row.sealed_key or 0)
    except sealing.CannotOpen:
        return None  # the source itself is still there to be asked
    # A row moved to another holder's place by hand would open: what was sealed says whose it is.
    if opened["of"] != _mark(connector, holder_key):
        return None
    return Kept(Outcome.FOUND, opened["data"], row.fetched_at)


def keep(connector: Connector, holder_key: bytes, outcome: Outcome, data: dict[str, Any], now: datetime) -> None:
    """Keep this answer for the connector's stated time, in place of an older one."""
    if not connector.cache_seconds:
        return
    life = timedelta(seconds=connector.cache_seconds)
    sealed, number = None, None
    if outcome is Outcome.FOUND:
        sealed, number = sealing.seal({"of": _mark(connector, holder_key), "data": data})
    CachedAnswer.objects.bulk_create(
        [
            CachedAnswer(
                connector=connector,
                holder_key=holder_key,
                sealed=sealed,
                sealed_key=number,
                fetched_at=now,
                expires_at=now + (life if sealed else min(life, ABSENT_AT_MOST)),
            )
        ],
        update_conflicts=True,
        unique_fields=["connector", "holder_key"],
        update_fields=["sealed", "sealed_key", "fetched_at", "expires_at"],
    )


def keep_odd(
    connector: Connector, call: Call, failure: NoAnswer, problems: list[dict[str, str]], now: datetime
) -> None:
    """Keep an answer nobody understood: its outline open, the whole of it encrypted."""
    sealed, number = sealing.seal({"body": base64.b64encode(failure.raw[:KEEPABLE]).decode("ascii")})
    OddAnswer.objects.create(
        call=call,
        connector=connector,
        at=now,
        code=failure.code,
        problems=[{"path": masked(each["path"]), "why": each["why"]} for each in problems],
        size=len(failure.raw),
        shape=shape(failure.raw),
        sealed=sealed,
        sealed_key=number,
        keep_until=now + KEPT,
    )


def drop(connector: Connector) -> int:
    """Delete every kept answer of a connector: what was fetched by other rules, or is in doubt, is not used on."""
    return CachedAnswer.objects.filter(connector=connector).delete()[0]


def forget(*, now: datetime, limit: int = 5000) -> int:
    """Delete answers whose time is over, and what can still be opened of odd ones after ``KEPT``; how many rows."""
    old = CachedAnswer.objects.filter(expires_at__lte=now).values("pk")[:limit]
    gone, _ = CachedAnswer.objects.filter(pk__in=list(old.values_list("pk", flat=True))).delete()
    odd = OddAnswer.objects.filter(sealed__isnull=False, keep_until__lte=now)
    return gone + odd.update(sealed=None, sealed_key=None)


def _mark(connector: Connector, holder_key: bytes) -> str:
    return f"{connector.code}:{bytes(holder_key).hex()}"
