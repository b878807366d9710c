"""After acceptance: steps, special procedures, extensions, decision, delivery."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

import pytest
from django.db import IntegrityError, transaction

from yitong.audit.models import Entry
from yitong.cases import commands
from yitong.cases.commands import REMEDIES, CaseNotFound
from yitong.cases.models import Case, CaseStep, Decision, Delivery, SpecialProcedure
from yitong.cases.tests.items import SILENT, item, next_version
from yitong.cases.tests.test_intake import kinds, refused
from yitong.kernel.clock import SHANGHAI
from yitong.kernel.reasons import NotAllowed
from yitong.licences.models import Licence
from yitong.parties.models import AuthorisationLetter

AGREE = {"opinion": "agree"}


def place(office, who: str, case: Case) -> dict:
    return {"actor": office.actor(who), "case_id": case.pk, "now": office.now}


def test_acceptance_copies_both_limits_and_starts_both_clocks(office):
    case = office.accepted()
    assert (case.statutory_amount, case.committed_amount) == (20, 10)
    assert (case.statutory_due_on, case.committed_due_on) == (date(2026, 10, 29), date(2026, 10, 15))
    # Yellow when two of ten working days are left: after 13 October.
    assert case.yellow_at == datetime.combine(date(2026, 10, 14), time(0), SHANGHAI)
    assert [(s.code, s.state, s.foreign) for s in CaseStep.objects.filter(case=case)] == [
        ("review", "open", False),
        ("site", "pending", False),
        ("health", "pending", True),
    ]


def test_a_later_version_moves_no_running_case(office):
    case = office.accepted()
    faster = next_version(office.item, office.now, committed_limit={"amount": 5})
    case = office.do(commands.claim, "reviewer", case)
    assert case.version_id == office.item.version_id != faster.version_id
    assert case.committed_due_on == date(2026, 10, 15)


def test_stages_open_one_after_another_and_parallel_steps_wait_for_each_other(office):
    case = office.accepted()
    site, health = office.step(case, "site"), office.step(case, "health")
    assert refused(commands.complete_step, **place(office, "reviewer", case), step_id=site.pk, **AGREE) == [
        "step_not_open"
    ]
    case = office.do(commands.complete_step, "reviewer", case, step_id=office.step(case, "review").pk, **AGREE)
    assert case.stage == 2
    with pytest.raises(NotAllowed):
        commands.complete_step(**place(office, "reviewer", case), step_id=health.pk, **AGREE)
    case = office.do(
        commands.complete_step, "outsider", case, step_id=health.pk, opinion="conditional", text="补洗手池"
    )
    assert case.state == "accepted"


def test_a_department_asked_to_review_sees_the_case(office):
    case = office.submitted()
    with pytest.raises(CaseNotFound):
        commands.claim(**place(office, "outsider", case))
    case = office.do(commands.accept, "accepter", case)
    with pytest.raises(NotAllowed) as error:
        commands.claim(**place(office, "outsider", case))
    assert not isinstance(error.value, CaseNotFound)


def test_a_site_check_takes_two_officers(office):
    case = office.accepted()
    case = office.do(commands.complete_step, "reviewer", case, step_id=office.step(case, "review").pk, **AGREE)
    site = office.step(case, "site").pk
    one, two = office.cast.staff_member("reviewer").pk, office.cast.staff_member("second_reviewer").pk
    here = place(office, "reviewer", case)
    for officers in ([one], [one, one], [two], [one, 999_999]):
        found = refused(commands.record_site_check, **here, step_id=site, officer_ids=officers, findings="良好")
        assert found == ["two_officers"]
    assert refused(commands.complete_step, **here, step_id=site, **AGREE) == ["site_check_missing"]
    office.do(commands.record_site_check, "reviewer", case, step_id=site, officer_ids=[one, two], findings="良好")
    again = {"step_id": site, "officer_ids": [one, two], "findings": "良好"}
    assert refused(commands.record_site_check, **place(office, "reviewer", case), **again) == ["site_check_recorded"]


def test_a_claim_binds_colleagues_and_not_the_other_department(office):
    case = office.accepted()
    review = office.step(case, "review").pk
    case = office.do(commands.claim, "second_reviewer", case)
    assert refused(commands.complete_step, **place(office, "reviewer", case), step_id=review, **AGREE) == [
        "claimed_by_other"
    ]
    case = office.do(commands.complete_step, "second_reviewer", case, step_id=review, **AGREE)
    case = office.do(commands.claim, "reviewer", case)
    case = office.do(commands.complete_step, "outsider", case, step_id=office.step(case, "health").pk, **AGREE)
    assert case.handler_id == office.cast.staff_member("reviewer").pk


def test_a_step_is_done_again_in_a_new_round(office):
    case = office.deciding()
    review = office.step(case, "review").pk
    assert refused(commands.return_to_step, **place(office, "reviewer", case), step_id=review, reason="") == ["empty"]
    case = office.do(commands.return_to_step, "reviewer", case, step_id=review, reason="面积核算有误")
    assert (case.state, case.stage) == ("accepted", 1)
    assert [(s.state, s.round) for s in CaseStep.objects.filter(case=case)] == [
        ("open", 2),
        ("pending", 2),
        ("pending", 2),
    ]
    case = office.do(commands.complete_step, "reviewer", case, step_id=review, **AGREE)
    assert refused(
        commands.complete_step, **place(office, "reviewer", case), step_id=office.step(case, "site").pk, **AGREE
    ) == ["site_check_missing"]


def test_a_hearing_stops_the_clock_and_its_end_starts_it(office):
    case = office.accepted()
    due = case.statutory_due_on
    office.now = datetime(2026, 10, 9, 9, 0, tzinfo=SHANGHAI)
    hearing = {"kind": "hearing", "reason": "申请人要求听证", "planned_days": 5}
    here = place(office, "reviewer", case)
    assert refused(commands.start_special_procedure, **here, **{**hearing, "kind": "auction"}) == ["kind_not_allowed"]
    assert refused(commands.start_special_procedure, **here, **{**hearing, "planned_days": 0}) == ["planned_days"]
    case = office.do(commands.start_special_procedure, "reviewer", case, **hearing)
    assert case.suspended and case.statutory_due_at is None and case.committed_due_at is None
    assert "special_procedure_notice" in kinds(case)
    assert SpecialProcedure.objects.get(case=case).planned_until_on == date(2026, 10, 15)
    assert refused(commands.start_special_procedure, **place(office, "reviewer", case), **hearing) == ["suspended"]
    step = office.step(case, "review").pk
    assert refused(commands.complete_step, **place(office, "reviewer", case), step_id=step, **AGREE) == ["suspended"]
    office.now = datetime(2026, 10, 15, 16, 0, tzinfo=SHANGHAI)
    case = office.do(commands.end_special_procedure, "reviewer", case, result="听证笔录已归档")
    # 9, 10 (worked), 12, 13, 14 October did not count.
    assert not case.suspended and due == date(2026, 10, 29) and case.statutory_due_on == date(2026, 11, 5)
    assert refused(commands.end_special_procedure, **place(office, "reviewer", case)) == ["not_suspended"]


def test_a_procedure_of_one_day_costs_none(office):
    case = office.accepted()
    due = case.statutory_due_on
    case = office.do(commands.start_special_procedure, "reviewer", case, kind="testing", reason="抽检", planned_days=1)
    case = office.do(commands.end_special_procedure, "reviewer", case)
    assert case.statutory_due_on == due


def test_an_overdue_clock_cannot_be_stopped_or_extended(office):
    case = office.accepted()
    office.now = case.statutory_due_at + timedelta(seconds=1)
    here = place(office, "reviewer", case)
    hearing = {"kind": "hearing", "reason": "x", "planned_days": 5}
    assert refused(commands.start_special_procedure, **here, **hearing) == ["overdue"]
    assert refused(commands.request_extension, **here, days=5, reason="x") == ["overdue"]


def test_the_head_extends_once(office):
    case = office.accepted()
    here = place(office, "reviewer", case)
    assert refused(commands.request_extension, **here, days=11, reason="复杂") == ["extension_days"]
    case = office.do(commands.request_extension, "reviewer", case, days=10, reason="案情复杂")
    assert case.statutory_due_on == date(2026, 10, 29)
    assert refused(commands.request_extension, **place(office, "reviewer", case), days=1, reason="x") == [
        "extension_requested"
    ]
    with pytest.raises(NotAllowed):
        commands.approve_extension(**place(office, "chief", case))
    case = office.do(commands.approve_extension, "head", case)
    assert (case.statutory_due_on, case.committed_due_on) == (date(2026, 11, 12), date(2026, 10, 29))
    assert case.extension_days == 10 and "extension_notice" in kinds(case)
    assert refused(commands.request_extension, **place(office, "reviewer", case), days=1, reason="x") == [
        "extended_once"
    ]


def test_a_refused_extension_moves_nothing(office):
    case = office.do(commands.request_extension, "reviewer", office.accepted(), days=5, reason="复杂")
    case = office.do(commands.refuse_extension, "head", case, note="人手充足，按期办结")
    assert case.statutory_due_on == date(2026, 10, 29)
    assert refused(commands.approve_extension, **place(office, "head", case)) == ["no_extension_request"]


def test_a_joint_item_needs_the_government(office):
    office.item = item(
        office.cast.department("market").pk,
        office.now,
        basic_code="000131001002",
        joint=True,
        statutory_limit={"amount": 45},
        extension_limit=15,
    )
    case = office.do(commands.request_extension, "reviewer", office.accepted(), days=15, reason="多部门会审")
    assert refused(commands.approve_extension, **place(office, "head", case)) == ["government_approval"]
    case = office.do(commands.approve_extension, "head", case, government_approval="示政批〔2026〕3号")
    assert case.extension_days == 15


def test_only_a_letter_in_force_decides(office):
    case = office.deciding()
    AuthorisationLetter.objects.update(valid_until=date(2026, 9, 24))
    found = refused(commands.decide, **place(office, "chief", case), outcome="granted")
    assert found == ["letter_expired"]
    with pytest.raises(NotAllowed):
        commands.decide(**place(office, "reviewer", case), outcome="granted")
    with pytest.raises(CaseNotFound):
        commands.decide(**place(office, "stranger", case), outcome="granted")


def test_a_refusal_has_reasons_and_remedies(office):
    case = office.deciding()
    here = place(office, "chief", case)
    assert refused(commands.decide, **here, outcome="refused", reasons="", remedies=REMEDIES) == ["empty"]
    assert refused(commands.decide, **here, outcome="refused", reasons="场所不符", remedies="") == ["empty"]
    assert refused(commands.decide, **here, outcome="maybe") == ["unknown_outcome"]
    case = office.do(commands.decide, "chief", case, outcome="refused", reasons="场所不符", remedies=REMEDIES)
    assert (case.state, case.outcome, case.licence_id) == ("delivering", "refused", None)
    assert "refusal_decision" in kinds(case)


def test_a_grant_issues_the_licence_and_ten_days_to_deliver(office):
    case = office.granted()
    licence = Licence.objects.get(case_number=case.number)
    assert licence.pk == case.licence_id and licence.holder_person_id == case.applicant_person_id
    assert case.deliver_by_on == date(2026, 10, 15)
    assert Entry.objects.filter(tag="cases:case:decided").count() == 1
    assert refused(commands.decide, **place(office, "chief", case), outcome="refused") == ["wrong_state"]


def test_a_decision_stays_as_it_was_made(office):
    decision = Decision.objects.get(case=office.granted())
    with pytest.raises(Exception, match="append-only"), transaction.atomic():
        Decision.objects.filter(pk=decision.pk).update(outcome="refused")
    decision.pk = None
    with pytest.raises(IntegrityError), transaction.atomic():
        decision.save(force_insert=True)


def test_a_name_the_font_lacks_leaves_the_case_undecided(office):
    case = office.deciding()
    Case.objects.filter(pk=case.pk).update(applicant_name="李𠮷", rev=case.rev + 1)
    assert "undrawable" in refused(commands.decide, **place(office, "chief", case), outcome="granted")
    assert Case.objects.get(pk=case.pk).state == "deciding" and not Licence.objects.exists()


def test_delivery_at_the_window_checks_the_receiver(office):
    case = office.granted()
    assert refused(commands.deliver, **place(office, "clerk", case), method="window") == ["receiver_id_missing"]
    with pytest.raises(NotAllowed):
        commands.deliver(**place(office, "reviewer", case), method="window")
    case = office.do(commands.deliver, "clerk", case, method="window", receiver="李梅", receiver_idcard_tail="002X")
    assert case.state == "closed" and "delivery_receipt" in kinds(case)


def test_delivery_by_post_waits_for_its_arrival(office):
    case = office.granted()
    found = refused(commands.deliver, **place(office, "clerk", case), method="post")
    assert found == ["address_missing", "tracking_missing"]
    post = {"method": "post", "address": "春风路8号", "carrier": "EMS", "tracking": "EB1"}
    case = office.do(commands.deliver, "clerk", case, **post)
    assert case.state == "delivering"
    assert refused(commands.deliver, **place(office, "clerk", case), **post) == ["already_sent"]
    case = office.do(commands.confirm_delivery, "clerk", case, delivered=False, note="无人签收")
    case = office.do(commands.deliver, "clerk", case, **post)
    case = office.do(commands.confirm_delivery, "clerk", case)
    assert case.state == "closed"
    assert list(Delivery.objects.filter(case=case).values_list("state", flat=True)) == ["returned", "delivered"]


def test_electronic_delivery_is_immediate_when_wished(office):
    case = office.deciding()
    case = office.do(commands.choose_delivery, "citizen", case, method="electronic")
    case = office.do(commands.decide, "chief", case, outcome="granted")
    assert (case.state, case.outcome) == ("closed", "granted")


def test_claim_and_hand_over(office):
    case = office.do(commands.claim, "accepter", office.submitted())
    again = commands.claim(**place(office, "accepter", case))
    assert again.rev == case.rev
    second = office.cast.staff_member("reviewer").pk
    reviewer = place(office, "reviewer", case)
    assert refused(commands.claim, **reviewer) == ["claimed_by_other"]
    with pytest.raises(NotAllowed):
        commands.hand_over(**reviewer, to_staff_id=second, reason="我来办")
    outsider = office.cast.staff_member("outsider").pk
    here = place(office, "accepter", case)
    assert refused(commands.hand_over, **here, to_staff_id=outsider, reason="帮忙") == ["not_a_colleague"]
    case = office.do(commands.hand_over, "accepter", case, to_staff_id=second, reason="外出培训")
    assert case.handler_id == second
    assert refused(commands.accept, **place(office, "accepter", case)) == ["claimed_by_other"]


def test_termination_needs_a_ground(office):
    case = office.accepted()
    here = place(office, "accepter", case)
    assert refused(commands.terminate, **here, ground="whim", reason="x") == ["unknown_ground"]
    case = office.do(commands.terminate, "accepter", case, ground="applicant_gone", reason="企业已注销")
    assert case.outcome == "terminated" and "termination_notice" in kinds(case)
    assert refused(commands.terminate, **place(office, "accepter", case), ground="impossible", reason="x") == [
        "wrong_state"
    ]


def silent(office, **changes) -> Case:
    department = office.cast.department("market").pk
    office.item = item(department, office.now, basic_code="000131001003", **{**SILENT, **changes})
    return office.accepted()


def test_silence_grants_a_listed_item_after_its_statutory_end(office):
    case = silent(office)
    office.now = case.statutory_due_at
    assert commands.deem_approved(now=office.now) == 0
    office.later(seconds=1)
    assert commands.deem_approved(now=office.now) == 1
    case = Case.objects.get(pk=case.pk)
    assert case.deemed_approved and (case.state, case.outcome) == ("delivering", "granted")
    assert Decision.objects.get(case=case).deemed and "deemed_approval_notice" in kinds(case)
    assert refused(commands.deliver, **place(office, "clerk", case), method="electronic") == ["result_owed"]
    case = office.do(commands.issue_result, "chief", case)
    assert case.licence_id and commands.deem_approved(now=office.now) == 0


def test_silence_grants_nothing_else(office):
    case = office.accepted()
    office.now = case.statutory_due_at + timedelta(days=30)
    assert commands.deem_approved(now=office.now) == 0
    assert Case.objects.get(pk=case.pk).state == "accepted"


def test_silence_grants_nothing_while_the_clock_stands(office):
    case = silent(office)
    case = office.do(commands.start_special_procedure, "reviewer", case, kind="hearing", reason="听证", planned_days=5)
    office.later(days=200)
    assert commands.deem_approved(now=office.now) == 0


def test_a_late_decision_on_a_listed_item_is_too_late(office):
    case = silent(office)
    case = office.do(commands.complete_step, "reviewer", case, step_id=office.step(case, "review").pk, **AGREE)
    office.now = case.statutory_due_at + timedelta(seconds=1)
    found = refused(commands.decide, **place(office, "chief", case), outcome="refused", reasons="x", remedies="y")
    assert found == ["deemed_approved"]
