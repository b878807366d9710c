"""A clerk files for somebody at the counter with a promise, and the officer accepts on it; the keyboard does the list."""

import pytest
from playwright.sync_api import expect

from tests.journeys.desk_office import (  # noqa: F401
    begin_at_counter,
    log_in_fixture,
    office_fixture,
    open_act,
    open_case,
    send,
)
from tests.journeys.looks import go
from yitong.cases.models import Case
from yitong.cases.tests.conftest import PNG

pytestmark = pytest.mark.browser


def scan(name: str) -> dict:
    return {"name": name, "mimeType": "image/png", "buffer": PNG}


def test_a_clerk_files_with_a_promise_and_it_is_accepted_provisionally(office, log_in, new_page):
    page = log_in(new_page(), "clerk")
    begin_at_counter(page, office.cast.person("citizen").idcard, "食品")
    page.get_by_label("食品销售").check()
    page.locator("input[name=f_shop]").fill("李梅小吃店")
    page.locator("input[name=m_application]").set_input_files(scan("申请书.png"))
    page.locator("input[name=paper_rules]").check()
    go(page.get_by_role("button", name="提交并打印收件凭证"))
    # The plan of the shop is missing; everything else was kept.
    expect(page.locator("#error-summary")).to_contain_text("经营场所平面图", use_inner_text=True)
    expect(page.locator("input[name=f_shop]")).to_have_value("李梅小吃店")
    expect(page.get_by_text("申请书.png")).to_be_visible()

    page.locator("input[name=promised][value=layout]").check()
    page.locator("input[name=promised_on]").fill("2026-10-12")
    page.locator("input[name=voluntary]").check()
    go(page.get_by_role("button", name="提交并打印收件凭证"))
    expect(page.locator(".receipt-qr svg")).to_be_visible()
    case = Case.objects.get(state="submitted")
    expect(page).to_have_url(f"/desk/cases/{case.number}/receipt/")
    expect(page.locator(".receipt")).to_contain_text(case.number, use_inner_text=True)

    office.later(minutes=5)
    officer = log_in(new_page(), "accepter")
    open_case(officer, case)
    act = open_act(officer, "accept_provisionally")
    expect(act.locator("input[name=promised_on]")).to_have_value("2026-10-12")
    act.locator("input[name=materials]").check()
    send(officer, "accept_provisionally")
    expect(officer.get_by_text("已容缺受理。")).to_be_visible()
    assert Case.objects.get(pk=case.pk).provisional_open


def test_the_list_is_worked_with_the_keyboard_alone(office, log_in, desktop_page):
    first, second = office.submitted(), office.submitted()
    page = log_in(desktop_page, "accepter")
    page.locator("body").press("j")
    page.locator("body").press("j")
    with page.expect_navigation():
        page.keyboard.press("c")
    expect(page.get_by_text("已认领1件。")).to_be_visible()
    assert Case.objects.get(pk=second.pk).handler_id is not None
    page.keyboard.press("/")
    page.keyboard.type(first.number[-6:])
    page.keyboard.press("Enter")
    page.wait_for_url("**q=*")
    page.locator("body").press("j")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/desk/cases/{first.number}/**")


def test_everything_works_without_scripts(office, log_in, new_page):
    case = office.submitted()
    page = log_in(new_page(java_script_enabled=False), "accepter")
    page.locator(f"input[name=number][value='{case.number}']").check()
    go(page.get_by_role("button", name="认领所选"))
    expect(page.get_by_text("已认领1件。")).to_be_visible()
    open_case(page, case)
    act = page.locator("#act-request_correction")
    act.locator("summary").first.click()
    act.locator("[name='material:layout:problem']").fill("未标明仓库")
    act.locator("[name='material:layout:remedy']").fill("补充标明")
    send(page, "request_correction")
    expect(page.get_by_text("补正告知书已制发并告知申请人。")).to_be_visible()
    assert Case.objects.get(pk=case.pk).state == "correcting"
