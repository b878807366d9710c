"""A case that renews a licence: bound at the counter, ended by law when its term ran out undecided (行政许可法 第五十条)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from yitong.audit.models import Entry
from yitong.cases import commands
from yitong.cases.commands.renewal import deem_case_renewed
from yitong.cases.models import Case, CaseEvent, CorrectionNotice, Decision
from yitong.cases.rules.transitions import Action, CaseFacts, refusals
from yitong.cases.tests.conftest import ANSWERS, FORM, Office
from yitong.cases.tests.desk_fixtures import enter_fixture  # noqa: F401
from yitong.cases.tests.items import FOOD
from yitong.cases.tests.test_desk_counter import begin, fill, identify, scan
from yitong.cases.tests.test_intake import kinds, refused
from yitong.cases.tests.test_promises import provisional
from yitong.kernel.reasons import NotAllowed
from yitong.licences.commands import deem_renewed, intend, issue, revoke
from yitong.licences.models import Licence, LicenceType, Renewal
from yitong.notifications.models import Message
from yitong.parties.actors import system

DAYS_LEFT = 40


@pytest.fixture
def old(office: Office) -> Licence:
    """李梅's food permit of the market department; its term ends in ``DAYS_LEFT`` days."""
    return permit(office)


def permit(office: Office, who: str = "citizen", days_left: int = DAYS_LEFT, case: str = "EARLIER-1") -> Licence:
    person = office.cast.person(who)
    last = office.now + timedelta(days=days_left + 1)
    return issue(
        type_code=FOOD,
        holder_person_id=person.pk,
        holder_enterprise_id=None,
        holder_name=person.name,
        data={"scope": "预包装食品销售"},
        issuer_department_id=office.item.department_id,
        region_id=office.item.region_id,
        case_number=case,
        valid_years=5,
        actor=system("tests"),
        now=last.replace(year=last.year - 5),
    )


def chosen(office: Office, old: Licence) -> None:
    intend(licence_id=old.pk, actor=office.actor("citizen"), now=office.now)


def past_the_end(office: Office, old: Licence) -> datetime:
    """The morning after the last day of the term."""
    assert old.valid_until is not None
    day = old.valid_until + timedelta(days=1)
    office.now = office.now.replace(year=day.year, month=day.month, day=day.day)
    return office.now


# --- the counter ----------------------------------------------------------------------------------------------------
def filed(office: Office, **more: Any) -> Case:
    return commands.file_at_counter(
        actor=office.actor("clerk"),
        item_code=office.item.implementation_code,
        applicant=commands.Applicant(person_id=office.cast.person("citizen").pk),
        answers=ANSWERS,
        form=FORM,
        materials=[{"code": each, "paper": True} for each in ("application", "layout", "rules")],
        now=office.now,
        **more,
    )


def test_what_a_clerk_files_for_somebody_present_is_bound_to_the_licence_it_renews(office: Office, old: Licence):
    case = filed(office, renews=old.pk)
    bound = Renewal.objects.get()
    assert (bound.licence_id, bound.state, bound.case_number, bound.in_time) == (old.pk, "applied", case.number, True)
    assert bound.actor_ref == office.actor("clerk").ref
    assert Entry.objects.filter(tag="licences:renewal:intended").count() == 1


def test_the_counter_asks_whether_a_licence_is_renewed(office: Office, old: Licence, enter: Callable[[str], Client]):
    client = enter("clerk")
    identify(client, office)
    case = begin(client, office)
    papers = {"m_application": scan(), "paper_layout": "1", "paper_rules": "1"}
    page = fill(client, case, **papers)
    assert page.status_code == 422 and "renewal_or_new" in [reason.code for reason in page.context["faults"]]
    assert old.number in page.content.decode()
    assert fill(client, case, do="save", renews=str(old.pk)).status_code == 302
    assert Renewal.objects.get().state == "intended"
    assert client.get(f"/desk/counter/{case.pk}/").context["renewal"].value == str(old.pk)
    assert fill(client, case, renews=str(old.pk)).status_code == 302
    assert Renewal.objects.get().case_number == Case.objects.get(pk=case.pk).number


def test_a_new_licence_is_filed_although_another_could_be_renewed(office: Office, old: Licence, enter: Any):
    chosen(office, old)  # on his phone, and then he changed his mind
    client = enter("clerk")
    identify(client, office)
    case = begin(client, office)
    papers = {"m_application": scan(), "paper_layout": "1", "paper_rules": "1"}
    assert fill(client, case, renews="new", **papers).status_code == 302
    assert Renewal.objects.get().state == "withdrawn" and Case.objects.get(pk=case.pk).state == "submitted"


def test_a_clerk_is_told_when_another_case_was_first(office: Office, old: Licence, enter: Callable[[str], Client]):
    client = enter("clerk")
    identify(client, office)
    case = begin(client, office)
    assert fill(client, case, do="save", renews=str(old.pk)).status_code == 302
    first = filed(office, renews=old.pk)
    page = fill(client, case, renews=str(old.pk), m_application=scan(), paper_layout="1", paper_rules="1")
    assert page.status_code == 422 and str(first.number) in page.content.decode()
    assert Case.objects.get(pk=case.pk).state == "draft"
    assert fill(client, case, renews="new").status_code == 302
    assert Case.objects.get(pk=case.pk).state == "submitted" and Renewal.objects.get().case_number == first.number


def test_of_two_licences_the_one_named_is_renewed(office: Office, old: Licence):
    other = permit(office, case="EARLIER-2")
    chosen(office, other)
    filed(office, renews=old.pk)
    assert dict(Renewal.objects.values_list("licence_id", "state")) == {old.pk: "applied", other.pk: "withdrawn"}
    assert refused(filed, office=office, renews=old.pk) == ["renewal_applied"], "one case renews it"


def test_nobody_but_the_clerk_of_the_draft_names_a_licence_and_only_the_applicants(office: Office, old: Licence):
    theirs = permit(office, "stranger", case="EARLIER-3")
    with pytest.raises(NotAllowed):
        filed(office, renews=theirs.pk)
    draft = office.draft()
    for who in ("citizen", "stranger", "reviewer"):
        with pytest.raises(NotAllowed):
            commands.choose_renewal(actor=office.actor(who), case_id=draft.pk, licence_id=old.pk, now=office.now)
    assert not Renewal.objects.exists()


# --- silence ----------------------------------------------------------------------------------------------------------
def test_a_term_that_ends_undecided_grants_the_case(office: Office, old: Licence):
    chosen(office, old)
    case = office.deciding()
    office.now = past_the_end(office, old) - timedelta(days=1)
    assert commands.deem_renewed(now=office.now) == 0, "the last day still belongs to the organ"
    assert commands.deem_renewed(now=past_the_end(office, old)) == 1
    case = Case.objects.get(pk=case.pk)
    new = Licence.objects.get(previous=old)
    assert (case.state, case.outcome, case.licence_id) == ("delivering", "granted", new.pk)
    assert not case.deemed_approved and case.result_by_at is None and case.deliver_by_at is not None
    decision = Decision.objects.get(case=case)
    assert decision.deemed and decision.document_id is not None
    assert "deemed_renewal_notice" in kinds(case)
    event = CaseEvent.objects.filter(case=case).latest("seq")
    assert event.kind == "deemed_renewed" and event.data["licence"] == new.pk and "第五十条" in event.data["law"]
    (message,) = Message.objects.filter(template="licence_deemed_renewed", channel="inapp")
    assert message.context["number"] == case.number and message.context["licence_number"] == old.number
    assert Entry.objects.filter(tag="cases:case:deemed_renewed").count() == 1
    assert Renewal.objects.get().state == "deemed"
    assert commands.deem_renewed(now=office.now) == 0


def test_the_desk_marks_a_case_the_law_renewed(office: Office, old: Licence, enter: Callable[[str], Client]):
    mark = '<span class="badge bg-red-lt">视为准予延续</span>'
    chosen(office, old)
    case = office.deciding()
    assert mark not in enter("clerk").get(f"/desk/cases/{case.number}/").content.decode()
    commands.deem_renewed(now=past_the_end(office, old))
    assert mark in enter("clerk").get(f"/desk/cases/{case.number}/").content.decode()


def test_whoever_decides_afterwards_is_told_and_nothing_is_issued_twice(office: Office, old: Licence):
    chosen(office, old)
    case = office.deciding()
    past_the_end(office, old)
    act = {"actor": office.actor("chief"), "case_id": case.pk, "now": office.now}
    refusal = {**act, "outcome": "refused", "reasons": "不符合条件", "remedies": commands.REMEDIES}
    assert refused(commands.decide, **refusal) == ["deemed_renewed"], "even before the sweep came"
    assert refused(commands.decide, **act, outcome="granted") == ["deemed_renewed"]
    commands.deem_renewed(now=office.now)
    for arguments in (refusal, {**act, "outcome": "granted"}):
        assert refused(commands.decide, **arguments) == ["deemed_renewed"]
    assert refused(commands.terminate, **act, ground="impossible", reason="情况变化") == ["deemed_renewed"]
    assert Licence.objects.filter(previous=old).count() == 1
    handed = {**act, "actor": office.actor("clerk"), "method": "window", "receiver_idcard_tail": "0243"}
    assert commands.deliver(**handed).state == "closed"


def test_silence_ends_what_holds_the_case_up(office: Office, old: Licence):
    chosen(office, old)
    case = office.accepted()
    office.do(commands.start_special_procedure, "reviewer", case, kind="hearing", reason="听证", planned_days=90)
    assert commands.deem_renewed(now=past_the_end(office, old)) == 1
    case = Case.objects.get(pk=case.pk)
    assert (case.state, case.suspended, case.outcome) == ("delivering", False, "granted")


def test_a_case_never_accepted_closes_with_its_licence(office: Office, old: Licence):
    chosen(office, old)
    case = office.submitted()
    items = [{"material": "layout", "problem": "看不清", "remedy": "重新上传"}]
    office.do(commands.request_correction, "accepter", case, items=items)
    assert commands.deem_renewed(now=past_the_end(office, old)) == 1
    case = Case.objects.get(pk=case.pk)
    assert (case.state, case.outcome, case.accepted_at) == ("closed", "granted", None)
    assert case.licence_id is not None and CorrectionNotice.objects.get(case=case).state == "lapsed"
    assert [e.kind for e in CaseEvent.objects.filter(case=case)][-2:] == ["deemed_renewed", "closed"]


def test_who_wished_it_by_wire_has_it_at_once(office: Office, old: Licence):
    chosen(office, old)
    case = office.accepted()
    commands.choose_delivery(actor=office.actor("citizen"), case_id=case.pk, method="electronic", now=office.now)
    assert commands.deem_renewed(now=past_the_end(office, old)) == 1
    assert Case.objects.get(pk=case.pk).state == "closed"


def test_a_licence_revoked_meanwhile_leaves_the_case_to_the_organ(office: Office, old: Licence):
    chosen(office, old)
    case = office.deciding()
    revoke(licence_id=old.pk, reason="查实", actor=office.actor("chief"), now=office.now)
    assert commands.deem_renewed(now=past_the_end(office, old)) == 0
    assert Case.objects.get(pk=case.pk).state == "deciding" and Renewal.objects.get().state == "withdrawn"
    case = office.do(commands.decide, "chief", case, outcome="granted")
    assert case.licence_id is not None and not Licence.objects.filter(previous=old).exists()


def test_a_renewal_a_former_release_left_open_is_settled(office: Office, old: Licence):
    chosen(office, old)
    case = office.deciding()
    new = deem_renewed(case_number=str(case.number), actor=system("tests"), now=past_the_end(office, old))
    assert commands.deem_renewed(now=office.now) == 1
    assert new is not None and Case.objects.get(pk=case.pk).licence_id == new.pk
    assert Licence.objects.filter(previous=old).count() == 1


def test_silence_ends_no_case_that_renews_nothing(office: Office, old: Licence):
    case = office.deciding()
    assert commands.deem_renewed(now=past_the_end(office, old)) == 0
    assert refused(deem_case_renewed, actor=system("deadlines"), case_id=case.pk, now=office.now) == ["not_lapsed"]


def test_no_sweep_takes_a_renewal_away_that_the_law_has_granted(office: Office, old: Licence):
    chosen(office, old)
    case = provisional(office)
    past_the_end(office, old)  # while the worker stood still
    assert commands.terminate_overdue_provisional(now=office.now) == 0
    assert commands.deem_renewed(now=office.now) == 1
    case = Case.objects.get(pk=case.pk)
    assert (case.state, case.outcome, case.provisional_open) == ("delivering", "granted", False)
    for action in (Action.TERMINATE_OVERDUE, Action.DEEM_APPROVED):
        facts = CaseFacts(state="deciding", renewal="lapsed")
        assert "deemed_renewed" in [reason.code for reason in refusals(action, facts)]


def test_a_type_that_is_renewed_no_more_takes_no_right_away(office: Office, old: Licence):
    chosen(office, old)
    case = office.deciding()
    LicenceType.objects.filter(code=FOOD).update(renewable=False)
    assert commands.deem_renewed(now=past_the_end(office, old)) == 1
    assert Case.objects.get(pk=case.pk).outcome == "granted" and Licence.objects.filter(previous=old).exists()
