"""The generated city: complete, valid, the same twice, its clocks those of its events; making it can be taken up again."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from random import Random

import pytest
from django.db import connection

from benchmarks import inbox_million, million_asks, million_city, million_load
from benchmarks.million_cases import COLUMNS, Writer, read_city
from benchmarks.million_city import Size
from yitong.cases.models import Case, CaseEvent
from yitong.cases.queries.clock import replayed
from yitong.catalog.queries import search
from yitong.kernel.identifiers import case_number, idcard, uscc
from yitong.parties.models import Enterprise, Person

TINY = Size(cases=400, items=60, people=100)
NOW = datetime(2026, 9, 24, 2, 0, tzinfo=UTC)


@pytest.fixture
def city(db):
    million_load._seed()
    million_city.build(TINY, NOW, lambda what, done, of: None)
    return read_city()


@pytest.fixture
def cases(city):
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        million_load._chunk(Writer(city, TINY, NOW), cursor, 1, TINY.cases)
        cursor.execute("SET LOCAL session_replication_role = DEFAULT")
    return list(Case.objects.order_by("id"))


def test_people_and_enterprises_have_valid_numbers_of_their_own(city):
    people, enterprises = list(Person.objects.all()), list(Enterprise.objects.all())
    assert len({idcard.parse(row.idcard).value for row in people}) == TINY.people
    assert len({uscc.parse(row.uscc).value for row in enterprises}) == TINY.enterprises


def test_every_item_is_found_by_everyday_words_pinyin_and_two_characters(city):
    assert search.search("居住证").total == search.search("jzz").total >= 11
    assert search.search("开饭店").total > 0
    assert search.search().total == TINY.items


def test_a_case_is_the_same_every_time(city):
    writer = Writer(city, TINY, NOW)
    number, at = COLUMNS.index("number"), COLUMNS.index("search")
    first, again = writer.row(7, Random(3)), writer.row(7, Random(3))
    assert first[number] == again[number]
    assert set(first[at].split()) == set(again[at].split())


def test_about_one_case_in_ten_is_open_and_every_state_is_met(cases):
    share = sum(case.state != "closed" for case in cases) / len(cases)
    assert 0.05 < share < 0.16
    assert {case.state for case in cases} >= {"accepted", "closed", "delivering"}


def test_numbers_are_valid_and_ordered_by_time(cases):
    for case in cases:
        assert case_number.parse(case.number).implementation.value == case.item.implementation_code
    days = [case.submitted_at.date() for case in cases]
    assert all(later >= earlier - timedelta(days=1) for earlier, later in pairwise(days))


def test_stored_clocks_are_what_the_events_give(cases):
    accepted = [case for case in cases if case.accepted_at]
    assert accepted
    for case in accepted:
        found = replayed(case)
        assert (found.statutory_due_at, found.committed_due_at, found.yellow_at, found.suspended) == (
            case.statutory_due_at,
            case.committed_due_at,
            case.yellow_at,
            case.suspended,
        )


def test_events_are_numbered_from_one_in_order_of_time(cases):
    events: dict[int, list[CaseEvent]] = {}
    for event in CaseEvent.objects.order_by("case_id", "seq"):
        events.setdefault(event.case_id, []).append(event)
    assert len(events) == TINY.cases
    for rows in events.values():
        assert [row.seq for row in rows] == list(range(1, len(rows) + 1))
        assert [row.at for row in rows] == sorted(row.at for row in rows)


def test_every_page_of_every_group_comes_with_a_fixed_number_of_queries(cases, settings):
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }
    for name, asks in inbox_million.groups(12).items():
        sample = inbox_million.measure(asks)
        assert len(sample.pages) == len(sample.bare) == len(asks) > 0, name
        if name != "case page":
            assert all(len(set(counts)) == 1 for counts in sample.statements.values()), (name, sample.statements)


def test_officials_come_from_large_and_small_departments(cases):
    found = million_asks.people()
    assert len({found.department[account] for account in found.officials}) >= 3
    assert len(found.clerks) == 44 and len(found.supervisors) == 11


def test_a_database_without_bench_in_its_name_is_never_emptied(settings):
    settings.DATABASES["default"] = {**settings.DATABASES["default"], "NAME": "yitong"}
    with pytest.raises(RuntimeError, match="refusing to empty yitong"):
        million_load._empty_database()
