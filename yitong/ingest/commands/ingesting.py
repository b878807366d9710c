"""Bring a file of a source in: checked row by row, idempotent, taken up where it stopped."""

from __future__ import annotations

import hashlib
import json
import multiprocessing
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from django.db import connection, connections, transaction
from openpyxl import load_workbook

from yitong.audit.commands import record
from yitong.ingest.commands.storing import read_rows, store_piece
from yitong.ingest.models import Batch, Chunk, Source
from yitong.ingest.permissions import require_manage
from yitong.ingest.rules import pieces as cutting
from yitong.ingest.rules.pieces import NotReadable, Piece, header_of, pieces, rows_of
from yitong.kernel.reasons import N_, Conflict, Reason, Refused
from yitong.licences.commands.arriving import Target, target
from yitong.licences.rules.arrivals import Shape, reader
from yitong.parties.actors import Actor

FORMS = {".csv": "csv", ".jsonl": "jsonl", ".ndjson": "jsonl", ".xlsx": "xlsx"}
MOST_EXCEL = 1_048_576
Progress = Callable[[int, int], None]
"""Called with the bytes done and the bytes in all."""


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
) -> Batch:
    """Bring in the file at ``path``. The same file again takes up what is missing, or finds everything done.

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
    with _alone(source), _flat(path, form) as flat:
        header = _header(flat, form)
        batch = _begin(source, actor, name or path.name, form, path, now)
        if batch.state == Batch.State.FINISHED:
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
                _piece(job, piece)
                progress(piece.end, size)
            return
        # A connection cannot be shared by two processes: each opens its own.
        connections.close_all()
        with multiprocessing.get_context("fork").Pool(processes, _forked, (job,)) as pool:
            for end in pool.imap(_work, todo):
                progress(end, size)


_job: Job | None = None


def _forked(job: Job) -> None:
    global _job
    _job = job
    connections.close_all()


def _work(piece: Piece) -> int:
    assert _job is not None
    _piece(_job, piece)
    return piece.end


def _piece(job: Job, piece: Piece) -> None:
    with Path(job.path).open("rb") as file:
        file.seek(piece.start)
        block = file.read(piece.end - piece.start)
    rows = read_rows(rows_of(block, list(job.header) if job.header else None), piece.first_line, reader(job.shape))
    store_piece(job.batch_id, piece.number, rows, job.to, actor_ref=job.actor_ref, now=job.now)


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
def _alone(source: Source) -> Iterator[None]:
    """One batch of a source at a time, on a connection of its own: the lock falls with the process that holds it."""
    own = connection.copy()
    try:
        with own.cursor() as cursor:
            cursor.execute("SELECT pg_try_advisory_lock(hashtext('ingest:source'), %s)", [source.pk])
            if not cursor.fetchone()[0]:
                message = N_("A batch of %(code)s is being brought in right now. Wait until it is done.")
                raise Conflict(Reason("busy", message, field="source", params={"code": source.code}))
        yield
    finally:
        own.close()


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


def _begin(source: Source, actor: Actor, name: str, form: str, path: Path, now: datetime) -> Batch:
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    values = {
        "name": name[:200], "form": form, "size": path.stat().st_size, "piece": cutting.PIECE, "actor_ref": actor.ref,
        "started_at": now,
    }  # fmt: skip
    with transaction.atomic():
        batch, made = Batch.objects.get_or_create(source=source, digest=digest, defaults=values)
        if made:
            detail = {"batch": batch.pk, "form": form, "size": batch.size}
            record(
                actor_ref=actor.ref, tag="ingest:batch:started", subject=f"source:{source.code}", detail=detail, now=now
            )
        elif batch.state == Batch.State.FAILED:
            batch.state, batch.fault = Batch.State.RUNNING, ""
            batch.save(update_fields=["state", "fault"])
    return batch


def _end(batch: Batch, source: Source, state: str, now: datetime, actor: Actor, fault: str = "") -> None:
    with transaction.atomic():
        Batch.objects.filter(pk=batch.pk).update(state=state, finished_at=now, fault=fault[:300])
        if state == Batch.State.FINISHED:
            Source.objects.filter(pk=source.pk).update(last_arrival_at=now, stale_told_at=None)
        batch.refresh_from_db()
        detail = {"batch": batch.pk, "new": batch.new, "changed": batch.changed, "rejected": batch.rejected}
        tag = "ingest:batch:finished" if state == Batch.State.FINISHED else "ingest:batch:failed"
        record(actor_ref=actor.ref, tag=tag, subject=f"source:{source.code}", detail=detail, now=now)


def _silent(done: int, size: int) -> None:
    return None
