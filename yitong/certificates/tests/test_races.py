"""Two at once: one wins, the other is told."""

from __future__ import annotations

from collections.abc import Callable
from threading import Barrier, Thread
from typing import Any

import pytest
from django.db import connection

from yitong.certificates import commands
from yitong.certificates.models import CertificateRequest, CertificateType, Verification
from yitong.certificates.tests.conftest import VALUES, Bench
from yitong.certificates.tests.test_grounds import consent
from yitong.certificates.tests.test_verifying import ask
from yitong.consents.models import AccessEntry
from yitong.documents.models import Document
from yitong.kernel.reasons import Conflict, Refused

pytestmark = pytest.mark.django_db(transaction=True)


def together(*works: Callable[[], Any]) -> list[str]:
    """Run the works at the same moment, each on a connection of its own; what became of each."""
    start, outcomes = Barrier(len(works)), []

    def run(work: Callable[[], Any]) -> None:
        start.wait()
        try:
            outcomes.append(str(work().pk))
        except (Conflict, Refused) as error:
            outcomes.append(type(error).__name__)
        finally:
            connection.close()

    threads = [Thread(target=run, args=(work,)) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sorted(outcomes)


def test_two_presses_of_one_button_give_one_certificate(bench: Bench) -> None:
    actor, now = bench.actor("citizen"), bench.now

    def press() -> CertificateRequest:
        evidence = {"confirmed": "yes"}
        return commands.issue_instant(
            actor=actor, type_code="housing", purpose="公租房申请", evidence=evidence, now=now
        )

    outcomes = together(press, press, press)
    assert len(set(outcomes)) == 1 and CertificateRequest.objects.count() == 1 and Document.objects.count() == 1


def test_two_at_once_do_not_pass_the_number_a_day(bench: Bench) -> None:
    CertificateType.objects.update(daily_limit=1)
    actor, now, shown = bench.actor("citizen"), bench.now, {"confirmed": "yes"}
    asked, ready = bench.registers.ask, Barrier(2)

    def ask(**said: Any) -> Any:
        ready.wait(timeout=20)  # both have passed the first look by now
        return asked(**said)

    bench.registers.ask = ask  # type: ignore[method-assign]
    works = [
        lambda purpose=purpose: commands.issue_instant(
            actor=actor, type_code="housing", purpose=purpose, evidence=shown, now=now
        )
        for purpose in ("公租房申请", "子女入学")
    ]
    assert together(*works).count("Refused") == 1 and CertificateRequest.objects.count() == 1
    sheets = [
        lambda purpose=purpose: commands.draw_sheet(
            actor=actor, chosen=["real-estate.count"], purpose=purpose, evidence=shown, now=now
        )
        for purpose in ("本人查阅", "求职入职")
    ]
    assert together(*sheets).count("Refused") == 1 and CertificateRequest.objects.count() == 2


def test_two_requests_for_one_certificate_leave_one(bench: Bench) -> None:
    actor, now = bench.actor("citizen"), bench.now

    def press() -> CertificateRequest:
        return commands.request(actor=actor, type_code="doctor_practice", purpose="职称评审", now=now)

    assert together(press, press).count("Conflict") == 1 and CertificateRequest.objects.count() == 1


def test_two_officers_take_one_request(bench: Bench) -> None:
    made = bench.request("firm_compliance", purpose="投标", enterprise_id=bench.cast.enterprise().pk)
    actors = [bench.actor("reviewer"), bench.actor("second_reviewer")]
    works = [lambda actor=actor: commands.claim(actor=actor, request_id=made.pk, now=bench.now) for actor in actors]
    assert together(*works) == [str(made.pk), "Conflict"]


def test_a_withdrawal_and_an_approval_never_both_succeed(bench: Bench) -> None:
    made = bench.claimed()
    citizen, officer = bench.actor("citizen"), bench.actor("outsider")
    outcomes = together(
        lambda: commands.withdraw(actor=citizen, request_id=made.pk, now=bench.now),
        lambda: commands.approve(actor=officer, request_id=made.pk, values=VALUES, now=bench.now),
    )
    assert outcomes == [str(made.pk), "Refused"]
    assert CertificateRequest.objects.get().state in ("withdrawn", "issued")


def test_two_answers_leave_one(bench: Bench) -> None:
    made = ask(bench)
    actor = bench.actor("outsider")
    works = [
        lambda outcome=outcome: commands.answer(
            actor=actor, verification_id=made.pk, outcome=outcome, text="经核", now=bench.now
        )
        for outcome in ("confirmed", "denied")
    ]
    assert together(*works) == [str(made.pk), "Conflict"]
    assert Verification.objects.get().state == "answered"


def test_two_questions_for_the_last_use_of_a_consent(bench: Bench) -> None:
    given = consent(bench, uses_left=1)
    actor, now = bench.actor("reviewer"), bench.now
    said: dict[str, Any] = {
        "department_id": bench.cast.department("health").pk, "person_id": bench.cast.person("citizen").pk,
        "fact": "体检合格", "purpose": "审查", "consent_id": given.pk, "now": now,
    }  # fmt: skip

    def press(material: str) -> Verification:
        return commands.ask_department(actor=actor, material_code=material, **said)

    outcomes = together(lambda: press("one"), lambda: press("two"))
    assert outcomes.count("Refused") == 1 and Verification.objects.count() == AccessEntry.objects.count() == 1
    given.refresh_from_db()
    assert given.uses_left == 0
