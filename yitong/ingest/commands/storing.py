"""Store one piece of a batch: its rows, its rejected rows, its counts and its checkpoint in one transaction."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from django.db import IntegrityError, OperationalError, connection, transaction
from django.db.models import F, QuerySet
from psycopg.errors import DeadlockDetected

from yitong.audit.commands import record
from yitong.ingest.models import Batch, Chunk, RejectedRow
from yitong.ingest.rules.pieces import Broken, Line
from yitong.kernel.reasons import N_, Reason
from yitong.licences import sealing
from yitong.licences.commands.arriving import Stored, Target, arrive, clashing
from yitong.licences.rules.arrivals import Arrival, Outcome, Row

Later = Callable[[set[str], set[int]], set[str]]
"""Which of these numbers in the source stand in these pieces of the file."""
TRIES = 3
"""Of a piece that waits for another which waits for it: both have rows of one number."""
TAKEN = N_("A licence from elsewhere has this already. Correct it, or discard the row.")


class Read(NamedTuple):
    """One row of the file: its number, what stood there (a row, or the cells of a good line of CSV), and what came of it."""

    line: int
    raw: Any
    outcome: Outcome


def read_rows(
    found: Iterable[Line], first_line: int, read: Callable[[Any], Outcome], header: Sequence[str] = ()
) -> list[Read]:
    """Every row read; one that is no row at all has its reason like the others, and a blank line is none."""
    rows = []
    for line, raw in enumerate(found, start=first_line):
        if raw is None:
            continue
        if isinstance(raw, Broken):
            rows.append(Read(line, {"": raw.text}, [raw.reason]))
            continue
        outcome = read(raw)
        if isinstance(outcome, list):
            rows.append(Read(line, named(raw, header), outcome))
        else:
            rows.append(Read(line, raw, outcome))
    return rows


def named(raw: Line, header: Sequence[str]) -> Row:
    """What stood in a line, by column."""
    if isinstance(raw, list):
        return dict(zip(header, raw, strict=False))
    return {"": raw.text} if isinstance(raw, Broken) else raw or {}


@dataclass(frozen=True, slots=True)
class Place:
    """Where a piece belongs: the batch, its place in the file, where its rows go, and the columns of CSV.

    ``later`` reads pieces that another process stored before this one.
    """

    batch_id: int
    number: int
    to: Target
    later: Later
    header: Sequence[str] = ()

    def stored_after(self) -> set[int]:
        """Pieces further down in the file that are stored already."""
        after = Chunk.objects.filter(batch_id=self.batch_id, number__gt=self.number)
        return set(after.values_list("number", flat=True))

    def turn(self) -> Callable[[set[str]], set[str]]:
        """See ``arriving.Turn``. Lasts until the piece is stored."""
        Batch.objects.select_for_update(no_key=True).filter(pk=self.batch_id).order_by().values_list("pk").get()
        stored = self.stored_after()
        return lambda source_ids: self.later(source_ids, stored) if source_ids and stored else set()


def store_piece(at: Place, rows: list[Read], *, actor_ref: str, now: datetime, began: float) -> Stored:
    """Store the rows of a piece, once: a piece that is there already is left alone.

    ``began``: what ``time.perf_counter`` said when the piece was begun.
    """
    for _ in range(TRIES - 1):
        try:
            return _store(at, rows, actor_ref, now, began)
        except OperationalError as error:
            if not isinstance(error.__cause__, DeadlockDetected):
                raise
    return _store(at, rows, actor_ref, now, began)


@transaction.atomic
def _store(at: Place, rows: list[Read], actor_ref: str, now: datetime, began: float) -> Stored:
    _without_waiting()
    if not _take(at, now):
        return Stored(0, 0, 0)
    bad = [(row, row.outcome) for row in rows if isinstance(row.outcome, list)]
    good = [row for row in rows if not isinstance(row.outcome, list)] if bad else rows
    stored, clashes = _arrive(good, at, actor_ref, now)
    bad += [(row._replace(raw=named(row.raw, at.header)), reasons) for row, reasons in clashes]
    keep(at.batch_id, bad)
    # Locks the batch: of two pieces the second finds what the first has left.
    Batch.objects.filter(pk=at.batch_id).update(
        new=F("new") + stored.new,
        changed=F("changed") + stored.changed,
        unchanged=F("unchanged") + stored.unchanged + len(good) - len(clashes) - _sum(stored),
        rejected=F("rejected") + len(bad),
        seconds=F("seconds") + time.perf_counter() - began,
    )
    # Mostly nothing waits, and a list of thousands of numbers costs more than to find that out.
    if bad or _waiting(at.batch_id).exists():
        _overtake(at.batch_id, _last_lines(at, rows, bad), actor_ref, now)
    return stored


def _without_waiting() -> None:
    """Do not wait for the disk at this commit. A crash may undo the newest pieces, marks and rows together: they are brought again.

    The batch's own end waits, and with it everything before.
    """
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL synchronous_commit TO off")


def keep(batch_id: int, bad: list[tuple[Read, list[Reason]]]) -> None:
    """Put rows into quarantine with their reasons."""
    rows = []
    for row, reasons in bad:
        sealed, key = sealing.seal(_plain(row.raw))
        rows.append(
            RejectedRow(
                batch_id=batch_id,
                line=row.line,
                source_id=_source_id(row),
                code=reasons[0].code,
                reasons=[_kept(one) for one in reasons],
                sealed=sealed,
                sealed_key=key,
            )
        )
    RejectedRow.objects.bulk_create(rows, batch_size=1000)


def _last_lines(at: Place, rows: list[Read], bad: list[tuple[Read, list[Reason]]]) -> dict[str, int]:
    """The line in which each of the rows comes last; ``sys.maxsize`` in a piece that was stored before this one."""
    lines = {_source_id(row): row.line for row in rows}
    if bad and (stored := at.stored_after()):
        lines |= dict.fromkeys(at.later({_source_id(row) for row, _ in bad}, stored), sys.maxsize)
    lines.pop("", None)
    return lines


def _overtake(batch_id: int, lines: dict[str, int], actor_ref: str, now: datetime) -> None:
    """Discard what earlier batches, or earlier lines of this one, left waiting: mended now, it would put old data in place of new.

    A row somebody is discarding right now is left to him.
    """
    again = _waiting(batch_id).filter(source_id__in=lines).order_by().select_for_update(skip_locked=True, of=("self",))
    found = again.values_list("pk", "batch_id", "source_id", "line")
    old = [pk for pk, batch, source_id, line in found if batch != batch_id or line < lines[source_id]]
    if not old:
        return
    RejectedRow.objects.filter(pk__in=old).update(
        state=RejectedRow.State.DISCARDED,
        settled_at=now,
        settled_by_ref=actor_ref,
        settled_reason=f"批次 {batch_id} 又送来此行",
    )
    detail = {"rows": len(old), "later": batch_id}
    record(actor_ref=actor_ref, tag="ingest:row:discarded", subject=f"batch:{batch_id}", detail=detail, now=now)


def _waiting(batch_id: int) -> QuerySet[RejectedRow]:
    """What waits of the batch and of earlier ones of its source."""
    source = Batch.objects.filter(pk=batch_id).values("source")
    return RejectedRow.objects.filter(batch__source__in=source, batch_id__lte=batch_id, state=RejectedRow.State.WAITING)


def _source_id(row: Read) -> str:
    """The row's number in its source; empty when it cannot be told."""
    if isinstance(row.outcome, Arrival):
        return row.outcome.source_id
    return source_id_of(row.raw)


def source_id_of(raw: Row) -> str:
    """The same of what stands in a line."""
    value = raw.get("source_id")
    return "" if value is None else _clean(str(value)).strip()[:80]


def _take(at: Place, now: datetime) -> bool:
    try:
        with transaction.atomic():
            Chunk.objects.create(batch_id=at.batch_id, number=at.number, at=now)
    except IntegrityError:
        return False
    return True


def _arrive(
    rows: list[Read], at: Place, actor_ref: str, now: datetime
) -> tuple[Stored, list[tuple[Read, list[Reason]]]]:
    arrivals: list[Any] = [row.outcome for row in rows]
    if not arrivals:
        return Stored(0, 0, 0), []
    try:
        with transaction.atomic():
            return arrive(arrivals, at.to, actor_ref=actor_ref, now=now, turn=at.turn), []
    except IntegrityError:
        taken = clashing(arrivals, at.to)
        if not taken:
            raise
    clashes = [(row, one.source_id) for row, one in zip(rows, arrivals, strict=True)]
    left = [one for one in arrivals if one.source_id not in taken]
    stored = arrive(left, at.to, actor_ref=actor_ref, now=now, turn=at.turn) if left else Stored(0, 0, 0)
    return stored, [
        (row, [Reason("taken", TAKEN, field=taken[source_id])]) for row, source_id in clashes if source_id in taken
    ]


def _sum(stored: Stored) -> int:
    return stored.new + stored.changed + stored.unchanged


def _kept(one: Reason) -> dict[str, Any]:
    params = {name: _clean(value) if isinstance(value, str) else value for name, value in one.params.items()}
    return {"code": one.code, "message": one.message, "field": _clean(one.field), "params": params}


def _plain(raw: Row) -> dict[str, Any]:
    return {_clean(str(name)): _clean(str("" if value is None else value)) for name, value in raw.items()}


def _clean(text: str) -> str:
    """What the database takes of a text that may be anything."""
    return text.replace("\0", "").encode(errors="replace").decode()
