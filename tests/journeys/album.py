"""Pictures of the user guides. A walk shows its pages through an album, which looks at each and keeps its picture when wanted."""

from __future__ import annotations

import io
import re
from pathlib import Path

from django.conf import settings as django_settings
from PIL import Image
from playwright.sync_api import Page, expect

from tests.journeys.looks import SHOTS, fits

GUIDE = django_settings.BASE_DIR / "docs" / "guide"
IMAGES = GUIDE / "images"
DESK = {"width": 1280, "height": 800}
PHONE_OPTIONS = {"has_touch": True, "is_mobile": True, "device_scale_factor": 1.5}
MOST_BYTES = 120_000
KEEP = SHOTS == "1"
"""Whether the pictures of the guides are taken anew."""


class Album:
    """The pictures of one folder below ``docs/guide/images``, empty for that folder itself. ``taken``: names a walk came past."""

    def __init__(self, folder: str = "") -> None:
        self.folder, self.taken = folder, set[str]()

    def show(self, page: Page, name: str, heading: str, at: str = "") -> None:
        """The page has the heading and fits the screen; its picture, scrolled to ``at``, is kept when that is wanted."""
        expect(page.get_by_role("heading", name=heading).first).to_be_visible()
        fits(page)
        self.taken.add(name)
        if KEEP:
            place = f"document.querySelector({at!r}).getBoundingClientRect().top + scrollY - 64" if at else "0"
            page.evaluate(f"scrollTo(0, {place})")
            page.mouse.move(0, 0)
            page.wait_for_load_state("networkidle")
            keep(page.screenshot(), IMAGES / self.folder / f"{name}.png")

    def pictured(self) -> set[str]:
        """Names of its pictures in the guides and on the front pages."""
        pages = [*GUIDE.glob("*.md"), *django_settings.BASE_DIR.glob("README*.md")]
        place = rf"images/{self.folder}/" if self.folder else "images/"
        return {name for page in pages for name in re.findall(rf"{place}([\w-]+)\.png\)", page.read_text("utf-8"))}


def keep(picture: bytes, file: Path) -> None:
    """Write it with as many colours as fit ``MOST_BYTES``."""
    whole = Image.open(io.BytesIO(picture)).convert("RGB")
    for colours in (256, 128, 64, 32, 16):
        out = io.BytesIO()
        whole.quantize(colours, dither=Image.Dither.NONE).save(out, "PNG", optimize=True)
        if out.tell() < MOST_BYTES:
            break
    file.parent.mkdir(exist_ok=True)
    file.write_bytes(out.getvalue())
    assert out.tell() < MOST_BYTES, file
