"""Append to the log inside the transaction of the act."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import connection
from psycopg.types.json import Jsonb

from yitong.audit.models import Entry
from yitong.audit.rules.leaf import checked_ref, checked_tag, instant_text, plain_detail
from yitong.storage import writes

_INSERT = f'INSERT INTO "{Entry._meta.db_table}" (at, tag, actor_ref, subject, detail) VALUES (%s, %s, %s, %s, %s) RETURNING id'


@dataclass(frozen=True, slots=True)
class Act:
    """One act to be logged by ``record_many``; the fields are those of ``record``."""

    actor_ref: str
    tag: str
    subject: str
    detail: Mapping[str, Any] = field(default_factory=dict)


def record(*, actor_ref: str, tag: str, subject: str, detail: Mapping[str, Any], now: datetime) -> Entry:
    """Log one act: exactly one INSERT, no other statement. Call it in the transaction of the act, after saving.

    Within ``writes.together`` it is part of the one statement sent at the end, and has its id after that.

    ``tag``: ``context:resource:past-tense``. ``subject``: what it was done to, ``case:<number>``. ``detail``: words,
    whole numbers, dates, ids; no names, numbers or addresses of people. Raises BadEntry (a fault of the caller), which
    names the field.
    """
    entry = _entry(Act(actor_ref, tag, subject, detail), now)

    def written(rows: list[dict[str, Any]]) -> None:
        entry.pk = rows[0]["id"]
        entry._state.adding = False
        entry._state.db = connection.alias

    writes.write(_INSERT, [entry.at, entry.tag, entry.actor_ref, entry.subject, Jsonb(entry.detail)], written)
    return entry


def insert_from(source: str) -> str:
    """An INSERT of one entry for each row of ``source``, to stand in a statement that does the act: no act without it.

    ``source``: the name of a CTE of that statement. The placeholders take ``insert_values``.
    """
    return f'INSERT INTO "{Entry._meta.db_table}" (at, tag, actor_ref, subject, detail) SELECT %s, %s, %s, %s, %s FROM {source}'


def insert_values(act: Act, *, now: datetime) -> list[Any]:
    """The checked values for the placeholders of ``insert_from``. Raises BadEntry as ``record`` does."""
    entry = _entry(act, now)
    return [entry.at, entry.tag, entry.actor_ref, entry.subject, Jsonb(entry.detail)]


def record_many(acts: Iterable[Act], *, now: datetime) -> list[Entry]:
    """As ``record``, for many acts in one INSERT; an empty list writes nothing."""
    entries = [_entry(act, now) for act in acts]
    return Entry.objects.bulk_create(entries) if entries else []


def _entry(act: Act, now: datetime) -> Entry:
    instant_text(now)  # refuses an instant without a time zone before the database guesses one
    return Entry(
        at=now,
        tag=checked_tag(act.tag),
        actor_ref=checked_ref("actor_ref", act.actor_ref),
        subject=checked_ref("subject", act.subject),
        detail=plain_detail(act.detail),
    )
