"""Everybody can read it: in English, in large print, in the dark, and without scripts."""

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from tests.journeys.conftest import PHONE
from tests.journeys.desk_office import office_fixture  # noqa: F401
from tests.journeys.looks import fits, go
from yitong.notifications import commands as notifications

pytestmark = pytest.mark.browser
PHONE_OF_MEI = "13800000001"
BRIGHTNESS = """name => {
  const pen = document.createElement("canvas").getContext("2d");
  pen.fillStyle = getComputedStyle(document.body)[name];
  pen.fillRect(0, 0, 1, 1);
  return Math.max(...pen.getImageData(0, 0, 1, 1).data.slice(0, 3));
}"""
"""The brightest part, 0 to 255, of a colour of the page, however the style sheet writes it."""


def test_language_large_print_and_dark_are_one_tap_away_and_stay(office, phone_page):
    page = phone_page
    page.goto("/")
    size = "parseFloat(getComputedStyle(document.documentElement).fontSize)"
    before = page.evaluate(size)
    go(page.get_by_role("button", name="English"))
    expect(page.get_by_role("heading", level=1)).to_have_text("What would you like to get done?")
    expect(page.locator("html")).to_have_attribute("lang", "en")
    go(page.get_by_role("button", name="Large print"))
    assert page.evaluate(size) > before
    go(page.get_by_role("button", name="Dark theme"))
    expect(page.locator("html")).to_have_attribute("data-bs-theme", "dark")
    assert page.evaluate(BRIGHTNESS, "color") > 128 > page.evaluate(BRIGHTNESS, "backgroundColor")
    for address in ("/", "/guide/", f"/guide/{office.item.basic_code}/", "/login/", "/verify/"):
        page.goto(address)
        html = page.locator("html")
        assert (html.get_attribute("lang"), html.get_attribute("data-bs-theme")) == ("en", "dark"), address
        assert "elder" in (html.get_attribute("class") or "")
        # Large print breaks no page of a phone.
        fits(page)
    page.get_by_role("button", name="中文").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("文书核验")


def test_without_scripts_a_citizen_searches_logs_in_and_starts(office, new_page, settings):
    page = new_page(PHONE, java_script_enabled=False)
    page.goto("/")
    page.locator("#guide-q").fill("食品")
    go(page.get_by_role("button", name="搜索"))
    go(page.get_by_role("link", name="食品经营许可").first)
    expect(page.get_by_role("heading", level=1)).to_have_text("食品经营许可")
    go(page.get_by_role("link", name="立即办理").first)
    go(page.get_by_role("link", name="登录并申请"))
    page.get_by_label("手机号").fill(PHONE_OF_MEI)
    page.get_by_role("button", name="发送验证码").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("输入验证码")

    notifications.drain(now=timezone.now())
    settings.YITONG_DEMO = True
    phone = new_page(PHONE, java_script_enabled=False)
    phone.goto(f"/outbox/?phone={PHONE_OF_MEI}")
    words = phone.locator("#outbox li").first.inner_text()
    code = next(part for part in "".join(c if c.isdigit() else " " for c in words).split() if len(part) == 6)
    page.get_by_label("短信验证码").fill("000000" if code != "000000" else "111111")
    go(page.get_by_role("button", name="登录", exact=True))
    expect(page.locator(".invalid-feedback, .alert-danger").first).to_be_visible()
    page.get_by_label("短信验证码").fill(code)
    go(page.get_by_role("button", name="登录", exact=True))
    # Back where the log-in interrupted.
    expect(page).to_have_url(f"/apply/{office.item.basic_code}/")
    expect(page.get_by_role("button", name="开始办理")).to_be_visible()
