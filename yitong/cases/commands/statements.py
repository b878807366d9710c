"""The statements every command sends, built once per process: the locked read of a case, and the one write of an act.

The ORM would build the same SQL anew each time, at several times the cost of running it; a command has two or three
statements in all, and these are two of them. Names and types come from the models, so that a new column needs no change here.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from functools import cache

from django.db.models import Model

from yitong.cases.models import Case, CaseMaterial
from yitong.storage import inserting, reading, writes

GIVEN = f"""(SELECT coalesce(jsonb_agg(jsonb_build_object(
    'code', m.code, 'name', m.name, 'source', m.source, 'copies', m.copies) ORDER BY m.id), '[]'::jsonb)
    FROM {CaseMaterial._meta.db_table} AS m
    WHERE m.case_id = c.id AND m.superseded_at IS NULL AND (m.standing = '' OR m.settled_at IS NOT NULL))"""
"""The materials a case has now and that stand, as JSON, read in the same statement as the case."""


def locked_case(case_id: int, *, given: bool) -> Case | None:
    """The case, its row locked until the end of the transaction; with ``given``, its materials as ``case.given``."""
    with writes.prepared_cursor() as cursor:
        cursor.execute(_lock_sql(given), [case_id])
        row = cursor.fetchone()
    if row is None:
        return None
    case = reading.loaded(Case, row)
    case.given = json.loads(row[-1]) if given else []  # type: ignore[attr-defined]
    return case


@cache
def _lock_sql(given: bool) -> str:
    columns = [f'c."{f.column}"' for f in reading.fields_read(Case)]
    if given:
        columns.append(GIVEN)
    return f'SELECT {", ".join(columns)} FROM "{Case._meta.db_table}" AS c WHERE c.id = %s FOR UPDATE OF c'


def write(case: Case, columns: Sequence[str], rows: Sequence[Model]) -> None:
    """Insert ``rows`` (no ids come back) and write ``columns`` of the case: one INSERT a table and one UPDATE, together."""
    groups: dict[type[Model], list[Model]] = {}
    for row in rows:
        groups.setdefault(type(row), []).append(row)
    with writes.together():
        for model, members in groups.items():
            values = [inserting.value(column, row) for row in members for column in inserting.columns(model)]
            writes.write(inserting.insert_sql(model, len(members)), values)
        values = [inserting.value(column, case) for column in _case_columns(tuple(columns))]
        writes.write(_update_sql(tuple(columns)), [*values, case.pk])


@cache
def _update_sql(columns: tuple[str, ...]) -> str:
    sets = ", ".join(f"{column.name} = {column.placeholder}" for column in _case_columns(columns))
    return f'UPDATE "{Case._meta.db_table}" SET {sets} WHERE id = %s'


@cache
def _case_columns(names: tuple[str, ...]) -> tuple[inserting.Column, ...]:
    fields = {field.name: field for field in Case._meta.concrete_fields}
    if unknown := sorted(set(names) - fields.keys()):
        raise ValueError(f"not columns of a case: {unknown}")
    return tuple(inserting.column(fields[name]) for name in names)
