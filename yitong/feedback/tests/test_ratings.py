"""Ratings: one a case, by its applicant, after closing, for ever."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from threading import Barrier, Thread
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.test import Client

from yitong.audit.models import Entry
from yitong.cases import commands as cases
from yitong.cases.models import Case
from yitong.cases.tests.conftest import Office, office  # noqa: F401 - the fixture
from yitong.feedback.commands import rate
from yitong.feedback.models import Rating
from yitong.feedback.permissions import visible_to
from yitong.feedback.queries import recent, stats
from yitong.kernel.reasons import NotAllowed, Refused

pytestmark = pytest.mark.django_db


def closed(office: Office) -> Case:  # noqa: F811
    window = {"method": "window", "receiver": "李梅", "receiver_idcard_tail": "0024"}
    return office.do(cases.deliver, "clerk", office.granted(), **window)


def give(office: Office, case: Case, who: str = "citizen", **changes: Any) -> Rating:  # noqa: F811
    said: dict[str, Any] = {"level": 2, "tags": ["fast"], "text": "很快", "channel": "web", **changes}
    return rate(actor=office.actor(who), case_number=case.number, now=office.now, **said)


def codes(refused: pytest.ExceptionInfo[Refused]) -> set[str]:
    return {reason.code for reason in refused.value.reasons}


def test_the_applicant_rates_once_and_it_is_logged(office: Office) -> None:  # noqa: F811
    case = closed(office)
    rating = give(office, case)
    assert (rating.level, rating.department_id) == (2, case.department_id)
    assert Entry.objects.filter(tag="feedback:rating:given").count() == 1
    with pytest.raises(Refused) as refused:
        give(office, case, level=5)
    assert codes(refused) == {"already_rated"}


def test_a_running_case_cannot_be_rated(office: Office) -> None:  # noqa: F811
    case = office.accepted()
    with pytest.raises(Refused) as refused:
        give(office, case)
    assert codes(refused) == {"not_closed"}


@pytest.mark.parametrize("who", ["stranger", "reviewer", "clerk", "chief"])
def test_strangers_and_staff_cannot_rate(office: Office, who: str) -> None:  # noqa: F811
    with pytest.raises(NotAllowed):
        give(office, closed(office), who)


def test_bad_input_names_the_field(office: Office) -> None:  # noqa: F811
    case = closed(office)
    with pytest.raises(Refused) as refused:
        give(office, case, level=6, tags=["nonsense"], text="字" * 501)
    assert {reason.field for reason in refused.value.reasons} == {"level", "tags", "text"}
    assert not Rating.objects.exists()


def test_nobody_changes_or_deletes_a_rating(office: Office) -> None:  # noqa: F811
    rating = give(office, closed(office))
    for change in (lambda: Rating.objects.filter(pk=rating.pk).update(level=1), rating.delete):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()
    assert Rating.objects.get().level == 2


def test_the_rated_officer_sees_no_rating_and_the_head_sees_no_rater(office: Office) -> None:  # noqa: F811
    give(office, closed(office))
    for who, seen in (("reviewer", 0), ("stranger", 0), ("citizen", 1), ("head", 1), ("supervisor", 1)):
        assert visible_to(office.actor(who)).count() == seen, who
    assert "rated_by_ref" in recent(office.actor("head")).get().get_deferred_fields()


def test_shares_show_numerator_and_denominator(office: Office) -> None:  # noqa: F811
    give(office, closed(office))
    closed(office)
    found: Any = stats(office.actor("supervisor"), office.now - timedelta(1), office.now + timedelta(1))
    assert (found["good"].numerator, found["good"].denominator, found["good"].percent) == (1, 1, 100.0)
    assert (found["rated"].numerator, found["rated"].denominator) == (1, 2)


@pytest.fixture
def browser_of(office: Office) -> Iterator[Any]:  # noqa: F811
    def client(who: str) -> Client:
        found = Client()
        found.force_login(office.cast.account(who), "yitong.parties.backends.AccountBackend")
        return found

    yield client


def test_the_page_takes_a_rating_and_keeps_what_was_typed(office: Office, browser_of: Any) -> None:  # noqa: F811
    case = closed(office)
    citizen, address = browser_of("citizen"), f"/my/cases/{case.number}/rate/"
    wrong = citizen.post(address, {"text": "材料少"})
    assert wrong.status_code == 422 and "材料少" in wrong.content.decode()
    assert citizen.post(address, {"level": "1", "tags": ["fast"]}).status_code == 302
    assert Rating.objects.get().level == 1
    assert browser_of("stranger").get(address).status_code == 404
    assert browser_of("reviewer").get(address).status_code == 404


@pytest.mark.django_db(transaction=True)
def test_two_presses_at_once_leave_one_rating(office: Office) -> None:  # noqa: F811
    case, start, outcomes = closed(office), Barrier(2), []
    actor = office.actor("citizen")

    def press(level: int) -> None:
        start.wait()
        try:
            rate(actor=actor, case_number=case.number, level=level, tags=[], text="", channel="web", now=office.now)
            outcomes.append("given")
        except Refused:
            outcomes.append("refused")
        finally:
            connection.close()

    threads = [Thread(target=press, args=(level,)) for level in (1, 5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["given", "refused"] and Rating.objects.count() == 1
