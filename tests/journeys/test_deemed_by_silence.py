"""Silence has consequences: nobody tells, and the application counts as accepted; a listed item is even granted."""

from datetime import timedelta

import pytest
from playwright.sync_api import expect

from tests.journeys.desk_office import log_in_fixture, office_fixture, open_case, send  # noqa: F401
from tests.journeys.guide_city import log_in as log_in_as
from tests.journeys.looks import fits
from yitong.cases import commands
from yitong.cases.models import Case
from yitong.cases.tests.conftest import Office
from yitong.cases.tests.items import SILENT, item

pytestmark = pytest.mark.browser
CITIZEN = "13800000001"


def listed(office: Office) -> Case:
    """An accepted case of an item on the deemed-approval list."""
    department = office.cast.department("market").pk
    office.item = item(department, office.now, basic_code="000131001003", **SILENT)
    return office.accepted()


def test_when_nobody_tells_it_counts_as_accepted_and_the_citizen_reads_so(office, log_in, phone_page):
    case = office.submitted()
    page = log_in_as(phone_page, CITIZEN)
    page.goto(f"/my/cases/{case.number}/")
    # Five working days after Thursday 24 September: the holidays do not count.
    assert case.tell_by_on is not None
    day = f"{case.tell_by_on.year}年{case.tell_by_on.month}月{case.tell_by_on.day}日"
    expect(page.get_by_text("没有告知您需要补正")).to_contain_text(day)

    office.now = case.tell_by_at
    assert commands.deem_accepted(now=office.now) == 0, "the last day is not over"
    office.later(minutes=1)
    assert commands.deem_accepted(now=office.now) == 1
    after = Case.objects.get(pk=case.pk)
    assert (after.state, after.deemed_accepted, after.accepted_at) == ("accepted", True, case.received_at)

    log_in_as(page, CITIZEN)
    page.goto(f"/my/cases/{case.number}/")
    expect(page.get_by_text("依法自收到申请材料之日起即为受理")).to_be_visible()
    row = page.locator(".material-row", has_text="逾期视为受理告知书")
    with page.expect_download() as coming:
        row.evaluate("row => { const a = row.querySelector('a'); a.download = ''; a.click(); }")
    assert coming.value.path().read_bytes()[:5] == b"%PDF-"
    # The days since the receipt are counted, as if it had been accepted then.
    expect(page.get_by_text("超期", exact=True)).to_have_count(0)
    fits(page)


def test_the_desk_sees_that_it_was_accepted_by_silence(office, log_in, desktop_page):
    case = office.submitted()
    office.now = case.tell_by_at + timedelta(minutes=1)
    assert commands.deem_accepted(now=office.now) == 1
    page = log_in(desktop_page, "accepter")
    open_case(page, case)
    expect(page.locator(".desk-head .badge", has_text="逾期视为受理")).to_be_visible()
    expect(page.locator("#documents")).to_contain_text("逾期视为受理告知书")
    # It is too late to ask for anything.
    expect(page.locator("#act-request_correction")).to_have_count(0)


def test_silence_grants_a_listed_item_and_leaves_another_red(office, log_in, new_page):
    other, silent = office.accepted(), listed(office)
    office.now = max(other.statutory_due_at, silent.statutory_due_at) + timedelta(seconds=1)
    assert commands.deem_approved(now=office.now) == 1

    citizen = log_in_as(new_page({"width": 375, "height": 812}), CITIZEN)
    citizen.goto(f"/my/cases/{silent.number}/")
    expect(citizen.locator(".case-timeline")).to_contain_text("依超时默认视为同意")
    expect(citizen.locator(".material-row", has_text="超时默认通知书")).to_be_visible()
    citizen.goto(f"/my/cases/{other.number}/")
    expect(citizen.locator(".case-standing")).to_contain_text("超期")
    expect(citizen.locator(".material-row", has_text="超时默认通知书")).to_have_count(0)

    chief = log_in(new_page(), "chief")
    open_case(chief, other)
    expect(chief.locator(".desk-head .light-red")).to_be_visible()
    expect(chief.locator(".desk-head .badge", has_text="超时默认")).to_have_count(0)
    # Being late takes nothing from the office's duty to decide; being silent on a listed item does.
    open_case(chief, silent)
    expect(chief.locator(".desk-head .badge", has_text="超时默认")).to_be_visible()
    expect(chief.locator("#act-decide")).to_have_count(0)
    send(chief, "issue_result")
    expect(chief.locator("#documents")).to_contain_text("食品经营许可证")
    assert Case.objects.get(pk=silent.pk).licence_id
