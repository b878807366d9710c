"""Bring a file of a source in: checked row by row, idempotent, taken up where it stopped."""

from __future__ import annotations

import gc
import hashlib
import json
import multiprocessing
import os
import signal
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial
from pathlib import Path
from threading import Thread
from typing import Any, BinaryIO

from django.db import connections, transaction

from yitong.audit.commands import record
from yitong.ingest.commands.sources import alone
from yitong.ingest.commands.storing import Place, named, read_rows, source_id_of, store_piece
from yitong.ingest.models import Batch, Chunk, Source
from yitong.ingest.permissions import require_manage
from yitong.ingest.rules.pieces import Line, NotReadable, Piece, header_of, piece_for, pieces, rows_of
from yitong.kernel.reasons import N_, Reason, Refused
from yitong.licences.commands.arriving import Target, target
from yitong.licences.rules.arrivals import Shape, cells_reader, reader
from yitong.parties.actors import Actor

FORMS = {".csv": "csv", ".jsonl": "jsonl", ".ndjson": "jsonl", ".xlsx": "xlsx"}
MOST_EXCEL = 1_048_576
OVERTAKEN = N_("It was interrupted, and another batch came after it.")
Progress = Callable[[int, int, int], None]
"""Called after a piece with the bytes done, the bytes in all and the rows of the piece."""


@dataclass(frozen=True, slots=True)
class Job:
    """What a process that stores pieces needs to know."""

    batch_id: int
    path: str
    header: tuple[str, ...] | None
    to: Target
    shape: Shape
    piece: int
    actor_ref: str
    now: datetime


def ingest_file(
    *,
    actor: Actor,
    source_code: str,
    path: Path,
    now: datetime,
    name: str = "",
    form: str = "",
    processes: int = 1,
    progress: Progress | None = None,
    anew: bool = False,
) -> Batch:
    """Bring in the file at ``path``. The source's last file again takes up what is missing, or finds everything done; any other is
    read, also one that was there before. ``anew``: the last one, too, though it is finished.

    Wrong rows go to quarantine. Raises NotAllowed; Refused for an unknown source, an unreadable file; Conflict while another
    batch of the source is running.
    """
    require_manage(actor)
    source = _source(source_code)
    form = form or FORMS.get(path.suffix.lower(), "")
    if not form:
        message = N_("This is no file of licences. Bring CSV (UTF-8), JSON Lines or Excel (.csv, .jsonl, .xlsx).")
        raise Refused(Reason("unknown_form", message, field="file"))
    to, shape = _target(source)
    with alone(source), _flat(path, form) as flat:
        header = _header(flat, form)
        batch = _begin(source, actor, name or path.name, form, path, processes, anew, now)
        if batch.state == Batch.State.FINISHED:
            _heard(source, now)
            return batch
        job = Job(batch.pk, str(flat), header[0], to, shape, batch.piece, actor.ref, now)
        try:
            _all(job, header[1], max(1, processes), progress or _silent)
        except NotReadable as error:
            _end(batch, source, Batch.State.FAILED, now, actor, str(error.reason))
            raise Refused(error.reason) from None
        _end(batch, source, Batch.State.FINISHED, now, actor)
    batch.refresh_from_db()
    return batch


def _all(job: Job, start: int, processes: int, progress: Progress) -> None:
    done = set(Chunk.objects.filter(batch_id=job.batch_id).values_list("number", flat=True))
    size = Path(job.path).stat().st_size
    with Path(job.path).open("rb") as file:
        todo = (piece for piece in pieces(file, start, job.header is not None, job.piece) if piece.number not in done)
        if processes == 1:
            for piece in todo:
                progress(piece.end, size, _piece(job, piece))
            return
        # A connection cannot be shared by two processes: each opens its own.
        connections.close_all()
        with multiprocessing.get_context("fork").Pool(processes, _forked, (job,)) as pool:
            for end, rows in pool.imap(_work, todo):
                progress(end, size, rows)


_job: Job | None = None


def _forked(job: Job) -> None:
    global _job
    _job = job
    connections.close_all()
    # Rows come and go by the thousand and none refers to itself: the collector would look at them for nothing.
    gc.freeze()
    gc.set_threshold(100_000)
    # Ctrl-C reaches the whole group; the parent ends its children.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    """A killed parent cannot end its children; what they hold of its connection would keep the source locked."""
    parent = multiprocessing.parent_process()
    assert parent is not None
    parent.join()
    os._exit(1)


def _work(piece: Piece) -> tuple[int, int]:
    assert _job is not None
    return piece.end, _piece(_job, piece)


def _piece(job: Job, piece: Piece) -> int:
    began = time.perf_counter()
    with Path(job.path).open("rb") as file:
        read = cells_reader(job.shape, job.header) if job.header else reader(job.shape)
        rows = read_rows(_rows(job, piece, file), piece.first_line, read, job.header or ())
    place = Place(job.batch_id, piece.number, job.to, partial(_later, job, piece), job.header or ())
    store_piece(place, rows, actor_ref=job.actor_ref, now=job.now, began=began)
    return len(rows)


def _rows(job: Job, piece: Piece, file: BinaryIO) -> Iterator[Line]:
    file.seek(piece.start)
    return rows_of(file.read(piece.end - piece.start), len(job.header or ()))


def _later(job: Job, piece: Piece, source_ids: set[str], numbers: set[int]) -> set[str]:
    """See ``storing.Later``. Those pieces are few and near: no more than there are processes."""
    found: set[str] = set()
    with Path(job.path).open("rb") as cut, Path(job.path).open("rb") as file:
        for each in pieces(cut, piece.end, job.header is not None, job.piece):
            if piece.number + 1 + each.number in numbers:
                found |= {source_id_of(named(row, job.header or ())) for row in _rows(job, each, file)} & source_ids
            if piece.number + 1 + each.number >= max(numbers):
                break
    return found


def _source(code: str) -> Source:
    source = Source.objects.filter(code=code).first()
    if source is None or not source.active:
        message = N_("There is no source %(code)s in service. Enter it in the console first.")
        raise Refused(Reason("unknown_source", message, field="source", params={"code": code[:40]}))
    return source


def _target(source: Source) -> tuple[Target, Shape]:
    try:
        return target(type_code=source.type_code, source_code=source.code, region_id=source.region_id)
    except LookupError:
        message = N_("The source's licence type %(code)s is not there. Correct the source.")
        raise Refused(Reason("unknown_type", message, field="source", params={"code": source.type_code})) from None


def _header(flat: Path, form: str) -> tuple[tuple[str, ...] | None, int]:
    if form != "csv":
        return None, 0
    try:
        with flat.open("rb") as file:
            names, start = header_of(file)
    except NotReadable as error:
        raise Refused(error.reason) from None
    return tuple(names), start


@contextmanager
def _flat(path: Path, form: str) -> Iterator[Path]:
    """The file as lines that can be cut: Excel is written out first."""
    if form != "xlsx":
        yield path
        return
    with tempfile.TemporaryDirectory() as folder:
        flat = Path(folder) / "rows.jsonl"
        try:
            with flat.open("w", encoding="utf-8") as out:
                for row in _sheet(path):
                    out.write(json.dumps(row, ensure_ascii=False) + "\n")
        except NotReadable as error:
            raise Refused(error.reason) from None
        yield flat


def _sheet(path: Path) -> Iterator[dict[str, Any]]:
    from openpyxl import load_workbook  # 27 MB, for the few who bring Excel

    try:
        book = load_workbook(path, read_only=True, data_only=True)
    except Exception as error:  # openpyxl raises what its parsers raise
        raise NotReadable(N_("The Excel file cannot be opened. Save it again as .xlsx.")) from error
    rows = book.worksheets[0].iter_rows(values_only=True, max_row=MOST_EXCEL)
    names = [str(cell or "").strip() for cell in next(rows, ())]
    if not any(names):
        raise NotReadable(N_("The first line has no column names. Put them there."))
    for cells in rows:
        if any(cell not in (None, "") for cell in cells):
            yield {
                name: cell.isoformat()[:10] if isinstance(cell, date) else ("" if cell is None else str(cell))
                for name, cell in zip(names, cells, strict=False)
                if name
            }


def _begin(
    source: Source, actor: Actor, name: str, form: str, path: Path, processes: int, anew: bool, now: datetime
) -> Batch:
    """The batch of this file: the newest of the source when it is of the same content, else one of its own."""
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    size = path.stat().st_size
    newest = Batch.objects.filter(source=source).order_by("-pk").first()
    if newest is not None and newest.digest == digest and not (anew and newest.state == Batch.State.FINISHED):
        if newest.state == Batch.State.FAILED:
            newest.state, newest.fault = Batch.State.RUNNING, ""
            newest.save(update_fields=["state", "fault"])
        return newest
    with transaction.atomic():
        # The source's lock is ours: whoever ran these is dead, and what they have not brought comes too late now.
        Batch.objects.filter(source=source, state=Batch.State.RUNNING).update(
            state=Batch.State.FAILED, finished_at=now, fault=OVERTAKEN
        )
        batch = Batch.objects.create(
            source=source, digest=digest, name=name[:200], form=form, size=size, piece=piece_for(size, processes),
            actor_ref=actor.ref, started_at=now,
        )  # fmt: skip
        detail = {"batch": batch.pk, "form": form, "size": batch.size}
        record(actor_ref=actor.ref, tag="ingest:batch:started", subject=f"source:{source.code}", detail=detail, now=now)
    return batch


def _end(batch: Batch, source: Source, state: str, now: datetime, actor: Actor, fault: str = "") -> None:
    with transaction.atomic():
        Batch.objects.filter(pk=batch.pk).update(state=state, finished_at=now, fault=fault[:300])
        if state == Batch.State.FINISHED:
            _heard(source, now)
        batch.refresh_from_db()
        detail = {"batch": batch.pk, "new": batch.new, "changed": batch.changed, "rejected": batch.rejected}
        tag = "ingest:batch:finished" if state == Batch.State.FINISHED else "ingest:batch:failed"
        record(actor_ref=actor.ref, tag=tag, subject=f"source:{source.code}", detail=detail, now=now)


def _heard(source: Source, now: datetime) -> None:
    """The source is alive, whether it had news or not; its next silence is told of again."""
    Source.objects.filter(pk=source.pk).update(last_arrival_at=now, stale_told_at=None)


def _silent(done: int, size: int, rows: int) -> None:
    return None
