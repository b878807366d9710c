"""Two at once, on real connections: one wins, the other is told; nothing is written twice."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connection, transaction

from tests import cast as city
from yitong.audit.models import Entry
from yitong.cases import commands
from yitong.cases.models import Case, CaseEvent
from yitong.cases.tests.conftest import Office
from yitong.cases.tests.items import item
from yitong.cases.tests.test_promises import committed, provisional
from yitong.cases.tests.test_renewal import past_the_end, permit
from yitong.cases.tests.test_trust import FLOOD, WHY, asked, correcting
from yitong.kernel.identifiers.case_number import parse
from yitong.kernel.reasons import Conflict, Refused
from yitong.licences.commands import intend
from yitong.licences.models import Licence, Renewal
from yitong.notifications.models import Message

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def busy(transactional_db: None, settings: Any, tmp_path: Any) -> Office:
    settings.MEDIA_ROOT = tmp_path
    cast = city.build()
    return Office(cast, item(cast.department("market").pk, cast.now), cast.now)


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


def test_two_officers_accept_one_case(busy):
    case = busy.submitted()
    one, two, now = busy.actor("accepter"), busy.actor("accepter"), busy.later(minutes=1)
    results = at_once(
        lambda: commands.accept(actor=one, case_id=case.pk, rev=case.rev, now=now),
        lambda: commands.refuse_acceptance(
            actor=two, case_id=case.pk, rev=case.rev, right_organ="某局", reason="不属本机关", now=now
        ),
    )
    lost = [result for result in results if isinstance(result, Conflict)]
    assert len(lost) == 1 and sum(isinstance(result, Case) for result in results) == 1
    params = lost[0].reason.params
    assert params["who"] == "孙丽" and params["what"] in ("accepted", "closed")
    assert Entry.objects.filter(tag__in=["cases:case:accepted", "cases:case:acceptance_refused"]).count() == 1


def test_two_clicks_submit_one_case(busy):
    case = busy.draft()
    actor, now = busy.actor("citizen"), busy.later(minutes=1)
    results = at_once(
        *[
            lambda: commands.submit(actor=actor, case_id=case.pk, rev=case.rev, client_token="form-12345", now=now)
            for _ in range(4)
        ]
    )
    assert {result.number for result in results} == {Case.objects.get(pk=case.pk).number}
    assert CaseEvent.objects.filter(case=case).count() == 1


def test_two_clicks_start_one_draft(busy):
    actor = busy.actor("citizen")
    applicant = commands.Applicant(person_id=actor.person_id)
    start = {"actor": actor, "item_code": busy.item.basic_code, "applicant": applicant, "client_token": "click-12345"}
    results = at_once(*[lambda: commands.start_draft(**start, now=busy.now) for _ in range(4)])
    assert len({result.pk for result in results}) == 1 and Case.objects.count() == 1


def test_numbers_of_one_day_have_no_gap_and_no_twin(busy):
    drafts = [busy.draft().pk for _ in range(8)]
    actor, now = busy.actor("citizen"), busy.later(minutes=1)
    results = at_once(*[lambda pk=pk: commands.submit(actor=actor, case_id=pk, now=now) for pk in drafts])
    assert sorted(parse(result.number).serial for result in results) == list(range(1, 9))


def test_two_decisions_one_licence(busy):
    case = busy.deciding()
    chief, now = busy.actor("chief"), busy.later(minutes=1)
    results = at_once(
        *[lambda: commands.decide(actor=chief, case_id=case.pk, outcome="granted", now=now) for _ in range(3)]
    )
    assert sum(isinstance(result, Refused) for result in results) == 2
    assert Licence.objects.count() == 1


def test_a_decision_and_the_end_of_the_term_settle_a_renewal_once(busy):
    """The clocks of two hosts differ by a day's end: one decides on the last day, the other already sweeps the next."""
    old = permit(busy)
    intend(licence_id=old.pk, actor=busy.actor("citizen"), now=busy.now)
    case, chief = busy.deciding(), busy.actor("chief")
    last, after = busy.now, past_the_end(busy, old)
    results = at_once(
        lambda: commands.decide(actor=chief, case_id=case.pk, outcome="granted", now=last),
        lambda: commands.deem_renewed(now=after),
        lambda: commands.deem_renewed(now=after),
    )
    decided, swept = isinstance(results[0], Case), results[1] + results[2]
    assert (decided, swept) in ((True, 0), (False, 1)), results
    assert Licence.objects.filter(previous=old).count() == 1
    assert CaseEvent.objects.filter(case=case, kind__in=["decided", "deemed_renewed"]).count() == 1
    assert Renewal.objects.get().state == ("granted" if decided else "deemed")
    if not decided:
        assert isinstance(results[0], Refused)


def test_two_sweeps_act_once(busy):
    cases = [busy.submitted() for _ in range(4)]
    late = max(case.tell_by_at for case in cases)
    now = late.replace(year=2027)
    results = at_once(*[lambda: commands.deem_accepted(now=now) for _ in range(3)])
    assert sum(results) == 4
    assert CaseEvent.objects.filter(kind="accepted").count() == 4


def test_a_sweep_waits_for_no_officer(busy):
    case = busy.submitted()
    now = case.tell_by_at.replace(year=2027)
    held, done = threading.Event(), threading.Event()

    def hold() -> None:
        with transaction.atomic():
            Case.objects.select_for_update().get(pk=case.pk)
            held.set()
            done.wait(20)

    def sweep() -> int:
        held.wait(20)
        try:
            return commands.deem_accepted(now=now)
        finally:
            done.set()

    assert at_once(hold, sweep)[1] == 0
    assert commands.deem_accepted(now=now) == 1


def test_a_repair_is_answered_once(busy):
    case = asked(busy)
    head, now = busy.actor("head"), busy.later(minutes=1)
    answers = (commands.approve_repair, commands.refuse_repair)
    results = at_once(*[lambda act=act: act(actor=head, case_id=case.pk, reason="已核实", now=now) for act in answers])
    assert sum(isinstance(result, Refused) for result in results) == 1
    assert Entry.objects.filter(tag__in=["cases:repair:approved", "cases:repair:refused"]).count() == 1


def test_a_commitment_is_decided_on_or_taken_back(busy):
    case = committed(busy)
    chief, citizen, now = busy.actor("chief"), busy.actor("citizen"), busy.later(minutes=1)
    results = at_once(
        lambda: commands.decide(actor=chief, case_id=case.pk, outcome="granted", now=now),
        lambda: commands.withdraw_commitment(actor=citizen, case_id=case.pk, now=now, **WHY),
    )
    assert sum(isinstance(result, Refused) for result in results) == 1
    assert Licence.objects.count() == (Case.objects.get(pk=case.pk).state == "delivering")


def test_two_heads_move_a_promise_once(busy):
    case = provisional(busy)
    head, now = busy.actor("head"), busy.later(minutes=1)
    move = {"actor": head, "case_id": case.pk, "rev": case.rev, "now": now, **FLOOD}
    results = at_once(*[lambda: commands.extend_promise(**move) for _ in range(2)])
    assert sum(isinstance(result, Conflict) for result in results) == 1
    assert CaseEvent.objects.filter(kind="promise_extended").count() == 1


def test_two_sweeps_remind_once(busy):
    cases = [correcting(busy) for _ in range(3)]
    now = cases[0].last_event_at.replace(month=10, day=21)
    results = at_once(*[lambda: commands.remind_corrections(now=now) for _ in range(3)])
    assert sum(results) == 3
    assert Message.objects.filter(template="correction_reminder", channel="sms").count() == 3
