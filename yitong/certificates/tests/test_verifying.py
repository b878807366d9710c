"""One department asks another: a clock, one answer, and nobody else's business."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.db import DatabaseError, transaction

from yitong.audit.models import Entry
from yitong.certificates import commands
from yitong.certificates.events import VerificationAnswered
from yitong.certificates.models import Verification
from yitong.certificates.tests.conftest import LAW, Bench
from yitong.documents.queries import pdf, verification
from yitong.kernel import events
from yitong.kernel.reasons import Conflict, NotAllowed, Refused
from yitong.notifications.models import Message
from yitong.parties.actors import system

pytestmark = pytest.mark.django_db


def codes(refused: Any) -> set[str]:
    return {reason.code for reason in refused.value.reasons}


def ask(bench: Bench, who: str = "reviewer", **changes: Any) -> Verification:
    said: dict[str, Any] = {
        "department_id": bench.cast.department("health").pk,
        "person_id": bench.cast.person("citizen").pk,
        "fact": "李梅于2026年8月在贵单位体检合格。",
        "purpose": "食品经营许可审查",
        "law": LAW,
        **changes,
    }
    return commands.ask_department(actor=bench.actor(who), now=bench.later(minutes=1), **said)


def reply(bench: Bench, made: Verification, who: str = "outsider", **changes: Any) -> Verification:
    said = {"outcome": "confirmed", "text": "", **changes}
    return commands.answer(actor=bench.actor(who), verification_id=made.pk, now=bench.later(minutes=1), **said)


def test_it_is_asked_answered_sealed_and_the_asker_told(bench: Bench) -> None:
    heard: list[VerificationAnswered] = []
    events.subscribe(VerificationAnswered, heard.append)
    try:
        made = ask(bench)
        assert (made.state, made.due_on, made.asking_department.code) == ("asked", date(2026, 9, 30), "market")
        assert Message.objects.filter(
            template="verification_asked", staff_id=bench.cast.staff_member("outsider").pk
        ).exists()
        made = reply(bench, made, text="登记簿一致。")
    finally:
        events._handlers[VerificationAnswered].remove(heard.append)
    assert (made.answer, made.answered_by_name) == ("confirmed", "冯卫")
    assert heard == [VerificationAnswered(made.pk, "", "", "confirmed", bench.now)]
    told = Message.objects.get(template="verification_answered")
    assert told.staff_id == bench.cast.staff_member("reviewer").pk and told.context["result"] == "情况属实"
    assert "体检" not in str(told.context)
    finding = verification.of_pdf(pdf(made.document, bench.now), bench.now)
    assert (finding.verdict, finding.issuer) == ("valid", "示范市卫生健康委员会")
    tags = Entry.objects.filter(subject=f"verification:{made.number}").values_list("tag", flat=True)
    assert sorted(tags) == ["certificates:verification:answered", "certificates:verification:asked"]


def test_a_type_names_department_and_days(bench: Bench) -> None:
    made = ask(bench, type_code="verify_marriage", department_id=None)
    assert (made.department.code, made.due_on) == ("civil_affairs", date(2026, 9, 29))


@pytest.mark.parametrize("who", ["citizen", "stranger", "supervisor", "admin", "head", "author"])
def test_only_window_staff_and_reviewers_ask(bench: Bench, who: str) -> None:
    with pytest.raises(NotAllowed):
        ask(bench, who)


@pytest.mark.parametrize("who", ["citizen", "stranger", "reviewer", "clerk", "town_official", "supervisor", "admin"])
def test_only_the_asked_department_answers(bench: Bench, who: str) -> None:
    made = ask(bench)
    with pytest.raises(NotAllowed):
        reply(bench, made, who)
    assert Verification.objects.get().state == "asked"


def test_wrong_input_is_refused_with_its_field(bench: Bench) -> None:
    for changes, code in (
        ({"fact": ""}, "empty"),
        ({"fact": "𠮷"}, "undrawable"),
        ({"department_id": None}, "no_department"),
        ({"department_id": bench.cast.department("market").pk}, "own_department"),
        ({"type_code": "housing"}, "unknown_type"),
        ({"person_id": None}, "one_holder"),
    ):
        with pytest.raises(Refused) as refused:
            ask(bench, **changes)
        assert code in codes(refused), changes
    assert not Verification.objects.exists()


def test_the_platform_asks_for_a_case(bench: Bench) -> None:
    made = commands.ask_department(
        actor=system("cases"),
        asking_department_id=bench.cast.department("market").pk,
        department_id=bench.cast.department("health").pk,
        person_id=bench.cast.person("citizen").pk,
        fact="体检合格",
        purpose="审查",
        case_number="4302",
        material_code="health",
        law="《中华人民共和国个人信息保护法》第十三条第一款第一项",
        now=bench.now,
    )
    reply(bench, made)
    told = Message.objects.filter(template="verification_answered").values_list("staff_id", flat=True)
    assert bench.cast.staff_member("reviewer").pk in told


def test_denied_and_not_ours_say_why(bench: Bench) -> None:
    made = ask(bench)
    for outcome in ("denied", "not_ours", "perhaps"):
        with pytest.raises(Refused):
            reply(bench, made, outcome=outcome)
    made = reply(bench, made, outcome="not_ours", text="请向市疾控中心核实。")
    assert made.document_id is None and made.answer == "not_ours"


def test_there_is_one_answer_and_it_stays(bench: Bench) -> None:
    made = reply(bench, ask(bench))
    with pytest.raises(Conflict) as again:
        reply(bench, made, outcome="denied", text="错了")
    assert again.value.reason.code == "answered_already"
    with pytest.raises(DatabaseError), transaction.atomic():
        Verification.objects.filter(pk=made.pk).update(answer="denied")
    with pytest.raises(DatabaseError), transaction.atomic():
        Verification.objects.filter(pk=made.pk).delete()


def test_the_asker_takes_a_question_back(bench: Bench) -> None:
    made = ask(bench)
    for who in ("outsider", "stranger", "clerk"):
        with pytest.raises(NotAllowed):
            commands.take_back(actor=bench.actor(who), verification_id=made.pk, now=bench.now)
    for _ in range(2):
        assert (
            commands.take_back(actor=bench.actor("reviewer"), verification_id=made.pk, now=bench.now).state
            == "taken_back"
        )
    with pytest.raises(Conflict):
        reply(bench, made)


def test_a_late_answer_is_reminded_daily_and_the_asker_told_once(bench: Bench) -> None:
    made = ask(bench)
    bench.now = bench.now.replace(month=9, day=30)
    assert commands.remind_overdue(now=bench.now) == 0
    bench.now = bench.now.replace(month=10, day=8)
    assert commands.remind_overdue(now=bench.now) == 1 and commands.remind_overdue(now=bench.later(hours=2)) == 0
    bench.now = bench.now.replace(month=10, day=9)
    assert commands.remind_overdue(now=bench.now) == 1
    assert Message.objects.filter(template="verification_overdue").count() == 2
    assert Message.objects.get(template="verification_late").staff_id == made.asked_by_id
    reply(bench, made)
    bench.now = bench.now.replace(month=10, day=12)
    assert commands.remind_overdue(now=bench.now) == 0


def test_a_reviewer_asks_for_the_request_he_reviews(bench: Bench) -> None:
    request = bench.request("firm_compliance", purpose="投标", enterprise_id=bench.cast.enterprise().pk)
    made = ask(bench, person_id=None, request_id=request.pk)
    assert made.holder_enterprise_id == bench.cast.enterprise().pk and made.request_id == request.pk
    with pytest.raises(NotAllowed):
        ask(bench, "outsider", request_id=request.pk, department_id=bench.cast.department("market").pk)
