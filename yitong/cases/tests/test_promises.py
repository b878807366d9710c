"""Provisional acceptance, commitments, and the counter."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from django.db import transaction

from yitong.cases import commands
from yitong.cases.commands import Applicant
from yitong.cases.models import Case, CaseEvent, Commitment, ProvisionalAcceptance
from yitong.cases.tests.conftest import ANSWERS, FORM
from yitong.cases.tests.test_intake import kinds, refused
from yitong.cases.tests.test_review import place
from yitong.kernel.clock import SHANGHAI
from yitong.kernel.reasons import NotAllowed
from yitong.notifications.models import Message

PROMISED = date(2026, 10, 12)


def offered(office, **options) -> Case:
    case = office.draft(materials=("application", "rules"))
    promise = {"materials": ["layout"], "promised_on": PROMISED, **options}
    commands.offer_provisional(**place(office, "citizen", case), **promise)
    return office.do(commands.submit, "citizen", case)


def provisional(office) -> Case:
    return office.do(commands.accept_provisionally, "accepter", offered(office))


def test_only_flagged_materials_may_come_later(office):
    case = office.draft(materials=())
    here = place(office, "citizen", case)
    assert refused(commands.offer_provisional, **here, materials=["application"], promised_on=PROMISED) == [
        "not_provisional"
    ]
    past = office.now.date() - timedelta(days=1)
    assert refused(commands.offer_provisional, **here, materials=["layout"], promised_on=past) == ["promised_in_past"]


def test_nobody_is_made_to_promise(office):
    case = office.submitted()
    found = refused(
        commands.accept_provisionally,
        **place(office, "accepter", case),
        materials=["layout"],
        promised_on=PROMISED,
    )
    assert found == ["no_promise"]
    with pytest.raises(NotAllowed):
        commands.offer_provisional(**place(office, "accepter", case), materials=["layout"], promised_on=PROMISED)


def test_the_promise_ends_before_the_committed_limit(office):
    case = offered(office, promised_on=date(2026, 10, 16))
    here = place(office, "accepter", case)
    assert refused(commands.accept_provisionally, **here) == ["promised_too_late"]
    case = office.do(commands.accept_provisionally, "accepter", case, promised_on=PROMISED)
    assert case.provisional_open and case.committed_due_on == date(2026, 10, 15)


def test_an_offer_with_missing_materials_is_not_accepted_as_if_complete(office):
    case = offered(office)
    assert refused(commands.accept, **place(office, "accepter", case)) == ["offered_provisional"]


def test_the_result_waits_for_what_was_promised(office):
    case = provisional(office)
    assert "provisional_notice" in kinds(case)
    Case.objects.filter(pk=case.pk).update(state="deciding", rev=case.rev + 1)
    found = refused(commands.decide, **place(office, "chief", case), outcome="granted")
    assert found == ["provisional_outstanding"]
    here = place(office, "citizen", case)
    assert refused(commands.supply_provisional, **here) == ["promised_missing"]
    commands.attach_material(**here, material_code="layout", stored_file_id=office.upload("citizen"))
    case = office.do(commands.supply_provisional, "citizen", Case.objects.get(pk=case.pk))
    assert not case.provisional_open
    case = office.do(commands.decide, "chief", case, outcome="granted")
    assert case.licence_id


def test_reminders_two_days_before_and_on_the_day_then_the_end(office):
    case = provisional(office)
    # Two working days before Monday 12 October: Friday 9 (Saturday 10 is worked).
    assert ProvisionalAcceptance.objects.get(case=case).remind_on == date(2026, 10, 9)
    for day, reminders in ((8, 0), (9, 1), (9, 0), (12, 1), (12, 0)):
        office.now = datetime(2026, 10, day, 9, 0, tzinfo=SHANGHAI)
        assert commands.remind_provisional(now=office.now) == reminders, day
        assert commands.terminate_overdue_provisional(now=office.now) == 0
    sent = set(Message.objects.values_list("template", flat=True))
    assert {"provisional_reminder", "provisional_due_today"} <= sent
    office.now = datetime(2026, 10, 13, 0, 0, 1, tzinfo=SHANGHAI)
    assert commands.terminate_overdue_provisional(now=office.now) == 1
    case = Case.objects.get(pk=case.pk)
    assert (case.state, case.outcome) == ("closed", "terminated")
    assert ProvisionalAcceptance.objects.get(case=case).state == "terminated"
    assert CaseEvent.objects.get(case=case, kind="terminated").data["ground"] == "provisional_overdue"


def test_a_broken_promise_bars_the_next(office):
    test_reminders_two_days_before_and_on_the_day_then_the_end(office)
    case = office.draft(materials=("application", "rules"))
    found = refused(
        commands.offer_provisional,
        **place(office, "citizen", case),
        materials=["layout"],
        promised_on=date(2026, 10, 20),
    )
    assert found == ["promise_broken"]


def committed(office) -> Case:
    case = office.draft(materials=("application", "layout"))
    commands.sign_commitment(**place(office, "citizen", case))
    case = office.do(commands.submit, "citizen", case)
    return office.do(commands.accept, "accepter", case)


def test_a_commitment_is_decided_at_once(office):
    case = committed(office)
    assert case.state == "deciding" and "commitment_letter" in kinds(case)
    assert refused(commands.sign_commitment, **place(office, "citizen", case)) == ["wrong_state"]
    case = office.do(commands.decide, "chief", case, outcome="granted")
    assert Commitment.objects.get(case=case).check_by_on == office.now.date() + timedelta(days=60)


def test_a_commitment_is_checked_after_the_grant(office):
    case = committed(office)
    check = {"result": "pass", "findings": "符合"}
    assert refused(commands.check_commitment, **place(office, "reviewer", case), **check) == ["wrong_state"]
    case = office.do(commands.decide, "chief", case, outcome="granted")
    here = place(office, "reviewer", case)
    assert refused(commands.check_commitment, **here, result="rectify", findings="缺制度") == ["rectify_by"]
    rectify_by = office.now.date() + timedelta(days=10)
    case = office.do(
        commands.check_commitment, "reviewer", case, result="rectify", findings="缺制度", rectify_by=rectify_by
    )
    with pytest.raises(NotAllowed), transaction.atomic():
        commands.check_commitment(**place(office, "reviewer", case), result="revoke", findings="拒不整改")
    case = office.do(commands.check_commitment, "chief", case, result="revoke", findings="拒不整改")
    assert case.licence.status == "revoked"
    barred = office.draft(materials=())
    assert refused(commands.sign_commitment, **place(office, "citizen", barred)) == ["promise_broken"]


def test_a_clerk_files_for_somebody_at_the_window(office):
    place_ = {
        "actor": office.actor("clerk"),
        "item_code": office.item.basic_code,
        "applicant": Applicant(person_id=office.cast.person("citizen").pk),
        "answers": ANSWERS,
        "form": FORM,
        "materials": [
            {"code": "application", "paper": True, "copies": 2},
            {"code": "rules", "stored_file_id": office.upload("clerk")},
        ],
        "provisional": (["layout"], PROMISED),
        "client_token": "window-1",
        "now": office.now,
    }
    case = commands.file_at_counter(**place_)
    assert commands.file_at_counter(**place_).pk == case.pk
    assert (case.state, case.channel, case.filed_region_id) == ("submitted", "window", office.actor("clerk").region_id)
    assert office.do(commands.accept_provisionally, "accepter", case).provisional_open
    with pytest.raises(NotAllowed):
        commands.file_at_counter(**{**place_, "actor": office.actor("reviewer"), "client_token": "x"})


def test_a_failed_filing_leaves_nothing(office):
    found = refused(
        commands.file_at_counter,
        actor=office.actor("clerk"),
        item_code=office.item.basic_code,
        applicant=Applicant(person_id=office.cast.person("citizen").pk),
        answers=ANSWERS,
        form=FORM,
        materials=[],
        now=office.now,
    )
    assert set(found) == {"material_missing"} and not Case.objects.exists()
