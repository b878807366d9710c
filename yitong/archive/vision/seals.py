"""Red seals in a picture (公章识别): where they are, how large, round or oval, and what stands around the rim.

A seal is a ring: red points about a middle at one distance, with little red just inside. Found by colour and the shape of
the outline, since letters and lines in red are no closed rings. The text is read by unrolling the ring into a strip.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np

LEAST_SHARE = 0.035
"""A seal's smaller diameter, as a share of the picture's shorter side, at least. Statutory seals measure 38 to 45 mm, and the
longer side of a card 86 mm, of a sheet 297 mm."""
MOST_SHARE = 0.6
ROUND = 1.15
"""Larger diameter over smaller, up to which a seal is called round."""
FILLED_RIM = 0.62
"""Share of the directions from the middle in which the rim is red, at least: stamps are pale in places, and text crosses them."""
RAYS = 180


@dataclass(frozen=True, slots=True)
class Seal:
    """One seal. ``x, y``: its middle, ``width, height``: its diameters, in points of the picture. ``shape``: round or oval."""

    x: float
    y: float
    width: float
    height: float
    shape: str
    text: str = ""
    score: float = 0.0


def find(pixels: Any, read: Callable[[Any], list[tuple[str, float]]] | None = None) -> list[Seal]:
    """The seals of an RGB picture, from top to bottom; with ``read`` their text too."""
    red = _red(pixels)
    shorter = min(red.shape)
    # Gaps in a pale rim are closed by a brush, thin so that seals near each other do not flow together.
    brush = np.ones((max(3, shorter // 160) | 1,) * 2, np.uint8)
    outlines, _ = cv2.findContours(
        cv2.morphologyEx(red, cv2.MORPH_CLOSE, brush), cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE
    )
    found: list[Seal] = []
    for outline in sorted(outlines, key=len, reverse=True)[:40]:
        seal = _seal(outline, red, shorter)
        if seal is not None and not any(_same(seal, other) for other in found):
            found.append(seal)
    found = sorted(found, key=lambda seal: (seal.y, seal.x))
    return [_with_text(seal, pixels, red, read) for seal in found] if read else found


def _red(pixels: Any) -> Any:
    """255 where a point is seal red: hue near red, clearly coloured, neither black nor white."""
    hsv = cv2.cvtColor(np.ascontiguousarray(pixels), cv2.COLOR_RGB2HSV)
    low = cv2.inRange(hsv, np.array((0, 70, 70)), np.array((12, 255, 255)))
    high = cv2.inRange(hsv, np.array((165, 70, 70)), np.array((180, 255, 255)))
    return cv2.bitwise_or(low, high)


def _seal(outline: Any, red: Any, shorter: int) -> Seal | None:
    if len(outline) < 40:
        return None
    hull = cv2.convexHull(outline)
    if len(hull) < 5:
        return None
    (x, y), (one, two), angle = cv2.fitEllipse(hull)
    small, large = sorted((one, two))
    if not (max(24, LEAST_SHARE * shorter) <= small and large <= MOST_SHARE * max(red.shape)) or large > 2.2 * small:
        return None
    area = cv2.contourArea(hull)
    # A rectangle fills 27 % more than the ellipse about it would; a bar or a triangle less.
    if not 0.86 <= area / (np.pi * small * large / 4) <= 1.12:
        return None
    if not _is_ring(red, (x, y), (one, two), angle):
        return None
    upright = (one, two) if abs(((angle + 45) % 180) - 45) <= 45 else (two, one)
    shape = "round" if large <= ROUND * small else "oval"
    return Seal(float(x), float(y), float(upright[0]), float(upright[1]), shape)


def _is_ring(red: Any, middle: tuple[float, float], axes: tuple[float, float], angle: float) -> bool:
    """Red at the rim in most directions, and a gap between rim and text in many: a red disc is no seal."""
    turn = np.deg2rad(angle)
    rays = np.linspace(0, 2 * np.pi, RAYS, endpoint=False)

    def along(share: float) -> Any:
        across, down = axes[0] / 2 * share * np.cos(rays), axes[1] / 2 * share * np.sin(rays)
        xs = np.clip(np.round(middle[0] + across * np.cos(turn) - down * np.sin(turn)), 0, red.shape[1] - 1).astype(int)
        ys = np.clip(np.round(middle[1] + across * np.sin(turn) + down * np.cos(turn)), 0, red.shape[0] - 1).astype(int)
        return red[ys, xs] > 0

    rim = np.logical_or.reduce([along(share) for share in np.linspace(0.90, 1.02, 9)])
    if rim.mean() < FILLED_RIM:
        return False
    inside = np.mean([along(share).mean() for share in np.linspace(0.2, 0.88, 18)])
    return bool(inside < 0.65)


def _same(one: Seal, other: Seal) -> bool:
    return abs(one.x - other.x) < other.width / 3 and abs(one.y - other.y) < other.height / 3


def _with_text(seal: Seal, pixels: Any, red: Any, read: Callable[[Any], list[tuple[str, float]]]) -> Seal:
    """Unrolled twice, beginning at the bottom: text runs clockwise from lower left to lower right."""
    lines = read(_unrolled(seal, red))
    arc = max(lines, key=lambda line: len(line[0]) * line[1], default=("", 0.0))
    if len(arc[0]) < 3 or arc[1] < 0.5:
        return seal
    return Seal(seal.x, seal.y, seal.width, seal.height, seal.shape, arc[0], round(float(arc[1]), 3))


def _unrolled(seal: Seal, red: Any) -> Any:
    """The ring of text as a level strip, black on white, RGB."""
    outer, inner = 0.96, 0.55
    radius = (seal.width + seal.height) / 4
    length, depth = max(320, int(2 * np.pi * radius * 0.8)), max(32, int(radius * (outer - inner)))
    # Clockwise from straight down, over the left, the top and the right back to the bottom.
    turns = np.linspace(np.pi / 2, np.pi / 2 + 2 * np.pi, length)[None, :]
    shares = np.linspace(outer, inner, depth)[:, None]
    xs = (seal.x + seal.width / 2 * shares * np.cos(turns)).astype(np.float32)
    ys = (seal.y + seal.height / 2 * shares * np.sin(turns)).astype(np.float32)
    strip = 255 - cv2.remap(red, xs, ys, cv2.INTER_LINEAR, borderValue=0)
    # Larger letters are read better; the rim is gone, and white above and below sets the text off.
    zoom = max(1.0, 64 / depth)
    strip = cv2.resize(strip, None, fx=zoom, fy=zoom, interpolation=cv2.INTER_CUBIC)
    strip = cv2.copyMakeBorder(strip, 16, 16, 16, 16, cv2.BORDER_CONSTANT, value=255)
    return cv2.cvtColor(strip, cv2.COLOR_GRAY2RGB)
