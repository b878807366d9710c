"""A hearing stops the clock, its end lets it run on, and the ledger says which days did not count."""

from datetime import date

import pytest

from tests.journeys.desk_office import log_in_fixture, office_fixture, open_act, open_case, send  # noqa: F401
from yitong.cases.models import Case

pytestmark = pytest.mark.browser


def test_a_hearing_stops_and_resumes_the_clock(office, log_in, desktop_page):
    case = office.accepted()
    page = log_in(desktop_page, "reviewer")
    page.locator(f"a[href*='{case.number}']").first.click()
    page.get_by_text("2026年10月15日 (周四)").first.wait_for()

    act = open_act(page, "start_special_procedure")
    act.locator("select[name=kind]").select_option("hearing")
    act.locator("input[name=planned_days]").fill("10")
    # A ready wording goes into the text with one choice.
    act.locator("select[name=reason_wording]").select_option(index=1)
    assert "听证" in act.locator("textarea[name=reason]").input_value()
    send(page, "start_special_procedure")
    page.get_by_text("时限已暂停，已书面告知申请人。").wait_for()
    assert page.locator(".desk-head .light-paused").is_visible()
    refused = page.locator("#why-complete_step")
    assert "《行政许可法》第四十五条" in refused.inner_text()
    assert page.get_by_text("特别程序告知书").first.is_visible()

    office.later(days=14)
    # The session ended long ago.
    open_case(log_in(page, "reviewer"), case)
    open_act(page, "end_special_procedure").locator("textarea[name=result]").fill("听证会已举行，笔录已归档。")
    send(page, "end_special_procedure")
    page.get_by_text("时限恢复计算，新的到期日已告知申请人。").wait_for()
    after = Case.objects.get(pk=case.pk)
    # Three working days lay between the start and the end; the others were holidays.
    assert after.committed_due_on == date(2026, 10, 20)
    due = f"{after.committed_due_on.month}月{after.committed_due_on.day}日"
    assert due in page.locator(".desk-terms").inner_text()
    page.locator("#clock details summary").first.click()
    assert "特别程序" in page.locator("#clock").inner_text() or "听证" in page.locator("#clock").inner_text()
