"""The two embedded fonts, registered once per process, and which characters they can draw.

Noto Sans SC (OFL-1.1) in TrueType outlines: reportlab cannot embed the CFF ones. Supplementary ideographs such as 𠮷 are
missing; a blank glyph in a name is a defect in a legal document, so that such a text is refused before it is issued.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from django.conf import settings
from fontTools.ttLib import TTFont as FontFile
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont

REGULAR = "YitongSans"
BOLD = "YitongSans-Bold"
_FILES = {
    REGULAR: Path("400Regular") / "NotoSansSC_400Regular.ttf",
    BOLD: Path("700Bold") / "NotoSansSC_700Bold.ttf",
}
_LAYOUT_CHARACTERS = frozenset("\n\r\t")


class FontMissing(RuntimeError):
    """The font files are not where YITONG_FONT_DIR says; the message names the file and the remedy."""


def folder() -> Path:
    """The folder of the npm package with the fonts."""
    chosen = getattr(settings, "YITONG_FONT_DIR", None)
    default = Path(settings.BASE_DIR) / "frontend" / "node_modules" / "@expo-google-fonts" / "noto-sans-sc"
    return Path(chosen) if chosen else default


def path(name: str) -> Path:
    """The file of REGULAR or BOLD, or FontMissing."""
    file = folder() / _FILES[name]
    if not file.is_file():
        raise FontMissing(
            f"The font {file} is missing. Run `make setup`, or set YITONG_FONT_DIR to the folder that has it."
        )
    return file


def register() -> str:
    """Make both fonts known to reportlab, once per process (about 0.3 s); returns the name of the regular one."""
    _registered()
    return REGULAR


@lru_cache(maxsize=1)
def _registered() -> dict[str, TTFont]:
    fonts = {name: TTFont(name, str(path(name))) for name in _FILES}
    for font in fonts.values():
        pdfmetrics.registerFont(font)
    pdfmetrics.registerFontFamily(REGULAR, normal=REGULAR, bold=BOLD, italic=REGULAR, boldItalic=BOLD)
    return fonts


@lru_cache(maxsize=1)
def _drawable() -> frozenset[int]:
    """Read from the files' character maps alone: a web process that never seals need not hold two whole fonts (50 MB)."""
    maps = []
    for name in _FILES:
        with FontFile(path(name), lazy=True) as font:
            maps.append(frozenset(font.getBestCmap()))
    return frozenset.intersection(*maps)


def undrawable(text: str) -> list[str]:
    """The characters of ``text`` a sealed document could not show, each once, in order of appearance."""
    drawable = _drawable()
    return [
        character
        for character in dict.fromkeys(text)
        if ord(character) not in drawable and character not in _LAYOUT_CHARACTERS
    ]


def advance(name: str, character: str) -> int:
    """Width of one character in 1/1000 of the font size."""
    face = _registered()[name].face
    return int(face.charWidths.get(ord(character), face.defaultWidth))
