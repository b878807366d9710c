"""How a journey goes from page to page and what it looks at there.

A click returns before the page it leads to has come: a look right after it meets the old page, or none. So a journey waits
for the new page, by ``go`` or by expecting what only the new page shows, before it looks, types or asks the database.
"""

from __future__ import annotations

import os
from pathlib import Path

from playwright.sync_api import Locator, Page

SHOTS = os.environ.get("YITONG_SHOTS", "")
"""A folder for pictures of pages on the way; ``1`` takes the pictures of the guides anew instead."""


def go(way: Locator) -> None:
    """Press a link or button that leads to another page, or to the same one anew, and wait until that is loaded."""
    with way.page.expect_navigation():
        way.click()


def enter(field: Locator) -> None:
    """Press Enter in a field, as scanners do, and wait for the page that answers."""
    with field.page.expect_navigation():
        field.press("Enter")


def fits(page: Page) -> None:
    """Nothing sticks out of the screen sideways."""
    assert page.viewport_size is not None
    wide = page.locator("html").evaluate("html => html.scrollWidth")
    assert wide <= page.viewport_size["width"], f"{page.url}: {wide} pixels wide"


def shot(page: Page, name: str) -> None:
    """A picture of the page, when those are wanted."""
    if SHOTS not in ("", "1"):
        page.screenshot(path=Path(SHOTS) / f"{name}.png", full_page=True)
