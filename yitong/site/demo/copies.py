"""Further cases like one that was played: the same rows with another applicant, number and date.

Playing three thousand cases takes minutes, and most of them are alike. A case that has ended can be told again: every row the
commands wrote for it is written once more, moved by whole weeks to where the same days are working days, so that each due date
moves alike. A test plays a case at its copy's place and compares all rows of both.

Nothing here knows what a command writes: tables and references are read from the database, and whatever names the case, its
applicant or a day of its time is replaced wherever it stands.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from random import Random
from typing import Any

from django.db import connection

from yitong.cases.commands.numbers import take
from yitong.cases.rules.searching import number_tokens, scope_tokens, tokens
from yitong.documents.commands.issuing import new_code
from yitong.kernel.calendar import load_calendar
from yitong.kernel.clock import SHANGHAI
from yitong.kernel.identifiers import licence as licence_ids
from yitong.licences.rules.status import last_day
from yitong.site.demo import copied_licences

CASES, DOCUMENTS, LICENCES = "cases_case", "documents_document", "licences_licence"
AROUND = timedelta(days=150)
"""A day this near to a case's own is one of its days, and moves with it; dates in forms and of birth are farther away."""
OPAQUE = {"licence": LICENCES, "procedure": "cases_specialprocedure"}
"""Keys of an event's data that hold the id of a row."""
_REFERENCES = """
SELECT source.relname, attribute.attname, target.relname
FROM pg_constraint AS reference
JOIN pg_class AS source ON source.oid = reference.conrelid
JOIN pg_class AS target ON target.oid = reference.confrelid
JOIN pg_attribute AS attribute ON attribute.attrelid = source.oid AND attribute.attnum = reference.conkey[1]
WHERE reference.contype = 'f'
"""
_COLUMNS = """
SELECT table_name, column_name FROM information_schema.columns
WHERE table_schema = 'public' AND is_generated = 'NEVER' ORDER BY table_name, ordinal_position
"""
# Not within a longer number: a project code is digits and hyphens as well.
_MOMENT = re.compile(r"(?<![\d-])(\d{4}-\d{2}-\d{2})(?![\d-])|(\d{4})年(\d{1,2})月(\d{1,2})日")
Row = dict[str, Any]
Rows = dict[str, list[Row]]


@dataclass(frozen=True, slots=True)
class Person:
    """An applicant and who acts for him, as rows and texts name them. ``texts``: in an order both share."""

    person_id: int | None
    enterprise_id: int | None
    actor_id: int
    tail: str
    texts: tuple[str, ...]

    @property
    def id_number(self) -> str:
        """The citizen number or credit code: it comes second in both kinds of ``texts``."""
        return self.texts[1]


@dataclass
class Sample:
    """A played case: its rows by table. ``last`` is the last day they speak of, ``ended`` that of the last act."""

    case: Row
    rows: Rows
    first: date
    last: date
    ended: date
    licence: Row | None


def _days(rows: Rows) -> Iterator[date]:
    for found in _MOMENT.finditer(json.dumps(rows, ensure_ascii=False)):
        if (day := _day(found)) is not None:
            yield day


def _day(found: re.Match[str]) -> date | None:
    """The day a match of a pattern that ends with _MOMENT's groups tells; None when it is none."""
    iso, *parts = found.groups()[-4:]
    try:
        return date.fromisoformat(iso) if iso else date(*map(int, parts))
    except ValueError:
        return None


class Copier:
    """Reads samples and writes copies of them."""

    def __init__(self) -> None:
        self._references: dict[str, dict[str, str]] = {}
        self._columns: dict[str, list[str]] = {}
        with connection.cursor() as cursor:
            cursor.execute(_REFERENCES)
            for table, column, target in cursor.fetchall():
                self._references.setdefault(table, {})[column] = target
            cursor.execute(_COLUMNS)
            for table, column in cursor.fetchall():
                self._columns.setdefault(table, []).append(column)
        self._children = sorted(
            (table, column)
            for table, references in self._references.items()
            for column, target in references.items()
            if target == CASES
        )
        self._stock: dict[str, list[int]] = {}

    # --- reading ------------------------------------------------------------------------------------------------
    def read(self, case_id: int) -> Sample:
        """Everything the platform wrote about a case."""
        (case,) = self._select(CASES, "id", [case_id])
        subject, number = f"case:{case_id}", case["number"]
        licences = [*map(copied_licences.opened, self._select(LICENCES, "case_number", [number]))]
        papers = [subject, *(f"licence:{row['number']}" for row in licences)]
        logged = [f"case:{number}", f"draft:{case_id}", *papers[1:]]
        rows: Rows = {CASES: [case], LICENCES: licences}
        rows["licences_licenceevent"] = self._select(
            "licences_licenceevent", "licence_id", [row["id"] for row in licences]
        )
        rows[DOCUMENTS] = self._select(DOCUMENTS, "subject", papers)
        rows["documents_storedfile"] = self._select("documents_storedfile", "subject", [subject])
        rows["notifications_message"] = self._select("notifications_message", "subject", [subject])
        rows["audit_entry"] = self._select("audit_entry", "subject", logged)
        for table, column in self._children:
            rows[table] = self._select(table, column, [case_id])
        first = datetime.fromisoformat(case["created_at"]).astimezone(SHANGHAI).date()
        found = {table: kept for table, kept in rows.items() if kept}
        days = [day for day in _days(found) if abs(day - first) <= AROUND]
        ended = max(datetime.fromisoformat(row["at"]) for row in rows["audit_entry"]).astimezone(SHANGHAI).date()
        return Sample(case, found, first, max(days), ended, licences[0] if licences else None)

    def _select(self, table: str, column: str, values: Sequence[Any]) -> list[Row]:
        if not values:
            return []
        columns = ", ".join(f'"{name}"' for name in self._columns[table])
        with connection.cursor() as cursor:
            cursor.execute(
                f'SELECT row_to_json(found) FROM (SELECT {columns} FROM "{table}" WHERE "{column}" = ANY(%s) ORDER BY id)'
                " AS found",
                [list(values)],
            )
            return [row if isinstance(row, dict) else json.loads(row) for (row,) in cursor.fetchall()]

    # --- writing ------------------------------------------------------------------------------------------------
    def copy(
        self, sample: Sample, *, days: int, old: Person, new: Person, token: str, item_code: str, random: Random
    ) -> Rows:
        """The rows of a copy ``days`` later (a multiple of seven, may be negative), not written yet."""
        ids = self._new_ids(sample)
        replace = _Replace(sample, days)
        self._name(sample, replace, ids, old, new, item_code, random)
        rows = {
            table: [self._row(table, row, ids, replace, old, new) for row in rows]
            for table, rows in sample.rows.items()
        }
        for document in rows[DOCUMENTS]:
            document["code"] = new_code()
        codes = {document["id"]: document["code"] for document in rows[DOCUMENTS]}
        for place, licence in enumerate(rows.get(LICENCES, ())):
            licence["code"] = codes[licence["document_id"]]
            rows[LICENCES][place] = copied_licences.closed(licence, new.id_number)
        (case,) = rows[CASES]
        case["client_token"] = token
        words = [*tokens(case["applicant_name"], case["item_name"]), *number_tokens(case["number"])]
        words = sorted({*words, *scope_tokens(case["department_id"], case["region_id"], case["filed_region_id"])})
        case["search"] = " ".join(f"'{word}'" for word in words)
        return rows

    def write(self, copies: Iterable[Rows]) -> None:
        """Insert the rows of several copies, one statement a table."""
        tables: Rows = {}
        for copy in copies:
            for table, rows in copy.items():
                tables.setdefault(table, []).extend(rows)
        with connection.cursor() as cursor:
            for table, rows in tables.items():
                columns = ", ".join(f'"{name}"' for name in self._columns[table])
                cursor.execute(
                    f'INSERT INTO "{table}" ({columns}) SELECT {columns} FROM jsonb_populate_recordset(NULL::"{table}", %s)',
                    [json.dumps(rows, ensure_ascii=False)],
                )

    def _new_ids(self, sample: Sample) -> dict[tuple[str, int], int]:
        return {(table, row["id"]): self._next(table) for table, rows in sample.rows.items() for row in rows}

    def _next(self, table: str) -> int:
        """The next id of a table; fetched by the hundred."""
        stock = self._stock.setdefault(table, [])
        if not stock:
            stock += self._serials(f"pg_get_serial_sequence('{table}', 'id')::regclass", 200)
        return stock.pop(0)

    def _serials(self, sequence: str, count: int) -> list[int]:
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT nextval({sequence}) FROM generate_series(1, %s)", [count])
            return [row[0] for row in cursor.fetchall()]

    def _name(
        self,
        sample: Sample,
        replace: _Replace,
        ids: Mapping[tuple[str, int], int],
        old: Person,
        new: Person,
        item_code: str,
        random: Random,
    ) -> None:
        """Teach ``replace`` what the copy is called."""
        case = sample.case
        submitted = datetime.fromisoformat(case["submitted_at"]).astimezone(SHANGHAI).date()
        words = dict(zip(old.texts, new.texts, strict=True))
        words |= {case["number"]: take(item_code, submitted + timedelta(days=replace.days))}
        words |= {
            f"case:{case['id']}": f"case:{ids[(CASES, case['id'])]}",
            f"draft:{case['id']}": f"draft:{ids[(CASES, case['id'])]}",
        }
        words |= {f"person:{old.actor_id}": f"person:{new.actor_id}"}
        for row in sample.rows.get("cases_delivery", ()):
            if row["tracking"]:
                words[row["tracking"]] = f"EY{random.randint(10**8, 10**9 - 1)}CN"
        if sample.licence:
            words |= self._licence_words(sample.licence, replace)
        replace.learn(words)

    def _licence_words(self, licence: Row, replace: _Replace) -> dict[str, str]:
        serial = self._stock.setdefault("licence serial", [])
        if not serial:
            serial += self._serials("'licences_serial'", 50)
        number, found = serial.pop(0), licence_ids.parse(licence["identifier"])
        issued = date.fromisoformat(licence["issued_on"])
        year = (issued + timedelta(days=replace.days)).year
        if licence["valid_until"]:
            until = date.fromisoformat(licence["valid_until"])
            years = until.year - issued.year + (last_day(issued, until.year - issued.year) != until)
            moved = last_day(issued + timedelta(days=replace.days), years)
            assert moved is not None  # a term was given
            replace.special[until] = moved
        text = licence["number"]
        return {
            text: f"{text[:-18]}{year}{text[-14:-8]}{number:08d}",
            licence["identifier"]: licence_ids.compose(found.type_code, found.issuer, f"{year}{number:010d}", 1),
        }

    def _row(
        self, table: str, row: Row, ids: Mapping[tuple[str, int], int], replace: _Replace, old: Person, new: Person
    ) -> Row:
        moved: Row = replace(row)
        moved["id"] = ids[(table, row["id"])]
        people = {
            "parties_person": {old.person_id: new.person_id, old.actor_id: new.actor_id},
            "parties_enterprise": {old.enterprise_id: new.enterprise_id},
        }
        for column, target in self._references.get(table, {}).items():
            value = row.get(column)
            if value is not None:
                moved[column] = ids.get((target, value), people.get(target, {}).get(value, value))
        if table == "notifications_message" and row["person_id"] is not None:
            moved["person_id"] = people["parties_person"].get(row["person_id"], row["person_id"])
        if table == "cases_delivery" and row["receiver_idcard_tail"]:
            moved["receiver_idcard_tail"] = new.tail
        if table == "cases_caseevent":
            for key, target in OPAQUE.items():
                if row["data"].get(key) is not None:
                    moved["data"][key] = ids[(target, row["data"][key])]
        return moved


class _Replace:
    """Rewrites a row: days of the case's time move, words that name it or its applicant change."""

    def __init__(self, sample: Sample, days: int) -> None:
        self.days = days
        self.special: dict[date, date] = {}
        self._first = sample.first
        self._words: dict[str, str] = {}
        self._pattern = _MOMENT

    def learn(self, words: Mapping[str, str]) -> None:
        """Take in the words, longest first: one may be the beginning of another."""
        self._words = {old: new for old, new in words.items() if old and old != new}
        known = sorted(self._words, key=len, reverse=True)
        # Numbers of rows end where their digits end: case:1 is not the beginning of case:12.
        parts = [re.escape(word) + (r"(?!\d)" if word[-1].isdigit() else "") for word in known]
        self._pattern = re.compile("|".join([*parts, _MOMENT.pattern]))

    def __call__(self, row: Row) -> Row:
        """The row, rewritten."""
        text = self._pattern.sub(self._sub, json.dumps(row, ensure_ascii=False))
        found: Row = json.loads(text)
        return found

    def _sub(self, found: re.Match[str]) -> str:
        text = found[0]
        if text in self._words:
            return self._words[text]
        day = _day(found)
        if day is None:
            return text
        moved = self.day(day)
        return moved.isoformat() if found.groups()[-4] else f"{moved.year}年{moved.month}月{moved.day}日"

    def day(self, day: date) -> date:
        """Where a day moves to."""
        if day in self.special:
            return self.special[day]
        return day + timedelta(days=self.days) if abs(day - self._first) <= AROUND else day


def shifts(sample: Sample, first: date, last: date, fits: Callable[[date, date], bool]) -> list[int]:
    """By how many days the sample can move: whole weeks, between the days given, to days that are worked alike.

    ``fits`` is asked with the first and the last day of the moved case. Not to move at all is always possible.
    """
    calendar = load_calendar()
    pattern = [
        calendar.is_workday(sample.first + timedelta(days=n)) for n in range((sample.last - sample.first).days + 1)
    ]
    found = []
    for week in range((first - sample.first).days // 7 + 1, (last - sample.ended).days // 7 + 1):
        start, end = sample.first + timedelta(weeks=week), sample.ended + timedelta(weeks=week)
        alike = all(calendar.is_workday(start + timedelta(days=n)) == worked for n, worked in enumerate(pattern))
        if end <= last and alike and fits(start, end):
            found.append(week * 7)
    return found or [0]
