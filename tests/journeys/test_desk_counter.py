"""A clerk files for somebody at the counter with a promise, and the officer accepts on it; the keyboard does the list."""

import pytest
from playwright.sync_api import Browser

from tests.journeys.desk_office import log_in_fixture, office_fixture, open_act, open_case, send  # noqa: F401
from yitong.cases.models import Case
from yitong.cases.tests.conftest import PNG

pytestmark = pytest.mark.browser


def scan(name: str) -> dict:
    return {"name": name, "mimeType": "image/png", "buffer": PNG}


def test_a_clerk_files_with_a_promise_and_it_is_accepted_provisionally(office, log_in, new_page):
    page = log_in(new_page(), "clerk")
    page.goto("/desk/counter/")
    page.locator("input[name=idcard]").fill(office.cast.person("citizen").idcard)
    page.locator("main form button").first.click()
    page.locator("input[name=q]").fill("食品")
    page.locator("input[name=q]").press("Enter")
    page.get_by_role("button", name="开始办理").first.click()

    page.get_by_label("食品销售").check()
    page.locator("input[name=f_shop]").fill("李梅小吃店")
    page.locator("input[name=m_application]").set_input_files(scan("申请书.png"))
    page.locator("input[name=paper_rules]").check()
    page.get_by_role("button", name="提交并打印收件凭证").click()
    # The plan of the shop is missing; everything else was kept.
    assert "经营场所平面图" in page.locator("#error-summary").inner_text()
    assert page.locator("input[name=f_shop]").input_value() == "李梅小吃店"
    page.get_by_text("申请书.png").wait_for()

    page.locator("input[name=promised][value=layout]").check()
    page.locator("input[name=promised_on]").fill("2026-10-12")
    page.locator("input[name=voluntary]").check()
    page.get_by_role("button", name="提交并打印收件凭证").click()
    page.wait_for_url("**/receipt/")
    assert page.locator(".receipt-qr svg").is_visible()
    case = Case.objects.get(state="submitted")
    assert case.number in page.locator(".receipt").inner_text()

    office.later(minutes=5)
    officer = log_in(new_page(), "accepter")
    open_case(officer, case)
    act = open_act(officer, "accept_provisionally")
    assert act.locator("input[name=promised_on]").input_value() == "2026-10-12"
    act.locator("input[name=materials]").check()
    send(officer, "accept_provisionally")
    officer.get_by_text("已容缺受理。").wait_for()
    assert Case.objects.get(pk=case.pk).provisional_open


def test_the_list_is_worked_with_the_keyboard_alone(office, log_in, desktop_page):
    first, second = office.submitted(), office.submitted()
    page = log_in(desktop_page, "accepter")
    page.locator("body").press("j")
    page.locator("body").press("j")
    page.keyboard.press("c")
    page.get_by_text("已认领1件。").wait_for()
    assert Case.objects.get(pk=second.pk).handler_id is not None
    page.keyboard.press("/")
    page.keyboard.type(first.number[-6:])
    page.keyboard.press("Enter")
    page.wait_for_url("**q=*")
    page.locator("body").press("j")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/desk/cases/{first.number}/**")


def test_everything_works_without_scripts(office, log_in, browser: Browser, new_page):
    case = office.submitted()
    page = log_in(new_page(java_script_enabled=False), "accepter")
    page.locator(f"input[name=number][value='{case.number}']").check()
    page.get_by_role("button", name="认领所选").click()
    open_case(page, case)
    act = page.locator("#act-request_correction")
    act.locator("summary").first.click()
    act.locator("[name='material:layout:problem']").fill("未标明仓库")
    act.locator("[name='material:layout:remedy']").fill("补充标明")
    send(page, "request_correction")
    page.get_by_text("补正告知书已制发并告知申请人。").wait_for()
    assert Case.objects.get(pk=case.pk).state == "correcting"
