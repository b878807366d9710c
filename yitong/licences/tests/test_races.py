"""Two at once, on real connections: one wins, the other is told."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection, transaction
from django.utils import timezone

from tests import cast as city
from tests.cast import NOW, Cast
from yitong.audit.models import Entry
from yitong.kernel.reasons import Conflict
from yitong.licences import keyring
from yitong.licences.commands import deem_renewed, issue, reissue, report_lost, revoke
from yitong.licences.commands import rotation as rotating
from yitong.licences.models import Licence, Renewal
from yitong.licences.queries import contents
from yitong.licences.types_data import BY_NAME
from yitong.parties.actors import system

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
    granted, swept = at_once(
        lambda: grant(town, "r", after), lambda: deem_renewed(case_number="r", actor=system("tests"), now=after)
    )
    (new,) = Licence.objects.filter(previous=licence)
    assert granted == new and swept in (None, new)
    state = Renewal.objects.get().state
    assert state == ("deemed" if swept else "granted")
    assert Entry.objects.filter(tag__in=["licences:licence:renewed", "licences:licence:deemed_renewed"]).count() == 1


def test_a_key_stays_while_a_transaction_may_still_bring_a_row_under_it(town: Cast) -> None:
    """Whoever began before the rotation seals with the old key and commits whenever he likes."""
    sealed, commit = threading.Event(), threading.Event()

    def slow() -> Licence:
        with transaction.atomic():
            made = residence(town)
            sealed.set()
            assert commit.wait(30)
        return made

    def keys() -> tuple[rotating.Rotated, rotating.Rotated]:
        assert sealed.wait(30)
        try:
            now = timezone.now()
            return rotating.rotate(now=now), rotating.rotate(now=now + 3 * rotating.SETTLED, drop=True)
        finally:
            commit.set()

    made, (first, dropping) = at_once(slow, keys)
    assert (first.key, first.rows) == (2, 0), "what is not committed cannot be seen"
    assert (dropping.dropped, dropping.kept) == ((), (1,))
    licence = Licence.objects.select_related("type").get(pk=made.pk)
    assert licence.sealed_key == 1 and contents.whole(licence)["sex"] == "女"
    later = rotating.rotate(now=timezone.now() + 3 * rotating.SETTLED, drop=True)
    assert (later.rows, later.dropped, set(keyring.ring().keys)) == (1, (1,), {2})
    assert contents.whole(Licence.objects.select_related("type").get(pk=made.pk))["sex"] == "女"


def residence(cast: Cast) -> Licence:
    """A residence permit of 李梅, with sealed fields."""
    person = cast.person("citizen")
    return issue(
        type_code=BY_NAME["居住证"].code,
        holder_person_id=person.pk,
        holder_enterprise_id=None,
        holder_name=person.name,
        data={"sex": "女", "address": "朝晖区和平路1号", "household_place": "临江区", "idcard": person.idcard},
        issuer_department_id=cast.department("market").pk,
        region_id=cast.region().pk,
        case_number="c-residence",
        valid_years=1,
        actor=cast.actor("chief"),
        now=NOW,
    )
