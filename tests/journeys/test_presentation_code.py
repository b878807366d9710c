"""A citizen shows a code on the phone, a counter scans it; the phone says so, and a second scan is refused."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.cast import Cast
from tests.journeys.conftest import PHONE
from tests.journeys.desk_office import log_in_fixture  # noqa: F401
from tests.journeys.looks import enter, fits, go, shot
from yitong.consents.tests.conftest import CASE, World
from yitong.consents.tests.conftest import world as library_world  # noqa: F401
from yitong.licences.tests.conftest import granted, media  # noqa: F401

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
DECODE = """async () => {
  const svg = document.querySelector(".code-picture svg");
  const picture = new Image();
  picture.src = "data:image/svg+xml;base64," + btoa(new XMLSerializer().serializeToString(svg));
  await picture.decode();
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = 480;
  const context = canvas.getContext("2d");
  context.fillStyle = "#fff";
  context.fillRect(0, 0, 480, 480);
  context.drawImage(picture, 20, 20, 440, 440);
  const pixels = context.getImageData(0, 0, 480, 480).data;
  let dark = "";
  for (let at = 0; at < pixels.length; at += 4) dark += pixels[at] < 128 ? "1" : "0";
  return dark;
}"""
"""The picture of the code as a camera would see it, a character for each point."""
READ = """dark => {
  const pixels = new Uint8ClampedArray(4 * dark.length).fill(255);
  for (let at = 0; at < dark.length; at += 1) if (dark[at] === "1") pixels.fill(0, 4 * at, 4 * at + 3);
  return window.jsQR(pixels, 480, 480).data;
}"""


@pytest.fixture(name="world")
def world_fixture(request: pytest.FixtureRequest, live_server: Any) -> Iterator[World]:
    """The city with 李梅's licences; pages read the real clock."""
    yield request.getfixturevalue("library_world")


def as_citizen(page: Page, cast: Cast, live_server: Any) -> Page:
    """Log in by a session made here: the one-time code has a journey of its own."""
    from django.test import Client

    client = Client()
    client.force_login(cast.account("citizen"), "yitong.parties.backends.AccountBackend")
    page.context.add_cookies(
        [{"name": "yitong_session", "value": client.cookies["yitong_session"].value, "url": live_server.url}]
    )
    return page


def show_code(page: Page) -> str:
    page.goto("/my/code/")
    shot(page, "code-scenes")
    go(page.get_by_role("link", name="政务服务窗口"))
    page.get_by_label("食品经营许可证").check()
    page.locator("#id_confirmed").check()
    shot(page, "code-choose")
    go(page.get_by_role("button", name="亮码"))
    expect(page.locator("#code-card")).to_be_visible()
    shot(page, "code-show")
    return str(page.locator("#code-card code").text_content())


def test_a_code_is_scanned_once_and_the_phone_says_by_whom(world, live_server, phone_page, new_page, log_in):
    phone = as_citizen(phone_page, world.cast, live_server)
    token = show_code(phone)
    desk = log_in(new_page(), "clerk")
    desk.goto(f"/desk/scan/?case={CASE}")
    expect(desk.locator("#id_token")).to_be_focused()
    shot(desk, "scan")
    # The scanner types and presses Enter.
    desk.locator("#id_token").press_sequentially(token)
    enter(desk.locator("#id_token"))
    expect(desk.get_by_text("持证人所亮证照")).to_be_visible()
    expect(desk.locator("main")).to_contain_text("李梅", use_inner_text=True)
    shot(desk, "scanned")
    expect(phone.get_by_text("已扫码")).to_be_visible()
    expect(phone.locator("#code-card")).to_contain_text("王强", use_inner_text=True)
    shot(phone, "code-used")
    desk.get_by_label("食品经营许可证").check()
    go(desk.get_by_role("button", name="取入办件"))
    expect(desk.locator(".alert-success").first).to_be_visible()
    desk.goto("/desk/scan/")
    desk.locator("#id_token").fill(token)
    enter(desk.locator("#id_token"))
    expect(desk.locator("#error-summary")).to_contain_text("亮码只能使用一次", use_inner_text=True)
    shot(desk, "replay")
    phone.goto("/my/consents/")
    shot(phone, "consents")
    phone.goto("/my/looks/?section=codes")
    expect(phone.get_by_text("重复使用")).to_have_count(1)


def test_the_camera_script_reads_the_picture_of_the_code(world, live_server, phone_page, new_page, log_in):
    phone = as_citizen(phone_page, world.cast, live_server)
    token = show_code(phone)
    seen = phone.evaluate(DECODE)
    desk = log_in(new_page(), "clerk")
    desk.goto("/desk/scan/")
    expect(desk.locator("#camera-start")).to_be_visible()
    assert desk.evaluate(READ, seen) == token


def test_a_code_is_shown_and_renewed_without_javascript(world, live_server, new_page):
    page = as_citizen(new_page(PHONE, java_script_enabled=False), world.cast, live_server)
    show_code(page)
    expect(page.locator(".code-picture svg")).to_be_visible()
    expect(page.locator("noscript meta[http-equiv=refresh]")).to_have_count(1)
    expect(page.get_by_role("link", name="更新亮码")).to_be_visible()


def test_large_print_makes_the_code_larger(world, live_server, phone_page):
    page = as_citizen(phone_page, world.cast, live_server)
    show_code(page)
    go(page.get_by_role("button", name="大字").first)
    expect(page.locator("html")).to_contain_class("elder")
    expect(page.locator("#code-card")).to_be_visible()
    shot(page, "code-elder")
    fits(page)
