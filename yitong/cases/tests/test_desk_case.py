"""The case page: what it shows, every act through its form, and what happens when an act is not possible."""

from __future__ import annotations

import re
from datetime import date, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from yitong.audit.models import Entry
from yitong.cases import commands
from yitong.cases.models import (
    Case,
    Commitment,
    CorrectionNotice,
    Decision,
    Delivery,
    MaterialMark,
    Opinion,
    SpecialProcedure,
)
from yitong.cases.tests.desk_fixtures import enter_fixture  # noqa: F401
from yitong.parties.models import AuthorisationLetter


def page_of(client: Client, case: Case, query: str = ""):
    return client.get(f"/desk/cases/{case.number}/{query}")


def press(client: Client, case: Case, action: str, **fields):
    """Send the act's form as the page shows it, with ``fields`` filled in."""
    case.refresh_from_db()
    fields.setdefault("rev", case.rev)
    return client.post(f"/desk/cases/{case.number}/do/{action}/", fields)


def open_acts(page) -> list[str]:
    return [act.code for act in page.context["acts"].open]


def refused_acts(page) -> dict[str, list[str]]:
    panel = page.context["acts"]
    return {act.code: [reason.code for reason in act.reasons] for act in (*panel.refused, *panel.later)}


def test_a_strangers_case_is_not_there(office, enter):
    case = office.submitted()
    assert page_of(enter("outsider"), case).status_code == 404
    assert page_of(enter("admin"), case).status_code == 404
    assert press(enter("outsider"), case, "accept").status_code == 404
    assert enter("reviewer").get("/desk/cases/nothing/").status_code == 404


def test_the_page_shows_the_whole_case_in_a_fixed_number_of_statements(office, enter):
    case = office.submitted()
    client = enter("accepter")
    page_of(client, case)
    with CaptureQueriesContext(connection) as before:
        html = page_of(client, case).content.decode()
    assert all(text in html for text in ("李梅", case.number, "经营场所平面图", "李梅小吃店", "食品销售", "layout.png"))
    assert "收件凭证" in html
    later = office.granted()
    page_of(client, later)
    with CaptureQueriesContext(connection) as after:
        page_of(client, later)
    # One more: the ledger's events are read once the case is accepted; claims do not add any.
    assert len(after) <= len(before) + 2


def test_the_material_is_shown_beside_the_list_and_only_to_whom_the_case_is(office, enter):
    case = office.submitted()
    client = enter("accepter")
    page = page_of(client, case)
    preview = page.context["preview"]
    assert preview.kind == "image"
    assert f'<img src="{preview.url}"' in page.content.decode()
    second = page.context["detail"].materials[1]
    assert page_of(client, case, second.choose_url.partition("#")[0]).context["preview"].url == second.view_url


def test_an_officer_marks_materials_and_the_notice_is_made_of_the_marks(office, enter):
    case = office.submitted()
    client = enter("accepter")
    mark = {"material": "layout", "verdict": "problem", "problem": "图纸不清晰", "remedy": "重新扫描"}
    assert client.post(f"/desk/cases/{case.number}/mark/", mark).status_code == 302
    client.post(f"/desk/cases/{case.number}/mark/", {"material": "rules", "verdict": "ok"})
    assert MaterialMark.objects.filter(case=case).count() == 2
    assert Entry.objects.filter(tag="cases:material:marked").count() == 2
    html = page_of(client, case).content.decode()
    assert 'value="图纸不清晰"' in html
    case.refresh_from_db()
    sent = {"material:layout:problem": "图纸不清晰", "material:layout:remedy": "重新扫描", "supply_days": 15}
    assert press(client, case, "request_correction", **sent).status_code == 302
    notice = CorrectionNotice.objects.get(case=case)
    assert [(item["material"], item["problem"]) for item in notice.items] == [("layout", "图纸不清晰")]


def test_marks_are_for_officers_of_the_case_and_need_words(office, enter):
    case = office.submitted()
    url = f"/desk/cases/{case.number}/mark/"
    assert enter("outsider").post(url, {"material": "layout", "verdict": "ok"}).status_code == 404
    assert enter("supervisor").post(url, {"material": "layout", "verdict": "ok"}).status_code == 404
    enter("accepter").post(url, {"material": "layout", "verdict": "problem", "problem": " "})
    enter("accepter").post(url, {"material": "nothing", "verdict": "ok"})
    assert not MaterialMark.objects.exists()


def test_a_half_written_notice_comes_back_with_what_was_typed(office, enter):
    case = office.submitted()
    page = press(enter("accepter"), case, "request_correction", **{"field:shop:problem": "名称不符", "supply_days": 10})
    assert page.status_code == 422
    html = page.content.decode()
    assert 'value="名称不符"' in html and "怎样补正" in html
    assert not CorrectionNotice.objects.exists()


def test_a_second_notice_is_refused_with_its_law(office, enter):
    case = office.submitted()
    press(
        enter("accepter"),
        case,
        "request_correction",
        **{"field:shop:problem": "x", "field:shop:remedy": "y", "supply_days": 9},
    )
    case.refresh_from_db()
    office.do(commands.supply_correction, "citizen", case)
    page = page_of(enter("accepter"), case)
    assert "second_correction" in refused_acts(page)["request_correction"]
    html = page.content.decode()
    assert "《行政许可法》第三十二条第一款第四项" in html
    assert re.search(r'disabled aria-describedby="why-request_correction"', html)


def test_acceptance_review_decision_and_delivery_by_forms_alone(office, enter):
    case = office.submitted()
    assert press(enter("accepter"), case, "accept").status_code == 302
    step = office.step(case, "review").pk
    agree = {"opinion": "agree", "text": "", "text_wording": ""}
    assert press(enter("reviewer"), case, "complete_step", step_id=step, **agree).status_code == 302
    site = office.step(case, "site").pk
    officers = [office.cast.staff_member(name).pk for name in ("reviewer", "second_reviewer")]
    alone = press(enter("reviewer"), case, "record_site_check", step_id=site, officer_ids=officers[:1], findings="一致")
    assert alone.status_code == 422
    found = {"step_id": site, "officer_ids": officers, "findings": "场所与图纸一致"}
    assert press(enter("reviewer"), case, "record_site_check", **found).status_code == 302
    assert press(enter("reviewer"), case, "complete_step", step_id=site, **agree).status_code == 302
    health = office.step(case, "health").pk
    words = {"opinion": "conditional", "text": "", "text_wording": "原则同意，请在决定前核对申请人提交材料的有效期限。"}
    assert press(enter("outsider"), case, "complete_step", step_id=health, **words).status_code == 302
    assert Opinion.objects.get(step_id=health).text.startswith("原则同意")
    decided = press(enter("chief"), case, "decide", outcome="granted", reasons="", remedies="")
    assert decided.status_code == 302
    case.refresh_from_db()
    assert (case.state, case.outcome, case.licence_id is not None) == ("delivering", "granted", True)
    posted = {"method": "post", "receiver": "李梅", "address": "春风路8号"}
    assert "tracking" in press(enter("clerk"), case, "deliver", **posted).context["acts"].open[0].form.errors
    posted |= {"carrier": "邮政", "tracking": "EB123456789CN"}
    assert press(enter("clerk"), case, "deliver", **posted).status_code == 302
    assert press(enter("clerk"), case, "confirm_delivery", delivered="yes", note="").status_code == 302
    case.refresh_from_db()
    assert case.state == "closed"
    assert Delivery.objects.get(case=case).state == "delivered"
    html = page_of(enter("chief"), case).content.decode()
    assert "食品经营许可证" in html and "EB123456789CN" in html


def test_another_departments_step_is_not_offered_to_this_one(office, enter):
    case = office.accepted()
    office.do(commands.complete_step, "reviewer", case, step_id=office.step(case, "review").pk, opinion="agree")
    form = next(a.form for a in page_of(enter("outsider"), case).context["acts"].open if a.code == "complete_step")
    assert [label for _value, label in form.fields["step_id"].choices] == ["卫生审查"]


def test_a_refusal_needs_reasons_and_remedies(office, enter):
    case = office.deciding()
    bare = press(enter("chief"), case, "decide", outcome="refused", reasons="", remedies="")
    assert bare.status_code == 422
    form = next(act.form for act in bare.context["acts"].open if act.code == "decide")
    assert set(form.errors) == {"reasons", "remedies"}
    words = {"reasons_wording": "申请人不符合食品经营许可的法定条件。", "remedies": "六十日内申请行政复议。"}
    assert press(enter("chief"), case, "decide", outcome="refused", reasons="", **words).status_code == 302
    assert Decision.objects.get(case=case).reasons == "申请人不符合食品经营许可的法定条件。"


def test_a_hearing_stops_the_clock_and_its_end_moves_the_due_date(office, enter):
    case = office.accepted()
    due = case.committed_due_on
    start = {"kind": "hearing", "planned_days": 10, "reason": "涉及他人重大利益"}
    assert press(enter("reviewer"), case, "start_special_procedure", **start).status_code == 302
    page = page_of(enter("reviewer"), case)
    assert "end_special_procedure" in open_acts(page)
    assert "suspended" in refused_acts(page)["complete_step"]
    assert "时限暂停" in page.content.decode() or "时钟停" in page.content.decode()
    office.later(days=14)
    assert press(enter("reviewer"), case, "end_special_procedure", result="听证结束").status_code == 302
    case.refresh_from_db()
    assert case.committed_due_on > due
    assert SpecialProcedure.objects.get(case=case).result == "听证结束"


def test_an_extension_is_asked_for_and_approved_by_the_head(office, enter):
    case = office.accepted()
    due = case.committed_due_on
    assert press(enter("reviewer"), case, "request_extension", days=99, reason="案情复杂").status_code == 422
    assert press(enter("reviewer"), case, "request_extension", days=5, reason="案情复杂").status_code == 302
    assert "approve_extension" in open_acts(page_of(enter("head"), case))
    assert "approve_extension" not in open_acts(page_of(enter("reviewer"), case))
    assert press(enter("head"), case, "approve_extension").status_code == 302
    case.refresh_from_db()
    assert case.committed_due_on > due
    assert "extended_once" in refused_acts(page_of(enter("reviewer"), case))["request_extension"]


def test_an_expired_letter_disables_the_decision_and_says_which(office, enter):
    case = office.deciding()
    AuthorisationLetter.objects.update(valid_until=date(2026, 9, 1))
    page = page_of(enter("chief"), case)
    assert "decide" not in open_acts(page)
    assert refused_acts(page)["decide"] == ["letter_expired"]
    assert "示市监授〔2026〕1号" in page.content.decode()
    assert press(enter("chief"), case, "decide", outcome="granted").status_code == 422


def test_the_second_of_two_officers_is_told_who_what_and_when_and_keeps_his_words(office, enter):
    case = office.accepted()
    rev = case.rev
    step = office.step(case, "review").pk
    first = {"step_id": step, "opinion": "agree", "text": "第一份意见"}
    assert press(enter("reviewer"), case, "complete_step", rev=rev, **first).status_code == 302
    second = {"step_id": step, "opinion": "disagree", "text": "我辛苦写下的第二份意见"}
    page = press(enter("second_reviewer"), case, "complete_step", rev=rev, **second)
    assert page.status_code == 409
    html = page.content.decode()
    assert "陈静" in page.context["conflict"]
    assert "我辛苦写下的第二份意见" in html
    case.refresh_from_db()
    form = next(act.form for act in page.context["acts"].open if act.code == "complete_step")
    assert form["rev"].value() == str(case.rev)
    assert Opinion.objects.filter(case=case).count() == 1


def test_handing_over_tells_the_colleague(office, enter):
    case = office.do(commands.claim, "reviewer", office.accepted())
    target = office.cast.staff_member("second_reviewer")
    assert press(enter("reviewer"), case, "hand_over", to_staff_id=target.pk, reason="出差").status_code == 302
    case.refresh_from_db()
    assert case.handler_id == target.pk
    page = page_of(enter("reviewer"), case)
    assert "周涛" in page.content.decode()


def test_refused_acceptance_names_the_right_organ(office, enter):
    case = office.submitted()
    bare = press(enter("accepter"), case, "refuse_acceptance", right_organ="", reason="")
    assert bare.status_code == 422
    words = {"right_organ": "示范市公安局", "reason": "不属于本机关职权"}
    assert press(enter("accepter"), case, "refuse_acceptance", **words).status_code == 302
    case.refresh_from_db()
    assert (case.state, case.outcome) == ("closed", "acceptance_refused")


def test_going_back_and_terminating_need_a_reason(office, enter):
    case = office.accepted()
    office.do(commands.complete_step, "reviewer", case, step_id=office.step(case, "review").pk, opinion="agree")
    step = office.step(case, "review").pk
    assert press(enter("reviewer"), case, "return_to_step", step_id=step, reason="").status_code == 422
    assert press(enter("reviewer"), case, "return_to_step", step_id=step, reason="请重新核对").status_code == 302
    ended = {"ground": "applicant_gone", "reason": "申请人死亡"}
    assert press(enter("accepter"), case, "terminate", **ended).status_code == 302
    case.refresh_from_db()
    assert case.outcome == "terminated"


def test_the_list_a_case_came_from_stands_beside_it(office, enter):
    first, second = office.submitted(), office.submitted()
    client = enter("accepter")
    row = client.get("/desk/?tab=to_accept").context["rows"][0]
    assert row.number == first.number
    page = client.get(row.url)
    queue = page.context["queue"]
    assert [each.number for each in queue["rows"]] == [first.number, second.number]
    assert queue["next"].startswith(f"/desk/cases/{second.number}/")
    assert page.context["back_url"] == "/desk/?tab=to_accept"


def test_the_bundle_is_for_those_who_may_export(office, enter):
    case = office.submitted()
    answer = enter("accepter").get(f"/desk/cases/{case.number}/bundle.zip")
    assert (answer.status_code, answer.content[:2]) == (200, b"PK")
    assert enter("outsider").get(f"/desk/cases/{case.number}/bundle.zip").status_code == 404


@pytest.mark.parametrize("action", ["accept", "nonsense"])
def test_pages_that_change_something_take_no_get(office, enter, action):
    case = office.submitted()
    assert enter("accepter").get(f"/desk/cases/{case.number}/do/{action}/").status_code == 405


def test_a_stale_form_is_told_before_its_fields_are_judged(office, enter):
    case = office.submitted()
    rev = case.rev
    office.do(commands.claim, "accepter", case)
    page = press(enter("accepter"), case, "refuse_acceptance", rev=rev, right_organ="示范市公安局", reason="")
    assert page.status_code == 409
    assert "孙丽" in page.context["conflict"] and "认领" in page.context["conflict"]
    assert "示范市公安局" in page.content.decode()
    case.refresh_from_db()
    assert case.state == "submitted"


def test_nobody_is_accepted_on_a_promise_he_did_not_make(office, enter):
    case = office.submitted()
    page = page_of(enter("accepter"), case)
    assert "no_promise" in refused_acts(page)["accept_provisionally"]
    sent = {"materials": ["layout"], "promised_on": "2026-10-12"}
    assert press(enter("accepter"), case, "accept_provisionally", **sent).status_code == 422


def test_a_commitment_is_checked_after_the_approval(office, enter):
    draft = office.draft(materials=("application", "layout"))
    office.do(commands.sign_commitment, "citizen", draft)
    case = office.do(commands.submit, "citizen", draft)
    case = office.do(commands.accept, "accepter", case)
    case = office.do(commands.decide, "chief", case, outcome="granted")
    html = page_of(enter("reviewer"), case).content.decode()
    assert "经营场所符合食品安全标准。" in html and "以承诺替代" in html
    late = press(enter("reviewer"), case, "check_commitment", result="rectify", findings="部分不符", rectify_by="")
    assert late.status_code == 422
    sent = {"result": "rectify", "findings": "部分不符", "rectify_by": "2026-10-20"}
    assert press(enter("reviewer"), case, "check_commitment", **sent).status_code == 302
    assert Commitment.objects.get(case=case).state == "rectifying"


def test_silence_leaves_only_acceptance(office, enter):
    case = office.submitted()
    office.later(days=20)
    page = page_of(enter("accepter"), case)
    assert "accept" in open_acts(page)
    assert "deemed_accepted" in refused_acts(page)["request_correction"]
    assert timedelta(days=19) < office.now - case.received_at
