"""Statements the ORM wrote once, and model instances of the rows they bring.

What a command or a public answer asks every time costs several times more to write than to run. Here the ORM still writes it, from
the models, so that a new column needs no change; but once for each process.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from functools import cache
from typing import Any, TypeVar

from django.contrib.postgres.search import SearchVectorField
from django.db import connection
from django.db.models import Field, JSONField, Model, QuerySet
from psycopg.dbapi20 import Binary

from yitong.storage.writes import prepared_cursor

M = TypeVar("M", bound=Model)


@dataclass(frozen=True, slots=True)
class Statement:
    """A SELECT with its parameters, some of which stand for values given later."""

    sql: str
    params: tuple[Any, ...]

    def rows(self, given: Mapping[Any, Any]) -> list[tuple[Any, ...]]:
        """What it brings when every parameter that is a key of ``given`` has its value."""
        with prepared_cursor() as cursor:
            cursor.execute(self.sql, [given.get(each, each) for each in self.params])
            return cursor.fetchall()


def statement(rows: QuerySet[Any, Any]) -> Statement:
    """The statement of ``rows``, which were filtered by stand-ins: values no real one equals. Keep it for the process."""
    sql, params = rows.query.sql_with_params()
    return Statement(sql, tuple(_plain(each) for each in params))


def _plain(value: Any) -> Any:
    """Without the wrapping by which Django tells psycopg the type: the server infers it."""
    if isinstance(value, Enum):
        return value.value
    return value.obj if isinstance(value, Binary) else value


@cache
def fields_read(model: type[Model]) -> tuple[Field[Any, Any], ...]:
    """The columns to ask for, in the order in which ``loaded`` takes them. Generated ones and search vectors are only written."""
    return tuple(f for f in model._meta.concrete_fields if not (f.generated or isinstance(f, SearchVectorField)))


def loaded(model: type[M], row: Sequence[Any]) -> M:
    """The instance whose ``fields_read`` are the first values of ``row``."""
    names, loaders = _loading(model)
    values = [
        value if load is None or value is None else load(value) for value, load in zip(row, loaders, strict=False)
    ]
    return model.from_db(connection.alias, names, values)


def with_related(model: type[M], row: Sequence[Any], name: str) -> M:
    """The same, of rows of ``select_related(name)``: the columns of the related row follow."""
    found = loaded(model, row)
    related: Any = model._meta.get_field(name).related_model
    setattr(found, name, loaded(related, row[len(fields_read(model)) :]))
    return found


@cache
def _loading(model: type[Model]) -> tuple[list[str], list[Callable[[Any], Any] | None]]:
    fields = fields_read(model)
    return [f.attname for f in fields], [json.loads if isinstance(f, JSONField) else None for f in fields]
