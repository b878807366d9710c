"""A form that was filled in for long while the log-in ended elsewhere: nothing typed is lost."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.cast import Cast
from tests.journeys.test_presentation_code import as_citizen
from yitong.parties.models import Person

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_what_was_typed_is_still_there_after_logging_in_again(
    new_page: Callable[..., Page], cast: Cast, live_server: Any
) -> None:
    page = as_citizen(new_page(), cast, live_server)
    page.clock.install()
    page.goto("/my/profile/")
    page.fill("[name=address]", "示范市惠民大道1号")
    page.clock.fast_forward(61_000)
    page.context.clear_cookies(name="yitong_session")
    page.click("main form button")
    notice = page.locator("[data-session-ended]")
    expect(notice).to_contain_text("李梅的登录已失效", use_inner_text=True)
    expect(notice).to_be_focused()
    expect(page.locator("[name=address]")).to_have_value("示范市惠民大道1号")

    as_citizen(page, cast, live_server)
    page.click("main form button")
    expect(page.get_by_text("已保存").first).to_be_visible()
    assert Person.objects.get(pk=cast.person("citizen").pk).address == "示范市惠民大道1号"
