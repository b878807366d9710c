"""What was ended here stays ended, whatever its source still says of it."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection, transaction

from tests import cast as city
from tests.cast import NOW, Cast
from yitong.licences.commands import arriving, ensure_types, report_lost, revoke
from yitong.licences.holders import holder_of_person
from yitong.licences.models import Licence, LicenceEvent
from yitong.licences.queries import library
from yitong.licences.rules.arrivals import Arrival
from yitong.licences.types_data import BY_NAME

KIND = BY_NAME["居住证"].code
LATER = NOW + timedelta(days=1)


def bring(cast: Cast, now: Any = NOW, **changed: Any) -> arriving.Stored:
    person, issuer = cast.person("citizen"), cast.department("market")
    to, _ = arriving.target(type_code=KIND, source_code="market.permits", region_id=cast.region().pk)
    row = Arrival(
        "S1", "", "JZ1", "person", person.idcard, person.name, "2026-01-05", "2026-01-05", "2028-01-04", issuer.uscc,
        issuer.name, "valid", {"sex": "女"}, {"idcard": person.idcard},
    )  # fmt: skip
    with transaction.atomic():
        return arriving.arrive([row._replace(**changed)], to, actor_ref="system:ingest", now=now)


def lose(cast: Cast) -> None:
    report_lost(licence_id=the_one().pk, reason="遗失", actor=cast.actor("citizen"), now=NOW)


def take_back(cast: Cast) -> None:
    revoke(licence_id=the_one().pk, reason="以欺骗手段取得", actor=cast.actor("chief"), now=NOW)


def the_one() -> Licence:
    return Licence.objects.get(source_code="market.permits", source_id="S1")


@pytest.fixture
def library_types(cast: Cast) -> None:
    ensure_types(NOW)


@pytest.mark.parametrize(("end", "status"), [(lose, "lost"), (take_back, "revoked")])
def test_a_corrected_row_brings_back_nothing_that_was_ended_here(
    cast: Cast, library_types: None, end: Callable[[Cast], None], status: str
) -> None:
    bring(cast)
    end(cast)
    assert bring(cast, LATER, holder_name="李 梅").changed == 1
    row = the_one()
    assert (row.status, row.holder_name) == (status, "李 梅")
    assert library.valid_of(holder_of_person(cast.person("citizen")), {KIND}, LATER.date()) == []
    assert LicenceEvent.objects.filter(licence=row).last().status == status  # type: ignore[union-attr]


def test_what_was_lost_here_its_source_may_still_revoke(cast: Cast, library_types: None) -> None:
    bring(cast)
    lose(cast)
    bring(cast, LATER, status="revoked")
    assert the_one().status == "revoked"
    bring(cast, LATER, status="valid")
    assert the_one().status == "revoked"


def test_what_its_source_ended_its_source_brings_back(cast: Cast, library_types: None) -> None:
    bring(cast)
    bring(cast, LATER, status="revoked")
    bring(cast, LATER)
    assert the_one().status == "valid"


@pytest.mark.django_db(transaction=True)
def test_a_loss_reported_while_its_row_is_being_brought_stands(transactional_db: None) -> None:
    cast = city.build()
    ensure_types(NOW)
    bring(cast)
    held, brought = threading.Event(), []

    def hold() -> None:
        try:
            with transaction.atomic():
                lose(cast)
                held.set()
                waiting_for_a_lock()
        finally:
            connection.close()

    def correct() -> None:
        try:
            held.wait(30)
            brought.append(bring(cast, LATER, holder_name="李 梅"))
        finally:
            connection.close()

    acts = [threading.Thread(target=act) for act in (hold, correct)]
    for act in acts:
        act.start()
    for act in acts:
        act.join(60)
    assert brought[0].changed == 1 and (the_one().status, the_one().holder_name) == ("lost", "李 梅")


def waiting_for_a_lock() -> None:
    """Return when another session of this database waits for what ours holds."""
    for _ in range(600):
        with connection.cursor() as cursor:
            cursor.execute("SELECT EXISTS (SELECT FROM pg_locks WHERE pg_backend_pid() = ANY(pg_blocking_pids(pid)))")
            if cursor.fetchone()[0]:
                return
        time.sleep(0.05)
    raise AssertionError("nobody waited")
