"""Writes alone and together, against a table of the test's own."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from yitong.storage import writes

INSERT = "INSERT INTO storage_sample (name, size) VALUES (%s, %s) RETURNING id, name"
UPDATE = "UPDATE storage_sample SET size = %s WHERE name = %s"


@pytest.fixture(autouse=True)
def sample(db: None) -> Iterator[None]:
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE TEMPORARY TABLE storage_sample (id bigint GENERATED ALWAYS AS IDENTITY, name varchar(40) UNIQUE, "
            "size integer CHECK (size > 0)) ON COMMIT DROP"
        )
    yield


def stored() -> list[tuple[str, int]]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT name, size FROM storage_sample ORDER BY id")
        return cursor.fetchall()


def test_a_write_alone_is_sent_at_once_and_tells_what_it_returned() -> None:
    seen: list[dict] = []
    writes.write(INSERT, ["李梅 100%", 3], seen.extend)
    assert seen == [{"id": 1, "name": "李梅 100%"}]
    assert stored() == [("李梅 100%", 3)]


def test_writes_together_are_one_statement_and_each_gets_its_own_answer() -> None:
    writes.write(INSERT, ["old", 1])
    first: list[dict] = []
    second: list[dict] = []
    with CaptureQueriesContext(connection) as sent, writes.together():
        writes.write(INSERT, ["a", 5], first.extend)
        with writes.together():
            writes.write(UPDATE, [9, "old"])
        writes.write(INSERT, ["b", 6], second.extend)
        assert not first and not sent.captured_queries
    assert len(sent.captured_queries) == 1
    assert "'b', 6" in sent.captured_queries[0]["sql"]
    assert [row["name"] for row in first] == ["a"]
    assert [row["name"] for row in second] == ["b"]
    assert sorted(stored()) == [("a", 5), ("b", 6), ("old", 9)]


def test_an_exception_in_the_block_sends_nothing() -> None:
    with pytest.raises(LookupError), writes.together():
        writes.write(INSERT, ["a", 1])
        raise LookupError
    assert stored() == []
    writes.write(INSERT, ["b", 1])
    assert stored() == [("b", 1)]


def test_one_refused_part_undoes_the_whole_statement_and_is_the_frameworks_error() -> None:
    with pytest.raises(IntegrityError), transaction.atomic(), writes.together():
        writes.write(INSERT, ["a", 1])
        writes.write(INSERT, ["b", 0])
    assert stored() == []


def test_the_server_keeps_the_plan_whatever_the_size_of_the_numbers() -> None:
    for size in (1, 70_000, 2_000_000_000):
        writes.write(INSERT, [f"n{size}", size])
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_prepared_statements WHERE statement LIKE 'INSERT INTO storage_sample%%'"
        )
        assert cursor.fetchone() == (1,)
