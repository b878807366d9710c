"""Give waiting entries their place in the Merkle tree and sign the new size."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import connection, transaction

from yitong.audit.commands.keys import key_in_use, private_key
from yitong.audit.models import Checkpoint, Entry
from yitong.audit.queries.tree import get_node
from yitong.audit.rules.checkpoint import signed_bytes_at
from yitong.kernel import merkle

BATCH = 1000
# Any number that no other advisory lock of the database uses; see docs/locking.md.
LOCK = 0x59_54_41_55

_PLACE = """
UPDATE audit_entry SET index = place.index, leaf_hash = place.hash
FROM unnest(%s::bigint[], %s::bigint[], %s::bytea[]) AS place (id, index, hash)
WHERE audit_entry.id = place.id
"""
_NODES = "INSERT INTO audit_node (level, index, hash) SELECT * FROM unnest(%s::smallint[], %s::bigint[], %s::bytea[])"


def sequence(*, now: datetime, batch: int = BATCH) -> int:
    """Sequence up to ``batch`` waiting entries and sign one checkpoint; returns how many, 0 also while another does.

    One transaction: a sequencer killed at any point leaves the log as it was. Raises KeyUnreadable when the signing key
    cannot be opened; entries then wait.
    """
    with transaction.atomic():
        if not _alone():
            return 0
        # Waiting means "has no index", never "id above the last one": an id is taken before its transaction commits, so
        # a smaller id can appear after a larger one was sequenced.
        entries = list(Entry.objects.filter(index__isnull=True).order_by("id")[:batch])
        if entries:
            _append(entries, now)
        return len(entries)


def sequence_all(*, now: datetime, batch: int = BATCH) -> int:
    """Sequence until nothing waits, a checkpoint for each batch; returns how many entries."""
    total = 0
    while done := sequence(now=now, batch=batch):
        total += done
        if done < batch:
            break
    return total


def _alone() -> bool:
    """Take the sequencer's lock until the end of the transaction, without waiting for it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [LOCK])
        row = cursor.fetchone()
    return bool(row and row[0])


def _append(entries: Sequence[Entry], now: datetime) -> None:
    last = Checkpoint.objects.order_by("-size").values_list("size", flat=True).first() or 0
    leaves = [merkle.leaf_hash(entry.leaf()) for entry in entries]
    nodes = merkle.append_batch(last, leaves, get_node)
    places = range(last, last + len(entries))
    with connection.cursor() as cursor:
        cursor.execute(_PLACE, [[entry.pk for entry in entries], list(places), leaves])
        cursor.execute(_NODES, [list(column) for column in zip(*nodes, strict=True)])
    _sign(last + len(entries), {(level, index): value for level, index, value in nodes}, now)


def _sign(size: int, fresh: dict[tuple[int, int], bytes], now: datetime) -> None:
    def node(level: int, index: int) -> bytes:
        return fresh.get((level, index)) or get_node(level, index)

    key = key_in_use(now=now)
    root = merkle.root_from_nodes(size, node)
    signature = private_key(key).sign(signed_bytes_at(size, root, now))
    Checkpoint.objects.create(size=size, root=root, signed_at=now, signature=signature, key=key)
