"""Two at once, on two connections: one wins, the other is told, and the database holds one truth."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from threading import Barrier

import pytest
from django.db import connection

from tests import cast as city
from tests.cast import NOW, PASSWORD
from yitong.kernel.reasons import Conflict, Refused
from yitong.parties.commands import authority, delegations, phones, posts, representation, sessions
from yitong.parties.models import (
    Account,
    AuthorisationLetter,
    Delegation,
    LoginAttempt,
    Mandate,
    OneTimeCode,
    PostHolding,
)

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(*acts: Callable[[], object]) -> list[object]:
    """What each act returned or was refused with, all begun at the same moment."""
    start = Barrier(len(acts))

    def run(act: Callable[[], object]) -> object:
        try:
            start.wait()
            return act()
        except (Refused, Conflict) as refused:
            return refused
        finally:
            connection.close()

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))


def refused(results: list[object]) -> int:
    return sum(isinstance(result, Refused | Conflict) for result in results)


def test_two_letters_for_one_chief_representative() -> None:
    cast = city.build()
    admin = cast.actor("admin")

    def issue(number: str) -> Callable[[], object]:
        return lambda: authority.issue_letter(
            actor=admin,
            number=number,
            staff_id=cast.staff_member("周涛").pk,
            department_id=cast.department().pk,
            powers=["decide"],
            valid_from=date(2026, 1, 1),
            valid_until=date(2027, 1, 1),
            now=NOW,
        )

    assert refused(at_once(issue("甲"), issue("乙"))) == 1
    assert AuthorisationLetter.objects.filter(staff=cast.staff_member("周涛")).count() == 1


def test_two_successors_on_one_seat() -> None:
    cast = city.build()
    admin, post = cast.actor("admin"), cast.posts["陈静"]

    def seat(who: str) -> Callable[[], object]:
        return lambda: posts.seat_staff(
            actor=admin, post_id=post.pk, staff_id=cast.staff_member(who).pk, seat="A", valid_from=NOW.date(), now=NOW
        )

    assert refused(at_once(seat("周涛"), seat("吴敏"))) == 1
    assert PostHolding.objects.filter(post=post, seat="A", valid_until__isnull=True).count() == 1


def test_one_item_delegated_twice() -> None:
    cast = city.build()
    admin = cast.actor("admin")

    def delegate(days: int) -> Callable[[], object]:
        return lambda: delegations.delegate(
            actor=admin,
            item_code="430121001000",
            department_id=cast.department().pk,
            region_id=cast.region("town").pk,
            town_department_id=cast.department("town").pk,
            valid_from=NOW.date() + timedelta(days),
            now=NOW,
        )

    assert refused(at_once(delegate(0), delegate(3))) == 1
    assert Delegation.objects.count() == 1


def test_parallel_guesses_count_one_by_one() -> None:
    city.build()

    def guess() -> object:
        return sessions.log_in_with_password(username="wangqiang", password="x", address="192.0.2.1", now=NOW)

    results = at_once(*[guess] * 8)
    codes = [result.reasons[0].code for result in results if isinstance(result, Refused)]
    assert sorted(codes) == ["locked_out"] * 3 + ["password_wrong"] * 5
    assert LoginAttempt.objects.count() == 5
    with pytest.raises(Refused):
        sessions.log_in_with_password(username="wangqiang", password=PASSWORD, address="192.0.2.1", now=NOW)


def test_a_double_click_sends_one_code() -> None:
    city.build()

    def ask() -> object:
        return sessions.request_code(phone="13800000001", address="192.0.2.1", now=NOW)

    assert refused(at_once(ask, ask, ask)) == 2
    assert OneTimeCode.objects.count() == 1


def test_one_phone_for_two_persons() -> None:
    cast = city.build()
    clerk = cast.actor("王强")

    def change(who: str) -> Callable[[], object]:
        return lambda: phones.change_phone(
            actor=clerk,
            person_id=cast.person(who).pk,
            phone="13700000077",
            reason="new_number",
            card_seen=True,
            now=NOW,
        )

    assert refused(at_once(change("李梅"), change("外人"))) == 1
    assert Account.objects.filter(phone="13700000077").count() == 1


def test_one_paper_mandate_entered_by_two_clerks() -> None:
    cast = city.build()
    agent = cast.person("外人")

    def give(who: str) -> Callable[[], object]:
        return lambda: representation.give_mandate(
            actor=cast.actor(who),
            agent_name=agent.name,
            agent_idcard=agent.idcard,
            valid_from=NOW.date(),
            valid_until=NOW.date() + timedelta(30),
            principal_person_id=cast.person("李梅").pk,
            document_ref="file:1",
            now=NOW,
        )

    assert refused(at_once(give("王强"), give("admin"))) == 1
    assert Mandate.objects.count() == 1
