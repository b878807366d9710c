"""Makes the measured database, and takes up an interrupted making where it stopped.

The table ``bench_progress`` says what is there: the fingerprint of the schema and of the generator, the instant the city
was made for, the last case copied, the indexes put aside while copying. Another generator, a changed migration, another size
or another week means a new database: due dates are relative to the day of making. Migrations added since are just run.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from functools import cache
from itertools import chain
from pathlib import Path
from random import Random
from typing import Any

import psycopg
from django.conf import settings
from django.core.management import call_command
from django.db import connection, transaction
from rich.progress import BarColumn, Progress, TaskID, TextColumn, TimeRemainingColumn

from benchmarks import million_city
from benchmarks.million_cases import COLUMNS, Writer, read_city
from benchmarks.million_city import Size
from yitong.kernel.calendar import load_calendar

CHUNK = 10_000
STALE = timedelta(days=7)
HERE = Path(__file__).parent
GENERATOR = ("million_city.py", "million_cases.py", "million_data.py", "million_rows.sql")
CONTEXTS = ("parties", "catalog", "documents", "cases")
"""Whose tables the generator fills: a change of theirs makes a new database."""
ROW_TABLES = (
    "cases_caseevent",
    "cases_casematerial",
    "cases_casestep",
    "cases_opinion",
    "cases_specialprocedure",
    "cases_correctionnotice",
    "cases_decision",
    "cases_delivery",
    "documents_document",
)
"""What `million_rows.sql` fills, beside the cases themselves."""


def ensure(size: Size, now: datetime) -> datetime:
    """The database holds the city of ``size`` when this returns; the result is the instant it was made for."""
    if not _usable(size, now):
        _empty_database()
        call_command("migrate", verbosity=0)
        _seed()
        _remember("size", [size.cases, size.items, size.people])
        _remember("made_by", fingerprint())
        _remember("made_for", now.isoformat())
    elif _recall("made_by") != fingerprint():
        # Migrations were added, none changed: the rows move forward with them, as a city's do.
        call_command("migrate", verbosity=0)
        _remember("made_by", fingerprint())
    made_for = datetime.fromisoformat(_recall("made_for"))
    with _bars() as bars:
        _city(size, made_for, bars)
        _cases(size, made_for, bars)
        _indexes(bars)
    return made_for


@cache
def fingerprint() -> dict[str, str]:
    """Digest of every file the rows were made by: migrations of their tables, and the generator."""
    migrations = (sorted(settings.BASE_DIR.glob(f"yitong/{name}/migrations/*.py")) for name in CONTEXTS)
    files = [*chain.from_iterable(migrations), *(HERE / name for name in GENERATOR)]
    return {
        str(file.relative_to(settings.BASE_DIR)): hashlib.sha256(file.read_bytes()).hexdigest()[:16] for file in files
    }


def _usable(size: Size, now: datetime) -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT to_regclass('bench_progress') IS NOT NULL")
        if not cursor.fetchone()[0]:
            return False
    made_by = _recall("made_by") or {}
    same = (
        bool(made_by)
        and made_by.items() <= fingerprint().items()
        and _recall("size") == [size.cases, size.items, size.people]
    )
    return same and now - datetime.fromisoformat(_recall("made_for")) < STALE


def _empty_database() -> None:
    """Drop and create the database itself: quicker than emptying its tables, and it leaves nothing behind."""
    name = str(settings.DATABASES["default"]["NAME"])
    if "bench" not in name:
        raise RuntimeError(f"refusing to empty {name}: a benchmark's database has 'bench' in its name")
    parameters = {
        key: value
        for key, value in connection.get_connection_params().items()
        if key in ("host", "port", "user", "password")
    }
    connection.close()
    with psycopg.connect(dbname="postgres", autocommit=True, **parameters) as server:
        server.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        server.execute(f"CREATE DATABASE \"{name}\" TEMPLATE template0 ENCODING 'UTF8'")
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE bench_progress (name text PRIMARY KEY, value text NOT NULL)")


def _seed() -> None:
    from yitong.documents.tasks import seed_templates

    seed_templates()


def _recall(name: str) -> Any:
    with connection.cursor() as cursor:
        cursor.execute("SELECT value FROM bench_progress WHERE name = %s", [name])
        row = cursor.fetchone()
    return json.loads(row[0]) if row else None


def _remember(name: str, value: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO bench_progress VALUES (%s, %s) ON CONFLICT (name) DO UPDATE SET value = excluded.value",
            [name, json.dumps(value)],
        )


@contextmanager
def _bars() -> Iterator[Progress]:
    columns = (TextColumn("{task.description:<10}"), BarColumn(), TextColumn("{task.completed:,.0f}/{task.total:,.0f}"))
    with Progress(*columns, TimeRemainingColumn()) as bars:
        yield bars


def _city(size: Size, now: datetime, bars: Progress) -> None:
    if _recall("city"):
        return
    tasks: dict[str, TaskID] = {}

    def progress(what: str, done: int, of: int) -> None:
        if what not in tasks:
            tasks[what] = bars.add_task(what, total=of)
        bars.update(tasks[what], completed=done)

    million_city.build(size, now, progress)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
    _remember("city", True)


def _cases(size: Size, now: datetime, bars: Progress) -> None:
    done = _recall("cases") or 0
    if done >= size.cases:
        return
    _put_indexes_aside()
    writer, task = Writer(read_city(), size, now), bars.add_task("cases", total=size.cases, completed=done)
    while done < size.cases:
        last = min(done + CHUNK, size.cases)
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET LOCAL synchronous_commit = off")
            # The rows refer to what was just written: looking every reference up again would double the time.
            cursor.execute("SET LOCAL session_replication_role = replica")
            _chunk(writer, cursor, done + 1, last)
            _remember("cases", last)
        done = last
        bars.update(task, completed=done)


def _chunk(writer: Writer, cursor: Any, first: int, last: int) -> None:
    random = Random(first)
    columns = ", ".join(f'"{name}"' for name in COLUMNS)
    with cursor.copy(f"COPY cases_case ({columns}) FROM STDIN") as copy:
        for number in range(first, last + 1):
            copy.write_row(writer.row(number, random))
    values = {"first": first, "last": last, "calendar": load_calendar().version}
    for statement in (HERE / "million_rows.sql").read_text(encoding="utf-8").split(";\n"):
        if "INSERT" in statement:
            cursor.execute(statement, values)


def _put_indexes_aside() -> None:
    """Drop the indexes of the cases that no constraint needs, and keep their definitions."""
    kept: dict[str, str] = _recall("indexes") or {}
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "SELECT i.indexname, i.indexdef FROM pg_indexes i WHERE i.tablename = 'cases_case' AND i.indexdef NOT LIKE "
            "'CREATE UNIQUE%' AND NOT EXISTS (SELECT 1 FROM pg_constraint k WHERE k.conname = i.indexname)"
        )
        for name, definition in cursor.fetchall():
            kept[name] = definition
            cursor.execute(f'DROP INDEX "{name}"')
        _remember("indexes", kept)


def _indexes(bars: Progress) -> None:
    """Make again what was put aside, one at a time, and gather statistics once all are there."""
    waiting: dict[str, str] = _recall("indexes") or {}
    if not waiting and _recall("ready"):
        return
    task = bars.add_task("indexes", total=len(waiting))
    with connection.cursor() as cursor:
        cursor.execute("SET maintenance_work_mem = '512MB'")
        for name in sorted(waiting):
            with transaction.atomic():
                cursor.execute(waiting.pop(name).replace("CREATE INDEX", "CREATE INDEX IF NOT EXISTS", 1))
                _remember("indexes", waiting)
            bars.advance(task)
        for table in ("cases_case", *ROW_TABLES):
            cursor.execute(f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), max(id)) FROM {table}")
        cursor.execute("VACUUM ANALYZE")
    _remember("ready", True)
