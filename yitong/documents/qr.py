"""QR codes as SVG or PNG, level M, with the quiet zone of four modules the standard asks for."""

from __future__ import annotations

import io

import segno


def matrix(text: str) -> list[list[bool]]:
    """The modules of the code, without the quiet zone: rows of True for dark."""
    return [[bool(module) for module in row] for row in segno.make_qr(text, error="m").matrix]


def svg(text: str, *, scale: int = 4, fluid: bool = False) -> str:
    """An ``<svg>`` element to put into a page; ``fluid``: as wide as the page's style says."""
    return str(segno.make_qr(text, error="m").svg_inline(scale=scale, border=4, omitsize=fluid))


def png(text: str, *, scale: int = 8) -> bytes:
    """A PNG file."""
    buffer = io.BytesIO()
    segno.make_qr(text, error="m").save(buffer, kind="png", scale=scale, border=4)
    return buffer.getvalue()
