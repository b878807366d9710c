"""How far the load has come, kept in the database it loads: a table that exists in demonstration databases alone."""

from __future__ import annotations

from django.db import connection

DONE = -1
"""Kept as the number of a phase that is over."""

_TABLE = "CREATE TABLE IF NOT EXISTS site_demo_progress (phase text PRIMARY KEY, done integer NOT NULL)"
_KEEP = """
INSERT INTO site_demo_progress (phase, done) VALUES (%s, %s) ON CONFLICT (phase) DO UPDATE SET done = EXCLUDED.done
"""


def begin() -> None:
    """Make the table if it is missing."""
    with connection.cursor() as cursor:
        cursor.execute(_TABLE)


def begun() -> bool:
    """Whether a load was ever begun in this database."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT to_regclass('site_demo_progress') IS NOT NULL")
        row = cursor.fetchone()
    return bool(row and row[0])


def done(phase: str, *, lock: bool = False) -> int:
    """How much of a phase is done, 0 at first. ``lock``: until the transaction ends nobody else goes on with it."""
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO site_demo_progress (phase, done) VALUES (%s, 0) ON CONFLICT DO NOTHING", [phase])
        cursor.execute(f"SELECT done FROM site_demo_progress WHERE phase = %s{' FOR UPDATE' if lock else ''}", [phase])
        return int(cursor.fetchone()[0])


def keep(phase: str, number: int) -> None:
    """Note how much is done, in the transaction that did it."""
    with connection.cursor() as cursor:
        cursor.execute(_KEEP, [phase, number])
