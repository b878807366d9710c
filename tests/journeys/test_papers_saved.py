"""The registrar finds what to connect next, looks what it would change, and the guide says what need not be brought."""

import os

import pytest
from playwright.sync_api import expect

from tests.journeys.conftest import PHONE
from tests.journeys.guide_city import log_in
from yitong.site.demo.items import envelopes
from yitong.waiving.tests.catalogue import TEACHER, fill_library, publish_prepared

pytestmark = pytest.mark.browser
SHOTS = os.environ.get("YITONG_SHOTS", "")
ITEMS = 12
POLICE = "1110000099000101XD"


def shot(page, name):
    if SHOTS:
        page.screenshot(path=f"{SHOTS}/waiving-{name}.png", full_page=True)


@pytest.fixture
def city(live_server, cast, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"
    settings.VAR = tmp_path / "var"
    departments = ("market", "health", "service")
    codes = [TEACHER, *(one.basic_code for one in envelopes() if one.basic_code != TEACHER)][:ITEMS]
    for number, code in enumerate(codes):
        publish_prepared(cast, code, departments[number % 3])
    types = [each.licence_type for one in envelopes() if one.basic_code == TEACHER for each in one.record.materials]
    fill_library(cast, [code for code in types if code and not code.startswith("11100000990002")])
    return cast


def narrow(page):
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def test_from_the_figures_to_what_to_connect_next_to_the_guide(city, desktop_page, new_page):
    page = log_in(desktop_page, "wendian")
    page.goto("/console/")
    page.get_by_role("link", name="减证免证").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("减证免证")
    page.get_by_text("定义", exact=True).first.click()
    expect(page.get_by_text("分子：由证照库或数据接口直接取得的必要材料")).to_be_visible()
    shot(page, "overview")

    page.get_by_role("link", name="查看全部并试算").click()
    shot(page, "next")
    page.get_by_label("学历证书").check()
    page.get_by_label("普通话水平测试等级证书").check()
    page.get_by_label("教师资格考试合格证明").check()
    page.get_by_role("button", name="看接入后的变化").first.click()
    expect(page.get_by_role("heading", name="接入后的变化")).to_be_visible()
    shot(page, "what-if")

    page.get_by_role("navigation", name="分析页面").get_by_role("link", name="事项").click()
    shot(page, "items")
    page.get_by_role("link", name="教师资格认定").click()
    expect(page.locator(".waive-figure")).to_contain_text("8 → 1")
    shot(page, "item")
    page.get_by_role("link", name="回到实际数字").click()
    expect(page.locator(".waive-figure")).to_contain_text("8 → 4")
    page.get_by_role("navigation", name="分析页面").get_by_role("link", name="报告").click()
    shot(page, "report")

    phone = log_in(new_page(PHONE), "wendian")
    for name in ("", "items/", "next/", "report/"):
        phone.goto(f"/supervision/waiving/{name}")
        narrow(phone)
        shot(phone, f"phone-{name.strip('/') or 'overview'}")
    phone.goto("/supervision/waiving/items/")
    phone.get_by_role("link", name="教师资格认定").click()
    narrow(phone)
    shot(phone, "phone-item")

    reader = new_page(PHONE)
    reader.goto(f"/guide/{TEACHER}/?apply_by=household&exam_route=exam&diploma_kind=online")
    expect(reader.locator("#materials")).to_contain_text("8份材料，其中4份免提交")
    narrow(reader)
    shot(reader, "phone-guide")
