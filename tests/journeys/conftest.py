"""A real browser for the journeys: the system's Chromium, driven by Playwright.

`desktop_page` is 1280x900, `phone_page` 375x812 with touch; `new_page` makes further ones, each with cookies of its
own, so that a citizen and a clerk can act side by side. Addresses are relative to the live server: `page.goto("/")`. A
script error or a blocked resource in any page fails the test. The page of a failed test is kept as a picture below the data
folder (`journeys/`).
"""

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Error,
    Page,
    Playwright,
    expect,
    sync_playwright,
)

CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
CHROMIUM_PLACES = ("/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",)
# No sandbox: containers and root have none. The rest keeps the browser from doing anything on its own.
CHROMIUM_OPTIONS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-default-apps",
    "--disable-extensions",
    "--disable-sync",
    "--no-first-run",
    "--mute-audio",
]
DESKTOP = {"width": 1280, "height": 900}
PHONE = {"width": 375, "height": 812}
# Waiting costs nothing where a machine is fast enough; a slow one is no fault of the pages.
expect.set_options(timeout=15_000)


def chromium() -> str | None:
    """The path of a Chromium on this machine: YITONG_CHROMIUM, or the usual names and places."""
    chosen = os.environ.get("YITONG_CHROMIUM")
    if chosen:
        return chosen
    found = (shutil.which(name) for name in CHROMIUM_NAMES)
    return next((path for path in (*found, *CHROMIUM_PLACES) if path and Path(path).exists()), None)


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    with sync_playwright() as driver:
        yield driver


@pytest.fixture(scope="session")
def browser(playwright: Playwright) -> Iterator[Browser]:
    path = chromium()
    if path is None:
        missing = "No Chromium here: install chromium (Debian: apt-get install chromium) or set YITONG_CHROMIUM."
        if os.environ.get("CI", "").lower() in {"1", "true"}:
            pytest.fail(missing)
        pytest.skip(missing)
    running = playwright.chromium.launch(executable_path=path, args=CHROMIUM_OPTIONS)
    yield running
    running.close()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Any:
    report = yield
    if report.when == "call":
        item.stash[_outcome] = report.failed
    return report


_outcome = pytest.StashKey[bool]()


@pytest.fixture
def new_page(browser: Browser, live_server: Any, request: pytest.FixtureRequest) -> Iterator[Callable[..., Page]]:
    """Makes a page with cookies of its own: `new_page(PHONE)` or `new_page(locale="en")`."""
    contexts, complaints = [], []

    def listen(message: ConsoleMessage) -> None:
        # An answer 4xx is logged as an error by the browser; journeys provoke those on purpose.
        if message.type == "error" and "Failed to load resource" not in message.text:
            complaints.append(message.text)

    def make(viewport: dict[str, int] = DESKTOP, *, locale: str = "zh-CN", **options: Any) -> Page:
        context = browser.new_context(
            base_url=live_server.url, viewport=viewport, locale=locale, timezone_id="Asia/Shanghai", **options
        )
        context.set_default_timeout(30_000)
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("console", listen)
        return page

    yield make
    failed = request.node.stash.get(_outcome, False)
    for number, context in enumerate(contexts):
        if failed and context.pages:
            keep_picture(context, settings.VAR / "journeys" / f"{request.node.name}-{number}.png")
        context.close()
    if not failed:
        assert not complaints, f"The browser complained: {complaints}"


def keep_picture(context: BrowserContext, file: Path) -> None:
    """The page as the failure left it. One that cannot be pictured any more is only told of: the failure itself counts."""
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        context.pages[-1].screenshot(path=file, full_page=True)
    except (Error, OSError) as error:
        print(f"No picture {file.name}: {error}")


@pytest.fixture
def desktop_page(new_page: Callable[..., Page]) -> Page:
    return new_page(DESKTOP)


@pytest.fixture
def phone_page(new_page: Callable[..., Page]) -> Page:
    return new_page(PHONE, has_touch=True, is_mobile=True, device_scale_factor=2)
