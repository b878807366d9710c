"""Who asks for what at a million cases: the addresses a run opens, over many officials, tabs, filters and words."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import cycle, islice
from random import Random
from urllib.parse import urlencode

from django.db import connection

from benchmarks.million_data import GUIDE_WORDS, MATTERS
from yitong.cases.views.desk_inbox import TABS
from yitong.parties.models import Account

LARGEST, MIDDLING, SMALLEST = 6, 6, 6
"""Departments officials are taken from, by how many open cases they have."""


@dataclass(frozen=True, slots=True)
class Ask:
    """One page to open. ``who``: the account, None for the public. ``shape``: pages of one shape cost the same queries."""

    who: int | None
    url: str
    shape: str = ""


@dataclass(frozen=True, slots=True)
class People:
    """Accounts by what they do; ``department`` of every official and ``area`` of everybody."""

    officials: list[int]
    clerks: list[int]
    supervisors: list[int]
    department: dict[int, int]
    area: dict[int, int]


def people() -> People:
    """Two officials of each chosen department, every clerk and supervisor."""
    rows = Account.objects.filter(staff__isnull=False).select_related("staff").order_by("id")
    department = {row.pk: row.staff.department_id for row in rows if row.staff}
    area = {row.pk: row.staff.region_id for row in rows if row.staff}
    roles: dict[str, list[int]] = {}
    for pk, role in rows.values_list("id", "staff__direct_roles__role"):
        roles.setdefault(role or "", []).append(pk)
    officials: list[int] = []
    for chosen in _departments():
        officials += [pk for pk in roles[""] if department[pk] == chosen][:2]
    return People(officials, roles["clerk"], roles["supervisor"], department, area)


def _departments() -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT department_id FROM cases_case WHERE state NOT IN ('draft', 'closed') GROUP BY 1 ORDER BY count(*) DESC, 1"
        )
        ordered = [row[0] for row in cursor.fetchall()]
    middle = max(0, len(ordered) // 2 - MIDDLING // 2)
    return list(dict.fromkeys([*ordered[:LARGEST], *ordered[middle : middle + MIDDLING], *ordered[-SMALLEST:]]))


def inbox(who: list[int], runs: int, today: date) -> list[Ask]:
    """Every tab, then filters: channel, state, light, days, words, own, order, later pages."""
    week = {"due_from": today - timedelta(days=7), "due_until": today + timedelta(days=7)}
    filters: list[dict[str, object]] = [{"tab": tab} for tab, _, _ in TABS]
    filters += [
        {"channel": "window"},
        {"state": "accepted", "light": "green"},
        {"light": "red", "channel": "web"},
        {"light": "yellow", "sort": "received"},
        {"tab": "reviewing", **week},
        {"sort": "received", "page": 3},
        {"page": 20},
        {"mine": "on"},
        {"q": "许可", "tab": "open"},
        {"q": "王", "channel": "mobile"},
        {"tab": "to_accept", "q": "登记"},
        {"state": "delivering", "due_until": today},
    ]
    # Every account with every filter, in a chance order that is the same each time.
    pairs = [(account, chosen) for account in who for chosen in filters]
    Random("inbox").shuffle(pairs)
    return [Ask(account, f"/desk/?{urlencode(chosen)}", "inbox") for account, chosen in islice(cycle(pairs), runs)]


def searches(who: list[int], runs: int, home: dict[int, int], column: str) -> list[Ask]:
    """By the end of a number, a whole number, a name, an item, two words; some with a state or days.

    ``home``: the department or area whose cases each account is looking for, ``column`` of the case.
    """
    random, asks = Random("searches"), []
    words = [word for line in MATTERS.values() for word in line.split()]
    for account in islice(_shuffled(who, "search"), runs):
        number, name, item = _some_case(column, home[account], random)
        text = (
            number[-6:],
            number,
            name,
            name[:2],
            item[:4],
            random.choice(words)[:2],
            f"{name} {item[:2]}",
            name[:1],
        )[random.randrange(8)]
        # A part of a number is looked up among the item codes first.
        shape = (
            "search"
            if not text[0].isascii()
            else "search, whole number"
            if text == number
            else "search, part of a number"
        )
        more = random.choice(({}, {"state": "closed"}, {"outcome": "granted"}, {"state": "accepted"}))
        asks.append(Ask(account, f"/desk/search/?{urlencode({'q': text, **more})}", shape))
    return asks


def _some_case(column: str, value: int, random: Random) -> tuple[str, str, str]:
    """(number, applicant, item) of some case the account sees; of any when it sees none."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT number, applicant_name, item_name FROM cases_case WHERE {column} = %s AND id >= %s ORDER BY id LIMIT 1",
            [value, random.randrange(1, _cases())],
        )
        row = cursor.fetchone()
        if row is None:
            cursor.execute("SELECT number, applicant_name, item_name FROM cases_case ORDER BY id LIMIT 1")
            row = cursor.fetchone()
    return row


def _cases() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT max(id) FROM cases_case")
        return int(cursor.fetchone()[0])


def case_pages(found: People, runs: int) -> list[Ask]:
    """Cases of the official's own department, open and closed by turns, opened from the inbox with its list beside them."""
    random, asks = Random("cases"), []
    for turn, account in enumerate(islice(_shuffled(found.officials, "case"), runs)):
        state = ("accepted", "closed", "submitted", "deciding", "delivering", "closed")[turn % 6]
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT number FROM cases_case WHERE department_id = %s AND state = %s AND id >= %s LIMIT 1",
                [found.department[account], state, random.randrange(1, int(_cases() * 0.9))],
            )
            row = cursor.fetchone()
        if row:
            listed = "?list=tab%3Dopen" if turn % 2 else ""
            asks.append(Ask(account, f"/desk/cases/{row[0]}/{listed}", f"case {'with list' if listed else 'alone'}"))
    return asks


def guide(kind: str, runs: int) -> list[Ask]:
    """Words of one kind, by turns with a subject, a later page and no filter."""
    more: tuple[dict[str, str], ...] = ({}, {"subject": "1"}, {"page": "2"}, {})
    words = GUIDE_WORDS[kind]
    return [
        Ask(None, f"/guide/?{urlencode({'q': words[turn % len(words)], **more[turn // len(words) % 4]})}", "guide")
        for turn in range(runs)
    ]


def _shuffled(who: list[int], seed: str) -> Iterator[int]:
    order = sorted(who)
    Random(seed).shuffle(order)
    return cycle(order)
