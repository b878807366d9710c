"""The office of the case tests behind a real browser: the same city, item and clock, and a way to log in at the desk."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.cast import PASSWORD, Cast
from tests.journeys.looks import enter, go
from yitong.cases.models import Case
from yitong.cases.tests.conftest import Office
from yitong.cases.tests.items import item

USERNAMES = {
    "clerk": "wangqiang",
    "accepter": "sunli",
    "reviewer": "chenjing",
    "second_reviewer": "zhoutao",
    "chief": "liuyang",
    "head": "wumin",
    "outsider": "fengwei",
}
LogIn = Callable[[Page, str], Page]


@pytest.fixture(name="office")
def office_fixture(cast: Cast, settings: Any, tmp_path: Path, monkeypatch: Any) -> Office:
    """The pages read the office's clock too, so that a hearing of two weeks takes no time."""
    settings.MEDIA_ROOT = tmp_path
    office = Office(cast, item(cast.department("market").pk, cast.now), cast.now)
    monkeypatch.setattr("django.utils.timezone.now", lambda: office.now)
    return office


@pytest.fixture(name="log_in")
def log_in_fixture() -> LogIn:
    def log_in(page: Page, who: str) -> Page:
        page.goto("/desk/login/?next=/desk/")
        page.locator("input[name=username]").fill(USERNAMES[who])
        page.locator("input[name=password]").fill(PASSWORD)
        go(page.locator("main form button").first)
        expect(page).to_have_url("/desk/")
        return page

    return log_in


def open_case(page: Page, case: Case) -> None:
    """Open the case from its address."""
    page.goto(f"/desk/cases/{case.number}/")


def open_act(page: Page, action: str) -> Any:
    """Unfold the form of an act and give it."""
    act = page.locator(f"#act-{action}")
    if act.get_attribute("open") is None:
        act.locator("summary").first.click()
    return act


def send(page: Page, action: str) -> None:
    """Send the form of an act and wait for the answer."""
    go(page.locator(f"#act-{action} form button.w-100"))


def begin_at_counter(page: Page, idcard: str, words: str, uscc: str = "") -> None:
    """A clerk begins the first item that ``words`` find, for the person or for the enterprise that person acts for."""
    page.goto("/desk/counter/")
    page.locator("input[name=idcard]").fill(idcard)
    if uscc:
        page.get_by_label("为企业申请").check()
        page.get_by_label("统一社会信用代码").fill(uscc)
    go(page.locator("main form button").first)
    expect(page.get_by_role("heading", level=1)).to_have_text("办理什么事项？")
    page.locator("input[name=q]").fill(words)
    enter(page.locator("input[name=q]"))
    go(page.get_by_role("button", name="开始办理").first)
    expect(page).to_have_url(re.compile(r"/desk/counter/\d+/$"))
