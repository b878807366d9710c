"""A licence is renewed at the counter; nobody decides before its term ends, and the law does."""

import re

import pytest
from playwright.sync_api import expect

from tests.journeys.desk_office import begin_at_counter, log_in_fixture, office_fixture, open_case  # noqa: F401
from tests.journeys.guide_city import log_in as log_in_as
from tests.journeys.looks import fits, go
from yitong.cases import commands
from yitong.cases.models import Case
from yitong.cases.tests.test_renewal import past_the_end, permit
from yitong.licences.models import Renewal

pytestmark = pytest.mark.browser
CITIZEN = "13800000001"


def test_a_renewal_filed_at_the_counter_is_granted_by_the_end_of_the_term(office, log_in, new_page):
    old = permit(office)
    page = log_in(new_page(), "clerk")
    begin_at_counter(page, office.cast.person("citizen").idcard, "食品")
    page.get_by_label("食品销售", exact=True).check()
    page.locator("input[name=f_shop]").fill("李梅小吃店")
    for code in ("application", "layout", "rules"):
        page.locator(f"input[name=paper_{code}]").check()
    go(page.get_by_role("button", name="提交并打印收件凭证"))
    expect(page.locator("#error-summary")).to_contain_text("延续已有证照还是申请新证")
    for width in (375, 1280):
        page.set_viewport_size({"width": width, "height": 900})
        fits(page)
    page.get_by_label(f"编号 {old.number}").check()
    go(page.get_by_role("button", name="提交并打印收件凭证"))
    expect(page).to_have_url(re.compile("/receipt/$"))
    case = Case.objects.get(state="submitted")
    assert Renewal.objects.get().case_number == case.number

    office.later(minutes=1)
    office.do(commands.accept, "accepter", case)
    assert commands.deem_renewed(now=past_the_end(office, old)) == 1

    phone = log_in_as(new_page({"width": 375, "height": 812}), CITIZEN)
    phone.goto(f"/my/cases/{case.number}/")
    expect(phone.locator(".case-timeline")).to_contain_text("依法视为准予延续")
    expect(phone.locator(".material-row", has_text="视为准予延续通知书")).to_be_visible()
    fits(phone)
    officer = log_in(new_page(), "chief")
    open_case(officer, case)
    expect(officer.locator("#documents")).to_contain_text("食品经营许可证")
    expect(officer.locator("#act-decide")).to_have_count(0)
