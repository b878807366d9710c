"""Nobody brings what the government has: at the counter by presentation code, on the phone with one photo; and when a ground
falls away on the way."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.conftest import PHONE
from tests.journeys.desk_office import (  # noqa: F401
    begin_at_counter,
    log_in_fixture,
    office_fixture,
    open_act,
    open_case,
    send,
)
from tests.journeys.looks import enter, fits, go
from tests.journeys.nothing_to_bring import HOME, hold_fixture, item_of, put_photo  # noqa: F401
from tests.journeys.test_portal_application import go_on
from tests.journeys.test_portal_application import log_in as log_in_as
from yitong.cases import commands
from yitong.cases.models import Case, CaseMaterial
from yitong.cases.tests.conftest import PNG
from yitong.consents.commands import codes
from yitong.consents.models import AccessEntry
from yitong.kernel.reasons import Refused
from yitong.licences.commands import cancel

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def photo(name: str = "免冠照.png") -> Any:
    return {"name": name, "mimeType": "image/png", "buffer": PNG}


def show_code(page: Page) -> str:
    """李梅 shows her code for the counter on the phone, offering everything; the characters below the picture."""
    page.goto("/my/code/?scene=hall")
    for box in page.locator("input[name=licences]").all():
        box.check()
    page.locator("#id_sensitive").check()
    if page.locator("#id_confirmed").count():
        page.locator("#id_confirmed").check()
    go(page.locator("main form button").first)
    expect(page).to_have_url(re.compile("/my/code/show/"))
    expect(page.locator(".code-picture svg")).to_be_visible()
    fits(page)
    return page.locator("#code-card code").text_content() or ""


def test_a_residence_permit_with_no_documents_by_presentation_code(office, log_in, new_page, hold):
    residence = item_of(office, "居住证申领")
    for name in ("居民身份证", "居住登记凭证"):
        hold(name)
    put_photo(office)
    phone = new_page(PHONE)
    log_in_as(phone, office.cast.account("citizen"))

    page = log_in(new_page(), "clerk")
    begin_at_counter(page, office.cast.person("citizen").idcard, "居住证")
    page.locator("input[name=q_minor][value=false]").check()
    page.locator("input[name=q_reason][value=housing]").check()
    go(page.locator("button[value=save]").first)
    page.locator("input[name=q_housing_kind][value=dormitory]").check()
    go(page.locator("button[value=save]").first)

    token = page.locator("#id_token")
    shown = show_code(phone)
    token.fill(shown)
    enter(token)  # as a scanner does
    expect(page.locator("#id_token_card")).to_contain_text("居住登记凭证")
    expect(page.locator("#id_token_card")).to_contain_text("我的档案")
    go(page.get_by_role("button", name="取用所选"))
    expect(page.get_by_text("已取用，申请人免提交。")).to_be_visible()
    expect(page.locator("[name=f_residence_address]")).to_have_value(HOME)
    expect(page.locator("input[name=f_residence_since]")).to_have_value("2025-12-01")
    go(page.get_by_role("button", name="提交并打印收件凭证"))
    expect(page).to_have_url(re.compile("/receipt/"))

    case = Case.objects.get(state="submitted", version_id=residence.version_id)
    rows = CaseMaterial.objects.filter(case=case).values_list("code", "source")
    assert dict(rows) == {"id_card": "licence", "lodging_proof": "licence", "photo": "archive"}
    with pytest.raises(Refused) as replay:
        codes.spend(actor=office.actor("clerk"), token=shown, purpose="hall", now=office.now)
    assert replay.value.reasons[0].code == "replay"


def test_a_teacher_applies_on_the_phone_with_one_photo(office, hold, new_page):
    item = item_of(office, "教师资格认定")
    names = ("居民身份证", "户口簿", "学历证书", "普通话水平测试等级证书")
    for name in (*names, "教师资格考试合格证明", "体检合格证明", "无犯罪记录证明"):
        hold(name)
    page = new_page(PHONE)
    log_in_as(page, office.cast.account("citizen"))
    page.goto(f"/apply/{item.basic_code}/")
    go_on(page, "开始办理")
    for answer in ("户口在示范市", "参加教师资格考试", "2002 年以后的国内学历"):
        page.get_by_text(answer).first.click()
        go_on(page, "继续")
    draft = "/".join(page.url.split("/")[:6])
    page.goto(f"{draft}/materials/")
    expect(page.get_by_text("已为您找到，可以免提交")).to_be_visible()
    fits(page)
    expect(page.locator("input[name=found]")).to_have_count(7)
    page.locator("#id_sensitive input").check()
    go_on(page, "同意使用")
    expect(page.get_by_text("共 8 项材料，7 项免提交。")).to_be_visible()
    fits(page)

    page.goto(f"{draft}/form/1/")
    go_on(page)
    page.get_by_text("高级中学教师资格").first.click()
    expect(page.get_by_label("任教学科")).to_have_value("语文")
    go_on(page)
    expect(page.get_by_label("毕业学校")).to_have_value("示范师范大学")
    expect(page.get_by_text("来自学历证书").first).to_be_visible()
    fits(page)
    go_on(page)
    page.goto(f"{draft}/materials/photo/")
    page.get_by_label("拍照或选择文件").set_input_files(photo())
    go_on(page, "上传并继续")
    page.goto(f"{draft}/delivery/")
    page.get_by_text("电子送达").click()
    go_on(page)
    page.get_by_text("我所提交的内容真实、完整").click()
    go_on(page, "提交申请")
    expect(page.get_by_role("heading", level=1)).to_have_text("申请已提交")
    case = Case.objects.get()
    sources = list(CaseMaterial.objects.filter(case=case).values_list("source", flat=True))
    assert sorted(sources) == ["file", *["licence"] * 7]


def accepted(office: Any, hold: Any) -> Case:
    """李梅's residence case, accepted: card and registration from the library."""
    item_of(office, "居住证申领")
    card, registration = hold("居民身份证"), hold("居住登记凭证")
    actor, now = office.actor("citizen"), office.now
    applicant = commands.Applicant(person_id=office.cast.person("citizen").pk)
    case = commands.start_draft(actor=actor, item_code="000709004000", applicant=applicant, now=now)
    answers = {"minor": False, "reason": "housing", "housing_kind": "dormitory"}
    commands.save_answers(actor=actor, case_id=case.pk, answers=answers, now=now)
    choices = [
        commands.Choice("id_card", "licence", str(card.pk)),
        commands.Choice("lodging_proof", "licence", str(registration.pk)),
    ]
    commands.agree(actor=actor, case_id=case.pk, choices=choices, sensitive=True, now=now)
    file = {"material_code": "photo", "stored_file_id": office.upload("citizen", "免冠照.png")}
    commands.attach_material(actor=actor, case_id=case.pk, now=now, **file)
    case = office.do(commands.submit, "citizen", Case.objects.get(pk=case.pk))
    return office.do(commands.accept, "accepter", case)


def test_the_consent_is_taken_back_in_mid_case(office, hold, log_in, new_page):
    case = accepted(office, hold)
    desk = log_in(new_page(), "reviewer")
    open_case(desk, case)
    go(desk.get_by_role("button", name="查看内容（留痕）").first)
    expect(desk.locator("main")).to_contain_text(HOME)
    assert AccessEntry.objects.count() == 1

    phone = new_page(PHONE)
    log_in_as(phone, office.cast.account("citizen"))
    phone.goto("/my/looks/")
    expect(phone.locator("main")).to_contain_text("陈静")
    phone.goto("/my/consents/")
    fits(phone)
    go(phone.locator("main a[href^='/my/consents/']").filter(has_not_text="授权给").last)
    office.later(minutes=5)
    go(phone.locator("main form button").first)

    open_case(desk, case)
    expect(desk.get_by_text("本办件的依据失效")).to_be_visible()
    expect(desk.locator("#materials")).to_contain_text("持证人已撤回授权")
    expect(desk.get_by_role("button", name="查看内容（留痕）")).to_have_count(0)
    assert AccessEntry.objects.count() == 1
    phone.goto(f"/my/cases/{case.number}/")
    fits(phone)
    go(phone.get_by_role("link", name="查看并补交"))
    phone.locator("#id_id_card").set_input_files(photo("身份证.png"))
    go(phone.locator("#item-id_card").get_by_role("button", name="上传").first)
    phone.locator("#id_lodging_proof").set_input_files(photo("住宿证明.png"))
    go(phone.locator("#item-lodging_proof").get_by_role("button", name="上传").first)
    assert not Case.objects.get(pk=case.pk).basis_lost


def test_a_licence_is_revoked_while_a_case_relies_on_it(office, hold, log_in, new_page):
    case = accepted(office, hold)
    row = CaseMaterial.objects.get(case=case, code="lodging_proof")
    office.later(minutes=5)
    cancel(licence_id=row.licence_id, reason="登记人已搬离", actor=office.actor("chief"), now=office.now)

    desk = log_in(new_page(), "reviewer")
    desk.goto("/desk/?lost=on")
    expect(desk.locator("main")).to_contain_text("依据失效")
    open_case(desk, case)
    expect(desk.locator(".desk-lost")).to_contain_text("登记人已搬离")
    act = open_act(desk, "ask_basis")
    expect(act.locator("input[name=materials]")).to_be_checked()
    send(desk, "ask_basis")
    expect(desk.get_by_text("告知书已出具，已通知申请人。")).to_be_visible()

    phone = new_page(PHONE)
    log_in_as(phone, office.cast.account("citizen"))
    phone.goto("/my/")
    go(phone.get_by_role("link", name="查看并补交"))
    fits(phone)
    expect(phone.locator("main")).to_contain_text("证照已注销")
    phone.locator("#id_lodging_proof").set_input_files(photo("住宿证明.png"))
    go(phone.locator("#item-lodging_proof").get_by_role("button", name="上传").first)
    expect(phone.get_by_text("已收到，办理部门已获知。")).to_be_visible()
    assert not Case.objects.get(pk=case.pk).basis_lost


def test_a_stranger_and_an_officer_without_the_case_get_nothing(office, hold, log_in, new_page):
    case = accepted(office, hold)
    row = CaseMaterial.objects.get(case=case, code="id_card")
    stranger = new_page(PHONE)
    log_in_as(stranger, office.cast.account("stranger"))
    places = [f"/my/cases/{case.number}/", f"/my/cases/{case.number}/replace/", f"/apply/drafts/{case.pk}/materials/"]
    for place in places:
        answer = stranger.goto(place)
        assert answer is not None and answer.status == 404
    officer = log_in(new_page(), "outsider")
    answer = officer.goto(f"/desk/cases/{case.number}/")
    assert answer is not None and answer.status == 404
    for place in ("/desk/", "/desk/?lost=on", f"/desk/search/?q={case.number}"):
        officer.goto(place)
        expect(officer.locator("main")).not_to_contain_text(str(case.number))
        expect(officer.locator("main")).not_to_contain_text("李梅")
    for place in ("/desk/export.csv", f"/desk/search/export.csv?q={case.number}"):
        assert str(case.number) not in officer.request.get(place).text()
    assert officer.request.get(f"/api/cases/{case.number}").status in (401, 404)
    token = officer.locator("input[name=csrfmiddlewaretoken]").first.input_value()
    url = f"/desk/cases/{case.number}/materials/{row.pk}/contents/"
    answer = officer.request.post(url, form={"csrfmiddlewaretoken": token}, headers={"Referer": officer.url})
    assert answer.status == 404 and not AccessEntry.objects.exists()
