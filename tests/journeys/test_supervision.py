"""The supervisor's board: a light, the cases behind it, one of them and its clock."""

from datetime import timedelta

import pytest
from playwright.sync_api import expect

from tests.journeys.desk_office import USERNAMES, log_in_fixture, office_fixture  # noqa: F401
from tests.journeys.guide_city import log_in as log_in_as
from tests.journeys.looks import go
from yitong.cases.models import Case

pytestmark = pytest.mark.browser


def test_from_a_light_to_the_list_to_the_case(office, log_in, desktop_page):
    late = office.accepted()
    office.now = late.committed_due_at + timedelta(hours=12)
    fresh = office.accepted()
    page = log_in_as(desktop_page, "zhaojiancha")
    page.goto("/supervision/")
    red, green = page.locator(".board-red"), page.locator(".board-green")
    # A word stands beside the colour.
    for light, word in ((red, "超期"), (green, "正常")):
        expect(light.locator(".board-figure")).to_have_text("1", use_inner_text=True)
        expect(light).to_contain_text(word, use_inner_text=True)

    go(red)
    expect(page).to_have_url("/supervision/cases/?light=red")
    rows = page.locator("main tbody tr")
    expect(rows).to_have_count(1)
    day = late.committed_due_on
    expect(rows).to_contain_text(f"{day.year}年{day.month}月{day.day}日")
    go(rows.locator("a"))
    expect(page).to_have_url(f"/desk/cases/{late.number}/")
    expect(page.locator(".desk-head .light-red")).to_be_visible()
    page.locator("#clock details summary").first.click()
    expect(page.locator("#clock table").first).to_contain_text("国庆")
    # Supervision reads everything and does nothing to a case.
    expect(page.locator(".desk-actions form")).to_have_count(0)

    page.goto("/supervision/?screen=large")
    expect(page.locator(".board-large .board-figure").first).to_be_visible()
    assert Case.objects.get(pk=fresh.pk).state == "accepted"


def test_the_board_is_for_supervisors_alone(office, log_in, new_page):
    assert log_in(new_page(), "reviewer").goto("/supervision/").status == 404
    stranger = new_page()
    stranger.goto("/supervision/")
    stranger.wait_for_url("**/desk/login/**")
    assert USERNAMES["reviewer"] not in stranger.content()
