"""INSERTs written from the models once a process, and sent prepared: the ORM would write each anew."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any, NamedTuple

from django.contrib.postgres.search import SearchVectorField
from django.db import connection
from django.db.models import Field, JSONField, Model
from psycopg.types.json import Jsonb

from yitong.storage.writes import prepared_cursor


class Column(NamedTuple):
    """One column as it is written: attribute, quoted name, placeholder with its type, adapter or None."""

    attribute: str
    name: str
    placeholder: str
    adapt: Callable[[Any], Any] | None


def insert_now(row: Model) -> None:
    """Insert a row that is not there; it has its id afterwards. Without the signals and hooks of ``save``."""
    with prepared_cursor() as cursor:
        cursor.execute(f"{insert_sql(type(row), 1)} RETURNING id", [value(each, row) for each in columns(type(row))])
        row.pk = cursor.fetchone()[0]
    row._state.adding, row._state.db = False, connection.alias


@cache
def insert_sql(model: type[Model], count: int) -> str:
    """The INSERT of ``count`` rows; it takes the ``value`` of each of the ``columns`` of each row."""
    found = columns(model)
    names = ", ".join(each.name for each in found)
    line = f"({', '.join(each.placeholder for each in found)})"
    return f'INSERT INTO "{model._meta.db_table}" ({names}) VALUES {", ".join([line] * count)}'


@cache
def columns(model: type[Model]) -> tuple[Column, ...]:
    """Every column that is written; the id is the server's."""
    return tuple(column(f) for f in model._meta.concrete_fields if not (f.primary_key or f.generated))


def column(field: Field[Any, Any]) -> Column:
    """How the field is written."""
    # Types are spelled out: in a VALUES list of a CTE the server would take a null or a text for text.
    if isinstance(field, SearchVectorField):
        return Column(field.attname, f'"{field.column}"', "array_to_tsvector(%s::text[])", None)
    kind = "bigint" if field.is_relation else (field.db_type(connection) or "").split("(")[0]
    return Column(field.attname, f'"{field.column}"', f"%s::{kind}", Jsonb if isinstance(field, JSONField) else None)


def value(of: Column, row: Model) -> Any:
    """What the row has for the column's placeholder."""
    found = getattr(row, of.attribute)
    return found if of.adapt is None or found is None else of.adapt(found)
