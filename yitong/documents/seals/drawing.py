"""The visible seal: a red circle, a star, the department's name around, its purpose below (国发〔1999〕25号).

Drawn as PDF paths from the font's outlines, so that the seal needs no font inside the PDF and is sharp at every size.
"""

from __future__ import annotations

import math
from functools import lru_cache
from typing import Any

from fontTools.pens.basePen import BasePen
from fontTools.ttLib import TTFont

from yitong.documents import fonts

SIDE = 119.0
PURPOSE = "行政审批专用章"
_RED = "0.80 0.05 0.10"
_WIDEST = math.radians(268)
_TIGHTEST = math.radians(27)


class _PathPen(BasePen):
    """Writes PDF path operators, through an affine map (a, b, c, d, e, f)."""

    def __init__(self, glyphs: Any, matrix: tuple[float, ...]) -> None:
        super().__init__(glyphs)
        self.matrix = matrix
        self.out: list[str] = []

    def _at(self, point: tuple[float, float]) -> str:
        a, b, c, d, e, f = self.matrix
        x, y = point
        return f"{a * x + c * y + e:.2f} {b * x + d * y + f:.2f}"

    def _moveTo(self, pt: tuple[float, float]) -> None:
        self.out.append(f"{self._at(pt)} m")

    def _lineTo(self, pt: tuple[float, float]) -> None:
        self.out.append(f"{self._at(pt)} l")

    def _curveToOne(self, pt1: tuple[float, float], pt2: tuple[float, float], pt3: tuple[float, float]) -> None:
        self.out.append(f"{self._at(pt1)} {self._at(pt2)} {self._at(pt3)} c")

    def _closePath(self) -> None:
        self.out.append("h")


@lru_cache(maxsize=256)
def appearance(department: str, purpose: str = PURPOSE) -> bytes:
    """The content stream of the seal in a square of SIDE points."""
    with TTFont(fonts.path(fonts.BOLD), lazy=True) as font:
        glyphs = font.getGlyphSet()
        cmap = font.getBestCmap()
        units = float(font["head"].unitsPerEm)
        parts = [f"q {_RED} RG {_RED} rg", _ring(), _star(), "f"]
        for character, matrix in [*_around(department, units), *_below(purpose, units)]:
            name = cmap.get(ord(character))
            if name is None:
                raise ValueError(f"the seal's font cannot draw {character!r} of {department!r}")
            pen = _PathPen(glyphs, matrix)
            glyphs[name].draw(pen)
            if pen.out:
                parts.extend([*pen.out, "f"])
    return "\n".join([*parts, "Q"]).encode("ascii")


def _ring() -> str:
    """The circle, stroked 1.2 mm wide."""
    centre, radius, pull = SIDE / 2, SIDE / 2 - 2.5, 0.5522847498
    k = radius * pull
    points = [
        (centre + radius, centre + k, centre + k, centre + radius, centre, centre + radius),
        (centre - k, centre + radius, centre - radius, centre + k, centre - radius, centre),
        (centre - radius, centre - k, centre - k, centre - radius, centre, centre - radius),
        (centre + k, centre - radius, centre + radius, centre - k, centre + radius, centre),
    ]
    curves = "\n".join(" ".join(f"{value:.2f}" for value in curve) + " c" for curve in points)
    return f"3.2 w {centre + radius:.2f} {centre:.2f} m\n{curves}\nh S"


def _star() -> str:
    centre, outer = SIDE / 2, SIDE * 0.165
    inner = outer * math.sin(math.radians(18)) / math.sin(math.radians(54))
    points = []
    for corner in range(10):
        radius = outer if corner % 2 == 0 else inner
        angle = math.radians(90 + 36 * corner)
        points.append(f"{centre + radius * math.cos(angle):.2f} {centre + radius * math.sin(angle):.2f}")
    return f"{points[0]} m\n" + "\n".join(f"{point} l" for point in points[1:]) + "\nh"


def _around(text: str, units: float) -> list[tuple[str, tuple[float, ...]]]:
    """Each character upright on the inside of the ring, the whole centred at the top."""
    step = min(_TIGHTEST, _WIDEST / max(1, len(text)))
    size = min(14.5, step * SIDE * 0.5 * 0.98)
    radius = SIDE / 2 - 7.5 - size
    scale = size / units
    placed: list[tuple[str, tuple[float, ...]]] = []
    for number, character in enumerate(text):
        turn = (number - (len(text) - 1) / 2) * step
        a, b = scale * math.cos(turn), -scale * math.sin(turn)
        # The glyph's square hangs below its baseline by an eighth; its foot stands on the circle, its middle on the ray.
        foot = radius + size * 0.12
        x = SIDE / 2 + foot * math.sin(turn) - size / 2 * math.cos(turn)
        y = SIDE / 2 + foot * math.cos(turn) + size / 2 * math.sin(turn)
        placed.append((character, (a, b, -b, a, x, y)))
    return placed


def _below(text: str, units: float) -> list[tuple[str, tuple[float, ...]]]:
    size = min(9.5, SIDE * 0.58 / max(1, len(text)))
    scale = size / units
    left = SIDE / 2 - size * len(text) / 2
    return [
        (character, (scale, 0, 0, scale, left + number * size, SIDE * 0.2)) for number, character in enumerate(text)
    ]
