"""Before acceptance: submission, not required, refusal, the one correction, silence."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from yitong.audit.models import Entry
from yitong.cases import commands
from yitong.cases.commands import Applicant, CaseNotFound
from yitong.cases.models import Case, CaseEvent, CorrectionNotice
from yitong.documents.queries import of_subject
from yitong.kernel.identifiers.case_number import parse
from yitong.kernel.reasons import Conflict, NotAllowed, Refused

ITEMS = [{"material": "layout", "problem": "看不清", "remedy": "重新上传"}]


def codes(error) -> list[str]:
    return [reason.code for reason in error.value.reasons]


def refused(command, **arguments) -> list[str]:
    with pytest.raises(Refused) as error, transaction.atomic():
        command(**arguments)
    return codes(error)


def kinds(case) -> set[str]:
    return {document.kind for document in of_subject(f"case:{case.pk}")}


def test_a_draft_is_prefilled_and_belongs_to_its_applicant_alone(office):
    case = commands.start_draft(
        actor=office.actor("citizen"),
        item_code=office.item.basic_code,
        applicant=Applicant(person_id=office.cast.person("citizen").pk),
        now=office.now,
    )
    assert case.form == {"phone": "13800000001"} and case.number is None
    with pytest.raises(CaseNotFound):
        commands.save_form(actor=office.actor("stranger"), case_id=case.pk, form={}, now=office.now)
    with pytest.raises(CaseNotFound):
        commands.save_form(actor=office.actor("accepter"), case_id=case.pk, form={}, now=office.now)


def test_nobody_applies_for_somebody_else_without_a_mandate(office):
    with pytest.raises(NotAllowed):
        commands.start_draft(
            actor=office.actor("stranger"),
            item_code=office.item.basic_code,
            applicant=Applicant(person_id=office.cast.person("citizen").pk),
            now=office.now,
        )


def test_the_same_click_gives_the_same_draft(office):
    place = {
        "actor": office.actor("citizen"),
        "item_code": office.item.basic_code,
        "applicant": Applicant(person_id=office.cast.person("citizen").pk),
        "now": office.now,
        "client_token": "click-1",
    }
    assert commands.start_draft(**place).pk == commands.start_draft(**place).pk
    assert Case.objects.count() == 1


def test_submission_takes_a_number_gives_a_receipt_and_five_days(office):
    case = office.submitted()
    number = parse(case.number)
    assert (number.on, number.serial) == (office.now.date(), 1)
    # 25-27 September is the Mid-autumn holiday, 1-7 October the National one; 10 October is worked.
    assert case.tell_by_on.isoformat() == "2026-10-09"
    assert "receipt_of_materials" in kinds(case)
    entry = Entry.objects.get(tag="cases:case:submitted")
    assert entry.subject == f"case:{case.number}"


def test_submitting_and_accepting_take_few_statements(office):
    first, second = office.draft(), office.draft()
    applicant, accepter = office.actor("citizen"), office.actor("accepter")
    commands.submit(actor=applicant, case_id=first.pk, now=office.now)
    with CaptureQueriesContext(connection) as submitting:
        commands.submit(actor=applicant, case_id=second.pk, now=office.now)
    with CaptureQueriesContext(connection) as accepting:
        commands.accept(actor=accepter, case_id=second.pk, now=office.now)
    plain = [
        [q["sql"] for q in found.captured_queries if "SAVEPOINT" not in q["sql"]] for found in (submitting, accepting)
    ]
    # Submission: one more when the result is a licence that is renewed. Acceptance: when a step names another department.
    assert (len(plain[0]), len(plain[1])) == (4, 3)


def test_an_incomplete_draft_is_refused_reason_by_reason(office):
    case = office.draft(materials=("application",))
    found = refused(commands.submit, actor=office.actor("citizen"), case_id=case.pk, now=office.now)
    assert found == ["material_missing", "material_missing"]
    Case.objects.filter(pk=case.pk).update(form={}, answers={}, rev=case.rev + 1)
    found = refused(commands.submit, actor=office.actor("citizen"), case_id=case.pk, now=office.now)
    assert "question_unanswered" in found and len(found) > 3
    assert Case.objects.get(pk=case.pk).state == "draft"


def test_a_double_submit_returns_the_same_case(office):
    case = office.draft()
    place = {"actor": office.actor("citizen"), "case_id": case.pk, "rev": case.rev, "client_token": "form-7"}
    first = commands.submit(**place, now=office.now)
    again = commands.submit(**place, now=office.now + timedelta(seconds=1))
    assert (first.pk, first.number, first.rev) == (again.pk, again.number, again.rev)
    assert CaseEvent.objects.filter(case=case).count() == 1


def test_numbers_run_by_item_and_day(office):
    numbers = [parse(office.submitted().number) for _ in range(3)]
    assert [number.serial for number in numbers] == [1, 2, 3]
    office.later(days=1)
    assert parse(office.submitted().number).serial == 1


def test_a_clock_set_back_neither_reorders_events_nor_repeats_a_number(office):
    case = office.submitted()
    early = office.now - timedelta(hours=1)
    found = refused(commands.accept, actor=office.actor("accepter"), case_id=case.pk, now=early)
    assert found == ["clock_moved_back"]
    # A new case may be filed by the wrong clock; its number is still its own.
    office.now = early
    assert office.submitted().number != case.number


def test_two_machines_a_moment_apart_do_not_disturb_each_other(office):
    case = office.submitted()
    commands.accept(actor=office.actor("accepter"), case_id=case.pk, now=office.now - timedelta(seconds=3))
    events = list(CaseEvent.objects.filter(case=case).order_by("seq"))
    assert events[-1].at == events[-2].at


def test_not_required_closes_at_once(office):
    case = office.do(commands.declare_not_required, "accepter", office.submitted(), reason="销售自产农产品无需许可。")
    assert (case.state, case.outcome) == ("closed", "not_required")
    assert "not_required_notice" in kinds(case)


def test_refusal_of_acceptance_names_the_right_organ(office):
    case = office.submitted()
    place = {"actor": office.actor("accepter"), "case_id": case.pk, "now": office.now}
    assert refused(commands.refuse_acceptance, **place, right_organ=" ", reason="不属本机关") == ["empty"]
    case = office.do(
        commands.refuse_acceptance, "accepter", case, right_organ="示范市公安局", reason="不属于本机关职权范围"
    )
    assert (case.state, case.outcome) == ("closed", "acceptance_refused")
    assert "acceptance_refusal" in kinds(case)


@pytest.mark.parametrize("who", ["stranger", "outsider", "author", "admin"])
def test_strangers_find_no_case(office, who):
    case = office.submitted()
    with pytest.raises(CaseNotFound):
        commands.accept(actor=office.actor(who), case_id=case.pk, now=office.now)


@pytest.mark.parametrize("who", ["citizen", "reviewer", "supervisor"])
def test_who_sees_a_case_may_not_therefore_accept_it(office, who):
    case = office.submitted()
    with pytest.raises(NotAllowed) as error:
        commands.accept(actor=office.actor(who), case_id=case.pk, now=office.now)
    assert not isinstance(error.value, CaseNotFound)


def test_correction_is_told_once_and_stops_nothing_else(office):
    case = office.do(commands.request_correction, "accepter", office.submitted(), items=ITEMS)
    assert case.state == "correcting" and case.tell_by_at is None and "correction_notice" in kinds(case)
    place = {"actor": office.actor("citizen"), "case_id": case.pk}
    assert "correction_missing" in refused(commands.supply_correction, **place, now=office.now)
    assert refused(
        commands.attach_material,
        **place,
        material_code="rules",
        stored_file_id=office.upload("citizen"),
        now=office.now,
    ) == ["material_not_noticed"]
    office.later(days=3)
    commands.attach_material(
        **place, material_code="layout", stored_file_id=office.upload("citizen", "新图.png"), now=office.now
    )
    case = office.do(commands.supply_correction, "citizen", case)
    assert case.state == "submitted" and case.received_at == office.now
    found = refused(
        commands.request_correction, actor=office.actor("accepter"), case_id=case.pk, items=ITEMS, now=office.now
    )
    assert found == ["second_correction"]


def test_the_database_itself_refuses_a_second_notice(office):
    case = office.do(commands.request_correction, "accepter", office.submitted(), items=ITEMS)
    notice = CorrectionNotice.objects.get(case=case)
    notice.pk = None
    with pytest.raises(IntegrityError), transaction.atomic():
        notice.save(force_insert=True)


def test_nothing_may_be_demanded_after_acceptance(office):
    case = office.accepted()
    found = refused(
        commands.request_correction, actor=office.actor("accepter"), case_id=case.pk, items=ITEMS, now=office.now
    )
    assert found == ["correction_after_acceptance"]


@pytest.mark.parametrize(
    ("items", "code"),
    [
        ([], "nothing_told"),
        ([{"material": "passport", "problem": "缺", "remedy": "补"}], "not_in_guide"),
        ([{"field": "colour", "problem": "缺", "remedy": "补"}], "no_such_field"),
        ([{"material": "layout", "problem": " ", "remedy": "补"}], "empty"),
        ([*ITEMS, *ITEMS], "told_twice"),
        ([{"material": "layout", "field": "shop", "problem": "缺", "remedy": "补"}], "one_thing"),
    ],
)
def test_a_notice_says_everything_and_only_what_the_guide_asks(office, items, code):
    case = office.submitted()
    place = {"actor": office.actor("accepter"), "case_id": case.pk, "now": office.now}
    assert code in refused(commands.request_correction, **place, items=items)


def test_silence_for_five_working_days_accepts_from_the_receipt(office):
    case = office.submitted()
    received = case.received_at
    office.now = case.tell_by_at
    assert commands.deem_accepted(now=office.now) == 0
    office.later(seconds=1)
    place = {"actor": office.actor("accepter"), "case_id": case.pk, "now": office.now}
    assert refused(commands.request_correction, **place, items=ITEMS) == ["deemed_accepted"]
    assert refused(commands.refuse_acceptance, **place, right_organ="某局", reason="x") == ["deemed_accepted"]
    assert commands.deem_accepted(now=office.now) == 1
    case = Case.objects.get(pk=case.pk)
    assert case.deemed_accepted and case.state == "accepted" and case.accepted_at == received
    assert case.statutory_due_on.isoformat() == "2026-10-29"
    assert "deemed_acceptance_notice" in kinds(case)
    assert commands.deem_accepted(now=office.now) == 0


def test_accepting_too_late_says_so(office):
    case = office.submitted()
    office.now = case.tell_by_at
    case = office.do(commands.accept, "accepter", case)
    assert case.deemed_accepted and case.accepted_at == case.received_at


def test_after_hours_count_as_the_next_working_day(office, settings):
    settings.YITONG_CASE_CLOSING = "17:30"
    office.now = office.now.replace(hour=18)
    case = office.accepted()
    # Thursday evening counts as Monday 28 September, after the holiday.
    assert case.committed_due_on.isoformat() == "2026-10-16"


def test_a_stale_form_is_told_who_acted(office):
    case = office.submitted()
    rev = case.rev
    office.do(commands.claim, "accepter", case, rev=rev)
    with pytest.raises(Conflict) as error:
        commands.accept(actor=office.actor("accepter"), case_id=case.pk, rev=rev, now=office.now)
    params = error.value.reason.params
    assert params["who"] == "孙丽" and params["what"] == "claimed" and params["at"]


def test_withdrawal_before_the_decision_only(office):
    case = office.submitted()
    with pytest.raises(CaseNotFound):
        commands.withdraw(actor=office.actor("stranger"), case_id=case.pk, now=office.now)
    case = office.do(commands.withdraw, "citizen", case, reason="不办了")
    assert (case.state, case.outcome) == ("closed", "withdrawn")
    decided = office.granted()
    found = refused(commands.withdraw, actor=office.actor("citizen"), case_id=decided.pk, now=office.now)
    assert found == ["already_decided"]


def test_a_draft_can_be_thrown_away(office):
    case = office.draft()
    commands.discard_draft(actor=office.actor("citizen"), case_id=case.pk, now=office.now)
    assert not Case.objects.exists() and Entry.objects.filter(tag="cases:draft:discarded").count() == 1


def test_events_cannot_be_changed_or_deleted(office):
    case = office.submitted()
    for change in (lambda rows: rows.update(kind="x"), lambda rows: rows.delete()):
        with pytest.raises(Exception, match="append-only"), transaction.atomic():
            change(CaseEvent.objects.filter(case=case))


def test_termination_for_want_of_supply_only_after_the_day(office):
    case = office.do(commands.request_correction, "accepter", office.submitted(), items=ITEMS, supply_days=3)
    place = {
        "actor": office.actor("accepter"),
        "case_id": case.pk,
        "ground": "correction_not_supplied",
        "reason": "逾期",
    }
    assert refused(commands.terminate, **place, now=office.now) == ["still_time_to_supply"]
    office.later(days=20)
    case = office.do(commands.terminate, "accepter", case, ground="correction_not_supplied", reason="逾期未补正")
    assert (case.state, case.outcome) == ("closed", "terminated")
    assert CorrectionNotice.objects.get(case=case).state == "lapsed"
