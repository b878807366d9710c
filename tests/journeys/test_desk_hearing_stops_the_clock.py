"""A hearing stops the clock, its end lets it run on, and the ledger says which days did not count."""

import re
from datetime import date

import pytest
from playwright.sync_api import expect

from tests.journeys.desk_office import log_in_fixture, office_fixture, open_act, open_case, send  # noqa: F401
from tests.journeys.looks import go
from yitong.cases.models import Case

pytestmark = pytest.mark.browser


def test_a_hearing_stops_and_resumes_the_clock(office, log_in, desktop_page):
    case = office.accepted()
    page = log_in(desktop_page, "reviewer")
    go(page.locator(f"a[href*='{case.number}']").first)
    expect(page.get_by_text("2026年10月15日 (周四)").first).to_be_visible()

    act = open_act(page, "start_special_procedure")
    act.locator("select[name=kind]").select_option("hearing")
    act.locator("input[name=planned_days]").fill("10")
    # A ready wording goes into the text with one choice.
    act.locator("select[name=reason_wording]").select_option(index=1)
    expect(act.locator("textarea[name=reason]")).to_have_value(re.compile("听证"))
    send(page, "start_special_procedure")
    expect(page.get_by_text("时限已暂停，已书面告知申请人。")).to_be_visible()
    expect(page.locator(".desk-head .light-paused")).to_be_visible()
    expect(page.locator("#why-complete_step")).to_contain_text("《行政许可法》第四十五条", use_inner_text=True)
    expect(page.get_by_text("特别程序告知书").first).to_be_visible()

    office.later(days=14)
    # The session ended long ago.
    open_case(log_in(page, "reviewer"), case)
    open_act(page, "end_special_procedure").locator("textarea[name=result]").fill("听证会已举行，笔录已归档。")
    send(page, "end_special_procedure")
    expect(page.get_by_text("时限恢复计算，新的到期日已告知申请人。")).to_be_visible()
    after = Case.objects.get(pk=case.pk)
    # Three working days lay between the start and the end; the others were holidays.
    assert after.committed_due_on == date(2026, 10, 20)
    due = f"{after.committed_due_on.month}月{after.committed_due_on.day}日"
    expect(page.locator(".desk-terms")).to_contain_text(due, use_inner_text=True)
    page.locator("#clock details summary").first.click()
    expect(page.locator("#clock")).to_contain_text(re.compile("特别程序|听证"), use_inner_text=True)
