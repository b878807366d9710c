"""Two at once, on real connections: one wins, the other is told."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection

from tests import cast as city
from tests.cast import NOW, Cast
from yitong.audit.models import Entry
from yitong.kernel.reasons import Conflict
from yitong.licences.commands import deem_renewed, issue, reissue, report_lost, revoke
from yitong.licences.models import Licence, Renewal
from yitong.licences.types_data import BY_NAME

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def town(transactional_db: None) -> Cast:
    return city.build()


def grant(cast: Cast, case: str, now: Any = NOW) -> Licence:
    person = cast.person("citizen")
    return issue(
        type_code=BY_NAME["食品经营许可证"].code,
        holder_person_id=person.pk,
        holder_enterprise_id=None,
        holder_name=person.name,
        data={"scope": "预包装食品销售"},
        issuer_department_id=cast.department("market").pk,
        region_id=cast.region().pk,
        case_number=case,
        valid_years=5,
        actor=cast.actor("chief"),
        now=now,
    )


def at_once(*acts: Callable[[], Any]) -> list[Any]:
    """Every act in a thread of its own, starting together; results or exceptions in order."""
    gate = threading.Barrier(len(acts))

    def run(act: Callable[[], Any]) -> Any:
        try:
            gate.wait()
            return act()
        except Exception as error:
            return error
        finally:
            connection.close()

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))


def test_a_lost_licence_is_issued_again_once(town: Cast) -> None:
    licence, chief = grant(town, "c"), town.actor("chief")
    report_lost(licence_id=licence.pk, reason="遗失", actor=chief, now=NOW)
    results = at_once(*[lambda: reissue(licence_id=licence.pk, reason="补领", actor=chief, now=NOW)] * 3)
    assert sum(isinstance(each, Licence) for each in results) == 1
    assert sum(isinstance(each, Conflict) for each in results) == 2
    assert Licence.objects.filter(previous=licence).count() == 1


def test_a_licence_ends_once(town: Cast) -> None:
    licence, chief, holder = grant(town, "c"), town.actor("chief"), town.actor("citizen")
    results = at_once(
        lambda: revoke(licence_id=licence.pk, reason="查实", actor=chief, now=NOW),
        lambda: revoke(licence_id=licence.pk, reason="歇业", actor=chief, now=NOW, cancel=True),
    )
    assert sum(isinstance(each, Conflict) for each in results) == 1
    assert licence.events.count() == 2
    with pytest.raises(Conflict):
        report_lost(licence_id=licence.pk, reason="遗失", actor=holder, now=NOW)


def test_a_grant_and_the_sweep_renew_once(town: Cast) -> None:
    licence = grant(town, "c")
    assert licence.valid_until is not None
    Renewal.objects.create(
        licence=licence,
        state="applied",
        case_number="r",
        applied_on=licence.valid_until - timedelta(days=40),
        in_time=True,
        actor_ref="person:1",
        intended_at=NOW,
    )
    after = NOW + timedelta(days=5 * 366)
    granted, swept = at_once(lambda: grant(town, "r", after), lambda: deem_renewed(now=after))
    (new,) = Licence.objects.filter(previous=licence)
    assert granted == new and swept in (0, 1)
    state = Renewal.objects.get().state
    assert state == ("deemed" if swept else "granted")
    assert Entry.objects.filter(tag__in=["licences:licence:renewed", "licences:licence:deemed_renewed"]).count() == 1
