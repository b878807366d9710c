"""The statements every command sends, built once per process: the locked read of a case, and the one write of an act.

The ORM would build the same SQL anew each time, at several times the cost of running it; a command has two or three
statements in all, and these are two of them. Names and types come from the models, so that a new column needs no change here.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from functools import cache
from typing import Any, NamedTuple

from django.contrib.postgres.search import SearchVectorField
from django.db import connection
from django.db.models import Field, JSONField, Model
from psycopg.types.json import Jsonb

from yitong.cases.models import Case, CaseMaterial
from yitong.storage import reading, writes

GIVEN = f"""(SELECT coalesce(jsonb_agg(jsonb_build_object(
    'code', m.code, 'name', m.name, 'source', m.source, 'copies', m.copies) ORDER BY m.id), '[]'::jsonb)
    FROM {CaseMaterial._meta.db_table} AS m
    WHERE m.case_id = c.id AND m.superseded_at IS NULL AND (m.standing = '' OR m.settled_at IS NOT NULL))"""
"""The materials a case has now and that stand, as JSON, read in the same statement as the case."""


class Column(NamedTuple):
    """One column as it is written: attribute, quoted name, placeholder with its type, adapter or None."""

    attribute: str
    name: str
    placeholder: str
    adapt: Callable[[Any], Any] | None


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
            values = [_value(column, row) for row in members for column in _columns(model)]
            writes.write(_insert_sql(model, len(members)), values)
        values = [_value(column, case) for column in _case_columns(tuple(columns))]
        writes.write(_update_sql(tuple(columns)), [*values, case.pk])


@cache
def _insert_sql(model: type[Model], count: int) -> str:
    found = _columns(model)
    names = ", ".join(column.name for column in found)
    line = f"({', '.join(column.placeholder for column in found)})"
    return f'INSERT INTO "{model._meta.db_table}" ({names}) VALUES {", ".join([line] * count)}'


@cache
def _update_sql(columns: tuple[str, ...]) -> str:
    sets = ", ".join(f"{column.name} = {column.placeholder}" for column in _case_columns(columns))
    return f'UPDATE "{Case._meta.db_table}" SET {sets} WHERE id = %s'


@cache
def _columns(model: type[Model]) -> tuple[Column, ...]:
    return tuple(_column(f) for f in model._meta.concrete_fields if not (f.primary_key or f.generated))


@cache
def _case_columns(names: tuple[str, ...]) -> tuple[Column, ...]:
    fields = {field.name: field for field in Case._meta.concrete_fields}
    if unknown := sorted(set(names) - fields.keys()):
        raise ValueError(f"not columns of a case: {unknown}")
    return tuple(_column(fields[name]) for name in names)


def _column(field: Field[Any, Any]) -> Column:
    # Types are spelled out: in a VALUES list of a CTE the server would take a null or a text for text.
    if isinstance(field, SearchVectorField):
        return Column(field.attname, f'"{field.column}"', "array_to_tsvector(%s::text[])", None)
    kind = "bigint" if field.is_relation else (field.db_type(connection) or "").split("(")[0]
    return Column(field.attname, f'"{field.column}"', f"%s::{kind}", Jsonb if isinstance(field, JSONField) else None)


def _value(column: Column, row: Model) -> Any:
    value = getattr(row, column.attribute)
    return value if column.adapt is None or value is None else column.adapt(value)
