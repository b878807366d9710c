"""A licence is renewed at the counter; nobody decides before its term ends, and the law does."""

import pytest
from playwright.sync_api import expect

from tests.journeys.desk_office import log_in_fixture, office_fixture, open_case  # noqa: F401
from tests.journeys.guide_city import log_in as log_in_as
from yitong.cases import commands
from yitong.cases.models import Case
from yitong.cases.tests.test_renewal import past_the_end, permit
from yitong.licences.models import Renewal

pytestmark = pytest.mark.browser
CITIZEN = "13800000001"


def test_a_renewal_filed_at_the_counter_is_granted_by_the_end_of_the_term(office, log_in, new_page):
    old = permit(office)
    page = log_in(new_page(), "clerk")
    page.goto("/desk/counter/")
    page.locator("input[name=idcard]").fill(office.cast.person("citizen").idcard)
    page.locator("main form button").first.click()
    page.locator("input[name=q]").fill("食品")
    page.locator("input[name=q]").press("Enter")
    page.get_by_role("button", name="开始办理").first.click()

    page.get_by_label("食品销售", exact=True).check()
    page.locator("input[name=f_shop]").fill("李梅小吃店")
    for code in ("application", "layout", "rules"):
        page.locator(f"input[name=paper_{code}]").check()
    page.get_by_role("button", name="提交并打印收件凭证").click()
    expect(page.locator("#error-summary")).to_contain_text("延续已有证照还是申请新证")
    for width in (375, 1280):
        page.set_viewport_size({"width": width, "height": 900})
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    page.get_by_label(f"编号 {old.number}").check()
    page.get_by_role("button", name="提交并打印收件凭证").click()
    page.wait_for_url("**/receipt/")
    case = Case.objects.get(state="submitted")
    assert Renewal.objects.get().case_number == case.number

    office.later(minutes=1)
    office.do(commands.accept, "accepter", case)
    assert commands.deem_renewed(now=past_the_end(office, old)) == 1

    phone = log_in_as(new_page({"width": 375, "height": 812}), CITIZEN)
    phone.goto(f"/my/cases/{case.number}/")
    expect(phone.locator(".case-timeline")).to_contain_text("依法视为准予延续")
    expect(phone.locator(".material-row", has_text="视为准予延续通知书")).to_be_visible()
    assert phone.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    officer = log_in(new_page(), "chief")
    open_case(officer, case)
    assert officer.locator("#act-decide").count() == 0
    expect(officer.locator("#documents")).to_contain_text("食品经营许可证")
