"""How many open cases each tab of the inbox has."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from functools import cache
from typing import Any

from django.db import connection

from yitong.cases import permissions
from yitong.cases.models import Case
from yitong.cases.queries.lists import COUNT_CAP, TABS, TIMED_TABS, in_tab
from yitong.cases.rules.states import OPEN_STATES
from yitong.parties.actors import ANONYMOUS, Actor


def counts(actor: Actor, now: datetime) -> dict[str, int]:
    """How many open cases each tab has, COUNT_CAP at most. One query: one pass over the open cases ``actor`` sees.

    The cases are grouped by what ``TABS`` look at, which costs half of a condition for each of them.
    """
    found = dict.fromkeys([*TABS, *TIMED_TABS], 0)
    scopes = permissions.branches(actor)
    if not scopes:
        return found
    parts: list[str] = []
    params: list[Any] = []
    for branch in scopes:
        rows = Case.objects.filter(branch.condition).filter(state__in=OPEN_STATES).order_by().values_list(*_COUNTED)
        sql, values = rows.query.sql_with_params()
        parts.append(sql)
        params += values
    tallies, tally_params = _tallies(actor.staff_id or 0, now)
    group = ", ".join(_GROUPED)
    # The derived table takes the model's name, so that the tabs' conditions fit it word for word.
    table = f'({" UNION ".join(parts)}) AS "{Case._meta.db_table}"'
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {group}, count(*), {tallies} FROM {table} GROUP BY {group}", [*tally_params, *params])
        groups = cursor.fetchall()
    width = len(_GROUPED)
    for row in groups:
        has = dict(zip(_GROUPED, row[:width], strict=True))
        for tab, condition in TABS.items():
            if all(has[name] == value for name, value in condition.items()):
                found[tab] += row[width]
        for tab, number in zip(TIMED_TABS, row[width + 1 :], strict=True):
            found[tab] += number
    return {tab: min(number, COUNT_CAP) for tab, number in found.items()}


_GROUPED = ("state", "suspended", "provisional_open")
"""All that ``TABS`` look at."""
_COUNTED = (
    "id",
    "state",
    "suspended",
    "provisional_open",
    "handler_id",
    "due_at",
    "yellow_at",
    "committed_due_at",
    "statutory_due_at",
)
"""What the tabs' conditions look at; the indexes of open cases hold it."""
_SOMEBODY = -1
_SOMETIME = datetime(1, 1, 1, tzinfo=UTC)


def _tallies(staff_id: int, now: datetime) -> tuple[str, list[Any]]:
    """The counts of the timed tabs as columns, with their parameters."""
    sql, params = _compiled_tallies()
    given = {_SOMEBODY: staff_id, _SOMETIME: now}
    return sql, [given.get(value, value) for value in params]


@cache
def _compiled_tallies() -> tuple[str, tuple[Any, ...]]:
    """As ``_tallies``, for somebody at some time: compiling the conditions costs more than counting does."""
    nobody = replace(ANONYMOUS, staff_id=_SOMEBODY)
    columns: list[str] = []
    params: list[Any] = []
    for tab in TIMED_TABS:
        rows = Case.objects.filter(in_tab(tab, nobody, _SOMETIME)).query
        condition, values = rows.where.as_sql(rows.get_compiler(connection=connection), connection)
        columns.append(f"count(*) FILTER (WHERE {condition})")
        params += values
    return ", ".join(columns), tuple(params)
