"""The registrar finds what to connect next, looks what it would change, and the guide says what need not be brought."""

import pytest
from playwright.sync_api import expect

from tests.journeys.conftest import PHONE
from tests.journeys.guide_city import log_in
from tests.journeys.looks import fits, go, shot
from yitong.site.demo.items import envelopes
from yitong.waiving.tests.catalogue import TEACHER, fill_library, publish_prepared

pytestmark = pytest.mark.browser
ITEMS = 12
POLICE = "1110000099000101XD"


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


def test_from_the_figures_to_what_to_connect_next_to_the_guide(city, desktop_page, new_page):
    page = log_in(desktop_page, "wendian")
    page.goto("/console/")
    go(page.get_by_role("link", name="减证免证"))
    expect(page.get_by_role("heading", level=1)).to_have_text("减证免证")
    page.get_by_text("定义", exact=True).first.click()
    expect(page.get_by_text("分子：由证照库或数据接口直接取得的必要材料")).to_be_visible()
    shot(page, "waiving-overview")

    go(page.get_by_role("link", name="查看全部并试算"))
    shot(page, "waiving-next")
    page.get_by_label("学历证书").check()
    page.get_by_label("普通话水平测试等级证书").check()
    page.get_by_label("教师资格考试合格证明").check()
    go(page.get_by_role("button", name="看接入后的变化").first)
    expect(page.get_by_role("heading", name="接入后的变化")).to_be_visible()
    shot(page, "waiving-what-if")

    go(page.get_by_role("navigation", name="分析页面").get_by_role("link", name="事项"))
    shot(page, "waiving-items")
    go(page.get_by_role("link", name="教师资格认定"))
    expect(page.locator(".waive-figure")).to_contain_text("8 → 1")
    shot(page, "waiving-item")
    go(page.get_by_role("link", name="回到实际数字"))
    expect(page.locator(".waive-figure")).to_contain_text("8 → 4")
    go(page.get_by_role("navigation", name="分析页面").get_by_role("link", name="报告"))
    shot(page, "waiving-report")

    phone = log_in(new_page(PHONE), "wendian")
    for name in ("", "items/", "next/", "report/"):
        phone.goto(f"/supervision/waiving/{name}")
        fits(phone)
        shot(phone, f"waiving-phone-{name.strip('/') or 'overview'}")
    phone.goto("/supervision/waiving/items/")
    go(phone.get_by_role("link", name="教师资格认定"))
    expect(phone.get_by_role("heading", level=1)).to_contain_text("教师资格认定")
    fits(phone)
    shot(phone, "waiving-phone-item")

    reader = new_page(PHONE)
    reader.goto(f"/guide/{TEACHER}/?apply_by=household&exam_route=exam&diploma_kind=online")
    expect(reader.locator("#materials")).to_contain_text("8份材料，其中4份免提交")
    fits(reader)
    shot(reader, "waiving-phone-guide")
