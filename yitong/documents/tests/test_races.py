"""Several workers and readers at once, on real connections."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection, transaction

from tests import cast as city
from tests.cast import NOW
from yitong.audit.models import Entry
from yitong.documents import queries
from yitong.documents.commands import issue, seal_pending
from yitong.documents.models import DepartmentMark, Document, SealKey
from yitong.documents.seals import keys
from yitong.documents.tests.conftest import sample

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def documents() -> list[Document]:
    cast = city.build()
    return [
        issue(
            kind="acceptance_notice",
            subject=f"case:{number}",
            issuer_department_id=cast.department(("market", "health")[number % 2]).pk,
            region_id=cast.region().pk,
            context=sample("acceptance_notice"),
            actor=cast.actor("accepter"),
            now=NOW,
        )
        for number in range(12)
    ]


def together(count: int, work: Callable[[int], object]) -> list[object]:
    """Run ``work`` in ``count`` threads that start at the same moment; each closes its connection."""
    barrier = threading.Barrier(count)

    def run(number: int) -> object:
        barrier.wait()
        try:
            return work(number)
        finally:
            connection.close()

    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(run, range(count)))


def test_four_workers_seal_each_document_once_and_leave_no_gap(documents: list[Document]) -> None:
    sealed = together(4, lambda _: seal_pending(now=NOW, limit=5))
    total = sum(sealed) + seal_pending(now=NOW, limit=50)  # type: ignore[arg-type]
    assert total == 12
    numbers = {document.number for document in Document.objects.all()}
    assert numbers == {f"{mark}〔2026〕受字第{serial:06d}号" for mark in ("示市监", "示卫健") for serial in range(1, 7)}


def test_a_reader_and_the_worker_at_once_make_one_file(documents: list[Document]) -> None:
    document = documents[0]

    def open_or_seal(number: int) -> object:
        if number % 2:
            return queries.pdf(Document.objects.get(pk=document.pk), NOW)
        return seal_pending(now=NOW, limit=1)

    answers = together(6, open_or_seal)
    files = {answer for answer in answers if isinstance(answer, bytes)}
    assert len(files) == 1
    sealings = Entry.objects.filter(tag="documents:document:sealed", subject=f"document:{document.code}")
    assert sealings.count() == 1
    assert queries.pdf(Document.objects.get(pk=document.pk), NOW) in files


def test_the_first_seals_of_a_city_make_one_authority_and_one_key_each(documents: list[Document]) -> None:
    together(6, lambda number: queries.pdf(Document.objects.get(pk=documents[number].pk), NOW))
    assert SealKey.objects.filter(department=None).count() == 1
    assert SealKey.objects.exclude(department=None).count() == 2
    assert DepartmentMark.objects.count() == 2


def test_a_worker_that_dies_while_sealing_leaves_the_document_and_its_number_free(documents: list[Document]) -> None:
    def die(_: int) -> None:
        from yitong.documents.commands.numbering import take_number

        with transaction.atomic():
            row = Document.objects.select_for_update().get(pk=documents[0].pk)
            take_number(row)
            connection.connection.close()  # the process is gone; the server undoes what it did
            connection.connection = None
            connection.needs_rollback = False
            raise ConnectionAbortedError

    with pytest.raises(Exception):  # noqa: B017 - whatever the driver says of a closed connection
        together(1, die)
    queries.pdf(Document.objects.get(pk=documents[0].pk), NOW)
    assert Document.objects.get(pk=documents[0].pk).number.endswith("第000001号")


def test_set_up_in_two_processes_makes_one_authority(documents: list[Document], settings) -> None:
    names = together(4, lambda _: keys.ensure_keys(NOW))
    assert len(set(names)) == 1 and SealKey.objects.filter(department=None).count() == 1
    assert keys.authority_file().read_bytes().startswith(b"-----BEGIN CERTIFICATE-----")
