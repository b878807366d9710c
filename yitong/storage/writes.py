"""Write rows with as few round trips as the act allows: a round trip costs both sides more than the row does."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from typing import Any, NamedTuple, cast

from django.db import connection
from django.db.backends.utils import CursorWrapper

from yitong.storage.prepared import PreparedCursor

Row = dict[str, Any]
Read = Callable[[list[Row]], None]


class Write(NamedTuple):
    """One INSERT or UPDATE, its values, and who wants the rows it returns."""

    sql: str
    params: Sequence[Any]
    read: Read | None


_waiting: ContextVar[list[Write] | None] = ContextVar("writes waiting to be sent together", default=None)


def prepared_cursor() -> CursorWrapper:
    """A cursor for statements whose text never changes: the server parses and plans each once a connection."""
    connection.ensure_connection()
    # Like those Django makes: errors become its own, and statements can be counted.
    cursor = cast(CursorWrapper, PreparedCursor(connection.connection))
    return connection.make_debug_cursor(cursor) if connection.queries_logged else connection.make_cursor(cursor)


def write(sql: str, params: Sequence[Any], read: Read | None = None) -> None:
    """Send an INSERT or UPDATE (placeholders ``%s``). ``read`` gets the rows it returns: now, or at ``together``'s end.

    The texts of statements are kept: build them from few parts, never with values inside.
    """
    waiting = _waiting.get()
    if waiting is not None:
        waiting.append(Write(sql, params, read))
        return
    with prepared_cursor() as cursor:
        cursor.execute(sql, params)
        names = [column[0] for column in cursor.description or ()]
        rows = [dict(zip(names, row, strict=True)) for row in cursor.fetchall()] if names else []
    if read:
        read(rows)


@contextmanager
def together() -> Iterator[None]:
    """Join what ``write`` is given inside into one statement, sent at the end of the block. Blocks may be nested.

    The parts must not touch one another's rows: all of them see the database as it was before the statement. Everything
    else in the block, reads too, runs at once, before them. After an exception nothing is sent.
    """
    if _waiting.get() is not None:
        yield
        return
    writes: list[Write] = []
    mark = _waiting.set(writes)
    try:
        yield
    finally:
        _waiting.reset(mark)
    if len(writes) == 1:
        write(*writes[0])
    elif writes:
        _send(writes)


def _send(writes: list[Write]) -> None:
    with prepared_cursor() as cursor:
        sql = _joined(tuple(each.sql for each in writes))
        cursor.execute(sql, [value for each in writes for value in each.params])
        answer = cursor.fetchall()
    for place, each in enumerate(writes):
        if each.read:
            # Their JSON comes as text: Django leaves its reading to its fields.
            each.read([json.loads(row) for found, row in answer if found == place])


@cache
def _joined(statements: tuple[str, ...]) -> str:
    """One statement that does all of ``statements``; its rows are (place in ``statements``, returned row as JSON)."""
    parts = ", ".join(f"w{place} AS ({sql.strip()})" for place, sql in enumerate(statements))
    answers = [
        f"SELECT {place}, to_jsonb(w{place}) FROM w{place}"
        for place, sql in enumerate(statements)
        if "RETURNING" in sql
    ]
    return f"WITH {parts} {' UNION ALL '.join(answers) or 'SELECT 0, NULL::jsonb WHERE false'}"
