"""From an upload to pictures: a photograph as it is, a PDF's scanned pages, or a PDF's own text where it has no pictures."""

from __future__ import annotations

import io
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from PIL import Image, ImageOps
from pypdf import PdfReader

LONGEST_SIDE = 2000
"""Points. A card photographed fills 1,000; larger pictures cost memory by the square and are read no better."""
LEAST_SIDE = 200
"""Smaller pictures in a PDF are logos and signatures."""
MOST_PAGES = 4
MOST_POINTS = 60_000_000


@dataclass(frozen=True, slots=True)
class Page:
    """One picture, RGB, as rows × columns × 3. ``scale``: points of the original to one of these."""

    pixels: Any
    scale: float


@dataclass(frozen=True, slots=True)
class Pages:
    """What an upload holds. ``text``: lines of a PDF without pictures. ``left_out``: pages beyond MOST_PAGES."""

    pictures: list[Page] = field(default_factory=list)
    text: list[str] = field(default_factory=list)
    left_out: int = 0


def opened(content: bytes) -> Pages:
    """The pictures of a JPEG, PNG or PDF. ValueError when there is nothing to look at."""
    if content.startswith(b"%PDF-"):
        return _pdf(content)
    with Image.open(io.BytesIO(content), formats=("JPEG", "PNG")) as picture:
        return Pages([_page(picture)])


def _page(picture: Image.Image) -> Page:
    if picture.width * picture.height > MOST_POINTS:
        raise ValueError("the picture has too many points")
    if picture.format == "JPEG":
        # Decodes at a half or a quarter where that is still large enough: memory of a 60-megapixel photograph stays small.
        picture.draft("RGB", (LONGEST_SIDE, LONGEST_SIDE))
    width = picture.width
    upright = ImageOps.exif_transpose(picture)
    if upright.mode in ("RGBA", "LA", "P"):
        upright = upright.convert("RGBA")
        white = Image.new("RGBA", upright.size, (255, 255, 255, 255))
        upright = Image.alpha_composite(white, upright)
    upright = upright.convert("RGB")
    upright.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    return Page(np.asarray(upright), max(1.0, width / max(1, upright.width)))


def _pdf(content: bytes) -> Pages:
    reader = PdfReader(io.BytesIO(content), strict=False)
    pictures: list[Page] = []
    text: list[str] = []
    for page in reader.pages[:MOST_PAGES]:
        for name in list(page.images.keys())[:3]:
            found = page.images[name].image
            if found is not None and min(found.size) >= LEAST_SIDE:
                pictures.append(_page(found))
                break
        else:
            text += [line for line in page.extract_text().splitlines() if line.strip()]
    if not pictures and not text:
        raise ValueError("the PDF holds neither pictures nor text")
    return Pages(pictures, text, max(0, len(reader.pages) - MOST_PAGES))
