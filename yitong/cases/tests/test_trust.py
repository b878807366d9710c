"""What an applicant's word is worth: a promise moved by force majeure, a commitment taken back, credit repaired."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from django.db import IntegrityError, transaction

from yitong.audit.models import Entry
from yitong.cases import commands, queries
from yitong.cases.commands import CaseNotFound
from yitong.cases.models import (
    Case,
    CaseEvent,
    CaseStep,
    Commitment,
    CorrectionNotice,
    CreditRepair,
    Extension,
    ProvisionalAcceptance,
)
from yitong.cases.permissions import repairs_visible_to
from yitong.cases.queries.repairs import waiting_repairs
from yitong.cases.tests.test_intake import ITEMS, kinds, refused
from yitong.cases.tests.test_promises import PROMISED, committed, provisional
from yitong.cases.tests.test_review import place
from yitong.kernel.clock import SHANGHAI
from yitong.kernel.reasons import Conflict, NotAllowed, Refused
from yitong.notifications.models import Message

LATER = date(2026, 11, 30)
FLOOD = {"reason": "洪水导致档案馆停业", "promised_on": LATER}


def at(day: date, hour: int = 9) -> datetime:
    return datetime(day.year, day.month, day.day, hour, tzinfo=SHANGHAI)


def told(template: str) -> list[dict]:
    """What text messages of this template say, in the order they were written."""
    return list(
        Message.objects.filter(template=template, channel="sms").order_by("id").values_list("context", flat=True)
    )


# --- force majeure ---------------------------------------------------------------------------------------------------
def test_force_majeure_moves_the_promise_past_the_committed_limit(office):
    case = provisional(office)
    due_on = case.committed_due_on
    assert due_on < LATER
    case = office.do(commands.extend_promise, "head", case, **FLOOD)
    acceptance = ProvisionalAcceptance.objects.get(case=case)
    assert (acceptance.promised_on, acceptance.remind_on) == (LATER, date(2026, 11, 26))
    # The clocks are not stopped: force majeure is no ground of article 45.
    assert case.committed_due_on == due_on
    assert CaseEvent.objects.get(case=case, kind="promise_extended").data == {
        "from_on": PROMISED.isoformat(),
        "promised_on": LATER.isoformat(),
        "reason": FLOOD["reason"],
    }
    (message,) = told("provisional_extended")
    assert message["due_on"] == "2026年11月30日" and message["materials"] == "经营场所平面图"
    assert "promise_extended" in [entry.kind for entry in queries.timeline(office.actor("citizen"), case)]


def test_reminders_and_the_end_follow_the_new_day(office):
    case = provisional(office)
    office.now = at(date(2026, 10, 12))
    assert commands.remind_provisional(now=office.now) == 1
    case = office.do(commands.extend_promise, "head", Case.objects.get(pk=case.pk), **FLOOD)
    for day, reminders in ((date(2026, 10, 13), 0), (date(2026, 11, 26), 1), (LATER, 1)):
        office.now = at(day)
        assert commands.terminate_overdue_provisional(now=office.now) == 0
        assert commands.remind_provisional(now=office.now) == reminders, day
        assert commands.remind_provisional(now=office.now) == 0
    office.now = at(LATER + timedelta(days=1), 0)
    assert commands.terminate_overdue_provisional(now=office.now) == 1


def test_a_promise_moves_only_ahead_and_can_move_again(office):
    case = provisional(office)
    here = place(office, "head", case)
    for day in (PROMISED, PROMISED - timedelta(days=1)):
        assert refused(commands.extend_promise, **here, reason="洪水", promised_on=day) == ["not_later"]
    far = office.now.date() + timedelta(days=400)
    assert refused(commands.extend_promise, **here, reason="洪水", promised_on=far) == ["too_late"]
    assert refused(commands.extend_promise, **here, reason="  ", promised_on=LATER) == ["empty"]
    case = office.do(commands.extend_promise, "head", case, **FLOOD)
    case = office.do(commands.extend_promise, "head", case, reason="道路未通", promised_on=LATER + timedelta(days=7))
    assert len(told("provisional_extended")) == 2


def test_only_a_head_of_the_department_moves_a_running_promise(office):
    case = provisional(office)
    for who in ("citizen", "accepter", "reviewer", "chief", "supervisor"):
        with pytest.raises(NotAllowed):
            commands.extend_promise(**place(office, who, case), **FLOOD)
    with pytest.raises(CaseNotFound):
        commands.extend_promise(**place(office, "stranger", case), **FLOOD)
    assert refused(commands.extend_promise, **place(office, "head", office.accepted()), **FLOOD) == ["nothing_owed"]
    assert refused(commands.extend_promise, **place(office, "head", office.submitted()), **FLOOD) == ["wrong_state"]


def test_one_audit_entry_and_a_stale_form_loses(office):
    case = provisional(office)
    before = Entry.objects.filter(tag="cases:provisional:extended").count()
    office.do(commands.extend_promise, "head", case, rev=case.rev, **FLOOD)
    assert Entry.objects.filter(tag="cases:provisional:extended").count() == before + 1
    with pytest.raises(Conflict):
        commands.extend_promise(**place(office, "head", case), rev=case.rev, **FLOOD)


# --- credit repair ---------------------------------------------------------------------------------------------------
def broken(office) -> Case:
    """A case that ended because its promise was not kept."""
    case = provisional(office)
    office.now = at(PROMISED + timedelta(days=1))
    assert commands.terminate_overdue_provisional(now=office.now) == 1
    return Case.objects.get(pk=case.pk)


def barred(office) -> bool:
    case = office.draft(materials=("application", "rules"))
    offer = {"materials": ["layout"], "promised_on": office.now.date() + timedelta(days=5)}
    try:
        with transaction.atomic():
            commands.offer_provisional(**place(office, "citizen", case), **offer)
    except Refused as error:
        assert [reason.code for reason in error.reasons] == ["promise_broken"]
        return True
    return False


def asked(office, **options) -> Case:
    file = office.upload("citizen", "已补齐.png")
    words = {"reason": "材料已补齐并送窗口", "stored_file_id": file, **options}
    return office.do(commands.request_repair, "citizen", broken(office), **words)


def test_after_repair_the_way_is_open_again(office):
    case = asked(office)
    assert barred(office)
    assert waiting_repairs(office.actor("head"), 1).rows[0].case_id == case.pk
    case = office.do(commands.approve_repair, "head", case, reason="已核实")
    assert not barred(office)
    repair = CreditRepair.objects.get(case=case)
    assert (repair.state, repair.kind, repair.answered_at) == ("approved", "provisional", office.now)
    assert told("credit_repair_approved")[0]["reason"] == "已核实"
    assert not waiting_repairs(office.actor("head"), 1).rows
    again = place(office, "citizen", case)
    assert refused(commands.request_repair, **again, reason="再次") == ["nothing_to_repair"]


def test_a_refused_repair_says_why_and_may_be_asked_for_again(office):
    case = office.do(commands.refuse_repair, "head", asked(office), reason="材料仍缺盖章")
    assert barred(office) and told("credit_repair_refused")[0]["reason"] == "材料仍缺盖章"
    case = office.do(commands.request_repair, "citizen", case, reason="已补盖章")
    office.do(commands.approve_repair, "head", case, reason="已核实")
    assert not barred(office)
    assert list(CreditRepair.objects.values_list("state", flat=True)) == ["refused", "approved"]


def test_a_false_commitment_is_repaired_too(office):
    case = office.do(commands.decide, "chief", committed(office), outcome="granted")
    case = office.do(commands.check_commitment, "chief", case, result="revoke", findings="不实")
    draft = office.draft(materials=())
    assert refused(commands.sign_commitment, **place(office, "citizen", draft)) == ["promise_broken"]
    case = office.do(commands.request_repair, "citizen", case, reason="已整改")
    office.do(commands.approve_repair, "head", case, reason="复查合格")
    assert CreditRepair.objects.get().kind == "commitment"
    assert office.do(commands.sign_commitment, "citizen", draft).committed_by_promise


def test_who_may_ask_see_and_answer(office):
    case = broken(office)
    with pytest.raises(CaseNotFound):
        commands.request_repair(**place(office, "stranger", case), reason="x")
    for who in ("head", "accepter"):
        with pytest.raises(NotAllowed):
            commands.request_repair(**place(office, who, case), reason="x")
    stolen = office.upload("stranger", "别人的.png")
    with pytest.raises(NotAllowed), transaction.atomic():
        commands.request_repair(**place(office, "citizen", case), reason="x", stored_file_id=stolen)
    case = office.do(commands.request_repair, "citizen", case, reason="已补齐")
    for who in ("citizen", "accepter", "chief", "supervisor"):
        with pytest.raises(NotAllowed):
            commands.approve_repair(**place(office, who, case), reason="x")
    seen = {who for who in ("citizen", "stranger", "head", "accepter", "outsider", "admin", "supervisor")
            if repairs_visible_to(office.actor(who)).exists()}  # fmt: skip
    assert seen == {"citizen", "head"}


def test_nothing_is_repaired_that_was_not_broken_or_asked_for(office):
    case = office.granted()
    assert refused(commands.request_repair, **place(office, "citizen", case), reason="x") == ["nothing_to_repair"]
    assert refused(commands.request_repair, **place(office, "citizen", office.accepted()), reason="x") == [
        "wrong_state"
    ]
    case = broken(office)
    assert refused(commands.approve_repair, **place(office, "head", case), reason="x") == ["no_repair_request"]
    case = office.do(commands.request_repair, "citizen", case, reason="已补齐")
    assert refused(commands.request_repair, **place(office, "citizen", case), reason="x") == ["repair_requested"]
    assert refused(commands.approve_repair, **place(office, "head", case), reason=" ") == ["empty"]
    with pytest.raises(IntegrityError), transaction.atomic():
        CreditRepair.objects.create(case=case, region_id=case.region_id, kind="provisional", reason="x",
                                    requested_at=office.now)  # fmt: skip


# --- reminders of a correction ---------------------------------------------------------------------------------------
def correcting(office) -> Case:
    return office.do(commands.request_correction, "accepter", office.submitted(), items=ITEMS)


def test_a_correction_is_reminded_of_before_on_and_after_its_day(office):
    case = correcting(office)
    notice = CorrectionNotice.objects.get(case=case)
    # Fifteen working days after Thursday 24 September, over the National Day holidays.
    assert (notice.supply_by_on, notice.remind_on) == (date(2026, 10, 22), date(2026, 10, 20))
    weekly = [date(2026, 10, 29), date(2026, 11, 5), date(2026, 11, 12), date(2026, 11, 19)]
    sent = []
    day = office.now.date()
    while day < date(2026, 12, 31):
        if commands.remind_corrections(now=at(day)):
            sent.append(day)
        assert commands.remind_corrections(now=at(day, 15)) == 0
        day += timedelta(days=1)
    assert sent == [date(2026, 10, 20), date(2026, 10, 22), *weekly]
    assert len(told("correction_reminder")) == len(sent)
    assert CaseEvent.objects.filter(case=case, kind="correction_reminded").count() == len(sent)


def test_a_pause_of_the_worker_makes_one_reminder_of_many(office):
    correcting(office)
    assert commands.remind_corrections(now=at(date(2026, 11, 6))) == 1
    assert CorrectionNotice.objects.get().remind_on == date(2026, 11, 12)


def test_nobody_is_reminded_of_what_he_supplied(office):
    case = correcting(office)
    office.later(minutes=1)
    commands.attach_material(
        **place(office, "citizen", case), material_code="layout", stored_file_id=office.upload("citizen", "x.png")
    )
    office.do(commands.supply_correction, "citizen", case)
    assert commands.remind_corrections(now=at(date(2026, 10, 20))) == 0


# --- a commitment taken back -----------------------------------------------------------------------------------------
WHY = {"reason": "希望按一般程序办理"}


def signed(office, materials=("application", "layout")) -> Case:
    case = office.draft(materials=materials)
    return office.do(commands.sign_commitment, "citizen", case)


def test_in_a_draft_the_signature_goes_and_may_come_back(office):
    case = office.do(commands.withdraw_commitment, "citizen", signed(office))
    assert not case.committed_by_promise and not Commitment.objects.exists()
    assert refused(commands.submit, **place(office, "citizen", case)) == ["material_missing"]
    case = office.do(commands.sign_commitment, "citizen", case)
    assert office.do(commands.submit, "citizen", case).state == "submitted"


def test_before_acceptance_what_it_stood_for_is_owed_and_the_notice_is_kept(office):
    case = office.do(commands.submit, "citizen", signed(office))
    case = office.do(commands.withdraw_commitment, "citizen", case, **WHY)
    notice = CorrectionNotice.objects.get(case=case)
    assert (case.state, case.correction_given, notice.origin) == ("correcting", False, "applicant")
    assert [line["material"] for line in notice.items] == ["rules"]
    assert Commitment.objects.get(case=case).state == "withdrawn"
    assert "commitment_letter" in kinds(case) and "correction_notice" not in kinds(case)
    assert "食品安全管理制度" in told("commitment_withdrawn")[0]["further"]
    case = supplied(office, case, "rules")
    assert case.state == "submitted" and case.tell_by_on
    # The office has not used its one notice.
    case = office.do(commands.request_correction, "accepter", case, items=ITEMS)
    assert set(CorrectionNotice.objects.values_list("origin", "state")) == {
        ("applicant", "supplied"),
        ("office", "open"),
    }
    case = supplied(office, case, "layout")
    again = {"items": ITEMS}
    assert refused(commands.request_correction, **place(office, "accepter", case), **again) == ["second_correction"]


def supplied(office, case: Case, *codes: str) -> Case:
    office.later(minutes=1)
    for code in codes:
        file = office.upload("citizen", f"{code}-{office.now:%H%M}.png")
        commands.attach_material(**place(office, "citizen", case), material_code=code, stored_file_id=file)
    return office.do(commands.supply_correction, "citizen", Case.objects.get(pk=case.pk))


def test_an_open_correction_takes_up_what_is_owed(office):
    case = office.do(commands.submit, "citizen", signed(office))
    case = office.do(commands.request_correction, "accepter", case, items=ITEMS)
    case = office.do(commands.withdraw_commitment, "citizen", case, **WHY)
    notice = CorrectionNotice.objects.get(case=case)
    assert (notice.origin, [line["material"] for line in notice.items]) == ("office", ["layout", "rules"])
    here = place(office, "citizen", case)
    assert {"correction_missing", "material_missing"} == set(refused(commands.supply_correction, **here))
    assert supplied(office, case, "layout", "rules").state == "submitted"


def test_after_acceptance_the_acceptance_falls_and_the_ordinary_way_begins(office):
    case = committed(office)
    assert case.state == "deciding" and case.committed_due_on
    case = office.do(commands.withdraw_commitment, "citizen", case, **WHY)
    assert (case.state, case.accepted_at, case.committed_due_on, case.statutory_amount) == (
        "correcting",
        None,
        None,
        None,
    )
    assert queries.ledger(case, office.now) is None
    case = supplied(office, case, "rules")
    office.later(days=1)
    case = office.do(commands.accept, "accepter", case)
    assert case.state == "accepted" and CaseStep.objects.filter(case=case).count() == 3
    assert queries.ledger(case, office.now).statutory.due.due_on == case.statutory_due_on
    assert refused(commands.withdraw_commitment, **place(office, "citizen", case), **WHY) == ["nothing_signed"]
    assert refused(commands.decide, **place(office, "chief", case), outcome="granted") == ["wrong_state"]


def test_with_every_material_given_nothing_is_owed(office):
    case = office.do(commands.submit, "citizen", signed(office, ("application", "layout", "rules")))
    case = office.do(commands.withdraw_commitment, "citizen", case, **WHY)
    assert case.state == "submitted" and not CorrectionNotice.objects.exists()
    assert office.do(commands.accept, "accepter", case).state == "accepted"


def test_an_accepted_one_with_every_material_is_received_anew(office):
    case = office.do(commands.submit, "citizen", signed(office, ("application", "layout", "rules")))
    case = office.do(commands.accept, "accepter", case)
    office.later(days=1)
    case = office.do(commands.withdraw_commitment, "citizen", case, **WHY)
    assert (case.state, case.received_at) == ("submitted", office.now) and case.tell_by_at > office.now
    assert office.do(commands.accept, "accepter", case).state == "accepted"


def test_an_extension_falls_with_the_acceptance(office):
    case = office.do(commands.request_extension, "reviewer", committed(office), days=5, reason="复杂")
    case = office.do(commands.approve_extension, "head", case)
    case = office.do(commands.withdraw_commitment, "citizen", case, **WHY)
    assert case.extension_days == 0 and Extension.objects.get(case=case).state == "lapsed"
    case = office.do(commands.accept, "accepter", supplied(office, case, "rules"))
    case = office.do(commands.request_extension, "reviewer", case, days=5, reason="复杂")
    assert office.do(commands.approve_extension, "head", case).extension_days == 5


def test_it_is_signed_once_and_taken_back_before_the_decision(office):
    case = office.do(commands.submit, "citizen", signed(office))
    assert refused(commands.withdraw_commitment, **place(office, "citizen", case)) == ["empty"]
    case = office.do(commands.withdraw_commitment, "citizen", case, **WHY)
    assert refused(commands.sign_commitment, **place(office, "citizen", case)) == ["commitment_withdrawn"]
    states = {a.code: a for a in queries.actions(office.actor("citizen"), case, office.now)}
    assert not states["sign_commitment"].allowed and not states["withdraw_commitment"].allowed
    decided = office.do(commands.decide, "chief", committed(office), outcome="granted")
    assert refused(commands.withdraw_commitment, **place(office, "citizen", decided), **WHY) == ["already_decided"]
    plain = office.accepted()
    assert refused(commands.withdraw_commitment, **place(office, "citizen", plain), **WHY) == ["nothing_signed"]


def test_nobody_else_takes_it_back(office):
    case = committed(office)
    for who in ("accepter", "head", "chief"):
        with pytest.raises(NotAllowed):
            commands.withdraw_commitment(**place(office, who, case), **WHY)
    with pytest.raises(CaseNotFound):
        commands.withdraw_commitment(**place(office, "stranger", case), **WHY)
    case = office.do(commands.start_special_procedure, "reviewer", case, kind="hearing", reason="听证", planned_days=3)
    assert refused(commands.withdraw_commitment, **place(office, "citizen", case), **WHY) == ["suspended"]


def test_unsupplied_the_case_ends_as_any_correction(office):
    case = office.do(commands.withdraw_commitment, "citizen", committed(office), **WHY)
    late = {"ground": "correction_not_supplied", "reason": "逾期未补交"}
    assert refused(commands.terminate, **place(office, "accepter", case), **late) == ["still_time_to_supply"]
    assert commands.remind_corrections(now=at(date(2026, 10, 20))) == 1
    office.now = at(date(2026, 10, 23))
    case = office.do(commands.terminate, "accepter", case, **late)
    assert (case.outcome, CorrectionNotice.objects.get().state) == ("terminated", "lapsed")
