"""Store one piece of a batch: its rows, its rejected rows, its counts and its checkpoint in one transaction."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import F

from yitong.ingest.models import Batch, Chunk, RejectedRow
from yitong.kernel.reasons import N_, Reason
from yitong.licences import sealing
from yitong.licences.commands.arriving import Stored, Target, arrive, clashing
from yitong.licences.rules.arrivals import Arrival, Outcome, Row

NOT_READ = N_("The row cannot be read: %(why)s.")
TAKEN = N_("A licence from elsewhere has this already. Correct it, or discard the row.")


@dataclass(frozen=True, slots=True)
class Read:
    """One row of the file: its number, what stood there, and what came of it."""

    line: int
    raw: Row | str
    outcome: Outcome


def read_rows(found: Iterable[Row | str], first_line: int, read: Callable[[Row], Outcome]) -> list[Read]:
    """Every row read; one that is no row at all has its reason like the others."""
    return [
        Read(line, raw, [_unreadable(raw)] if isinstance(raw, str) else read(raw))
        for line, raw in enumerate(found, start=first_line)
    ]


def store_piece(batch_id: int, number: int, rows: list[Read], to: Target, *, actor_ref: str, now: datetime) -> Stored:
    """Store the rows of piece ``number``, once: a piece that is there already is left alone."""
    began = time.perf_counter()
    with transaction.atomic():
        if not _take(batch_id, number, now):
            return Stored(0, 0, 0)
        good = [row for row in rows if isinstance(row.outcome, Arrival)]
        stored, clashes = _arrive(good, to, actor_ref, now)
        bad = [(row, row.outcome) for row in rows if isinstance(row.outcome, list)] + clashes
        keep(batch_id, bad)
        Batch.objects.filter(pk=batch_id).update(
            new=F("new") + stored.new,
            changed=F("changed") + stored.changed,
            unchanged=F("unchanged") + stored.unchanged + len(good) - len(clashes) - _sum(stored),
            rejected=F("rejected") + len(bad),
            seconds=F("seconds") + time.perf_counter() - began,
        )
    return stored


def keep(batch_id: int, bad: list[tuple[Read, list[Reason]]]) -> None:
    """Put rows into quarantine with their reasons."""
    rows = []
    for row, reasons in bad:
        raw = row.raw if not isinstance(row.raw, str) else {"": row.raw}
        sealed, key = sealing.seal(_plain(raw))
        rows.append(
            RejectedRow(
                batch_id=batch_id,
                line=row.line,
                source_id=str(raw.get("source_id", ""))[:80].replace("\0", ""),
                code=reasons[0].code,
                reasons=[
                    {"code": one.code, "message": one.message, "field": one.field, "params": one.params}
                    for one in reasons
                ],
                sealed=sealed,
                sealed_key=key,
            )
        )
    RejectedRow.objects.bulk_create(rows, batch_size=1000)


def _take(batch_id: int, number: int, now: datetime) -> bool:
    try:
        with transaction.atomic():
            Chunk.objects.create(batch_id=batch_id, number=number, at=now)
    except IntegrityError:
        return False
    return True


def _arrive(
    rows: list[Read], to: Target, actor_ref: str, now: datetime
) -> tuple[Stored, list[tuple[Read, list[Reason]]]]:
    arrivals = [row.outcome for row in rows if isinstance(row.outcome, Arrival)]
    if not arrivals:
        return Stored(0, 0, 0), []
    try:
        with transaction.atomic():
            return arrive(arrivals, to, actor_ref=actor_ref, now=now), []
    except IntegrityError:
        taken = clashing(arrivals, to)
        if not taken:
            raise
    clashes = [(row, row.outcome.source_id) for row in rows if isinstance(row.outcome, Arrival)]
    left = [one for one in arrivals if one.source_id not in taken]
    stored = arrive(left, to, actor_ref=actor_ref, now=now) if left else Stored(0, 0, 0)
    return stored, [
        (row, [Reason("taken", TAKEN, field=taken[source_id])]) for row, source_id in clashes if source_id in taken
    ]


def _sum(stored: Stored) -> int:
    return stored.new + stored.changed + stored.unchanged


def _plain(raw: Row) -> dict[str, Any]:
    return {
        str(name): value if isinstance(value, (str, int, float, bool)) else str(value or "")
        for name, value in raw.items()
    }


def _unreadable(why: str) -> Reason:
    return Reason("unreadable", NOT_READ, params={"why": why[:200]})
