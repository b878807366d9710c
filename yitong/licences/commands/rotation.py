"""Change the data key: every sealed field is opened with the key it lies under and sealed with the newest.

Batch by batch, each in its own short transaction, in the order of ids: interrupted anywhere, the next run goes on, because a row
says which key it lies under. Rows written meanwhile are sealed with the new key by every process, which reads the ring afresh.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise

from django.db import connection, transaction
from psycopg import sql

from yitong.audit.commands import record
from yitong.licences import keyring, sealing
from yitong.licences.models import KeyMark
from yitong.licences.sealing import SealedTable

BATCH = 2_000
SETTLED = timedelta(hours=1)
"""Who seals with a key he read stores the row in a transaction begun within this time."""
Progress = Callable[[str, int, int], None]
"""Called with the table, the last id done and the highest id."""


@dataclass(frozen=True, slots=True)
class Rotated:
    """``key`` seals now; ``rows`` were re-encrypted in this run; ``dropped`` keys were taken out of the file's ring.

    ``kept``: superseded keys that were to be dropped and may still be needed; a later run drops them.
    """

    key: int
    rows: int
    made_key: bool
    dropped: tuple[int, ...]
    kept: tuple[int, ...] = ()


def rotate(*, now: datetime, batch: int = BATCH, drop: bool = False, progress: Progress | None = None) -> Rotated:
    """Finish a rotation that was begun, or begin one with a new key. ``drop``: forget the keys nothing lies under any more;
    no new key is made while the file's ring has such.

    A key must stay while backups sealed with it are kept, so that dropping is asked for; and while somebody may be about to
    commit a row under it, so that keys superseded lately stay. Raises keyring.BadKey when the environment holds the ring and
    nothing waits for its first key; LookupError when a table would be forgotten.
    """
    forgotten = unknown_tables()
    if forgotten:
        raise LookupError(f"These tables hold sealed fields and are not registered with sealing.register: {forgotten}.")
    superseded = len(keyring.ring().keys) > 1 and not keyring.from_environment()
    begun = remaining() > 0 or (drop and superseded)
    if not begun:
        keyring.add_key()
    ring = keyring.ring()
    key, since = ring.current, _marks(ring, now)
    rows = sum(_table(each, key, batch, progress or _silent) for each in sealing.tables())
    gone = tuple(keyring.drop_keys(_needed(ring, since, now))) if drop else ()
    if rows or not begun or gone:
        with transaction.atomic():
            record(
                actor_ref="system:keys",
                tag="licences:key:rotated",
                subject=f"data-key:{key}",
                detail={"rows": rows, "made": not begun, "dropped": list(gone)},
                now=now,
            )
    kept = tuple(number for number in ring.keys if number not in (key, *gone)) if drop else ()
    return Rotated(key, rows, not begun, gone, kept)


def unknown_tables() -> list[str]:
    """Tables with sealed fields that nobody registered: dropping a key would lose what they hold."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT table_name FROM information_schema.columns WHERE table_schema = 'public'"
            " AND column_name IN ('sealed', 'sealed_key') GROUP BY table_name HAVING count(*) = 2"
        )
        found = {str(row[0]) for row in cursor.fetchall()}
    return sorted(found - {each.table for each in sealing.tables()})


def remaining() -> int:
    """How many sealed rows do not lie under the current key."""
    current = keyring.ring().current
    return sum(count for number, count in counts().items() if number != current)


def in_use() -> set[int]:
    """The keys rows lie under."""
    return set(counts())


def counts() -> dict[int, int]:
    """Sealed rows by the key they lie under, over every table."""
    found: dict[int, int] = {}
    with connection.cursor() as cursor:
        for each in sealing.tables():
            statement = "SELECT sealed_key, count(*) FROM {} WHERE sealed IS NOT NULL GROUP BY sealed_key"
            cursor.execute(sql.SQL(statement).format(sql.Identifier(each.table)))
            for number, count in cursor.fetchall():
                found[number] = found.get(number, 0) + count
    return found


def _marks(ring: keyring.Ring, now: datetime) -> dict[int, datetime]:
    """Since when each key of the ring is known to seal; a key nobody marked (the ring is older) is marked now."""
    found = {}
    for number, key in ring.keys.items():
        fingerprint = keyring.fingerprint(key)
        mark, _ = KeyMark.objects.get_or_create(
            name=f"data:{fingerprint[:15]}", defaults={"fingerprint": fingerprint, "made_at": now}
        )
        found[number] = mark.made_at
    return found


def _needed(ring: keyring.Ring, since: dict[int, datetime], now: datetime) -> set[int]:
    """Keys rows lie under, or may yet: superseded less than ``SETTLED`` before the oldest transaction still open began.

    Transactions are looked at before rows: one that ends in between has shown its rows by then.
    """
    horizon = min(now, _oldest_transaction() or now) - SETTLED
    unsettled = {old for newer, old in pairwise(ring.keys) if since[newer] > horizon}
    return unsettled | in_use()


def _oldest_transaction() -> datetime | None:
    """When the oldest transaction of this database still open began, our own aside."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT min(xact_start) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
            " AND backend_type = 'client backend'"
        )
        found: datetime | None = cursor.fetchone()[0]
    return found


def _table(table: SealedTable, key: int, batch: int, progress: Progress) -> int:
    highest = _highest(table)
    last = done = 0
    while True:
        count, last = _batch(table, key, last, batch)
        if not count:
            break
        done += count
        progress(table.table, last, highest)
    progress(table.table, highest, highest)
    return done


@transaction.atomic
def _batch(table: SealedTable, key: int, after: int, batch: int) -> tuple[int, int]:
    bound = sql.Identifier(table.bound) if table.bound else sql.Literal("")
    name = sql.Identifier(table.table)
    read = sql.SQL(
        "SELECT id, sealed, sealed_key, {} FROM {} WHERE id > %s AND sealed IS NOT NULL AND sealed_key <> %s"
        " ORDER BY id LIMIT %s FOR UPDATE"
    ).format(bound, name)
    write = sql.SQL("UPDATE {} SET sealed = %s, sealed_key = %s WHERE id = %s").format(name)
    with connection.cursor() as cursor:
        cursor.execute(read, [after, key, batch])
        rows = cursor.fetchall()
        if not rows:
            return 0, after
        cursor.executemany(write, [_again(*row) for row in rows])
    return len(rows), rows[-1][0]


def _again(row_id: int, sealed: bytes, number: int, bound: str) -> tuple[bytes, int, int]:
    fresh, key = sealing.seal(sealing.unseal(sealed, number, bound), bound)
    return fresh, key, row_id


def _highest(table: SealedTable) -> int:
    with connection.cursor() as cursor:
        cursor.execute(sql.SQL("SELECT coalesce(max(id), 0) FROM {}").format(sql.Identifier(table.table)))
        return int(cursor.fetchone()[0])


def _silent(table: str, last: int, highest: int) -> None:
    pass
