"""What is painted where: pages of simple marks, and the painter that turns them into a PDF.

Points of 1/72 inch, origin at the lower left of an A4 sheet. Marks are values, so that the number of pages is known before
the first is painted.
"""

from __future__ import annotations

import io
from dataclasses import dataclass, field
from datetime import UTC, datetime

from reportlab.lib.pagesizes import A4
from reportlab.pdfgen.canvas import Canvas

from yitong.documents import fonts, qr

WIDTH, HEIGHT = A4
BLACK = (0.0, 0.0, 0.0)
RED = (0.78, 0.07, 0.12)
GREY = (0.38, 0.38, 0.38)
GOLD = (0.66, 0.52, 0.24)


@dataclass(frozen=True, slots=True)
class Text:
    x: float
    y: float
    text: str
    size: float
    font: str = fonts.REGULAR
    colour: tuple[float, float, float] = BLACK
    anchor: str = "left"  # left, middle, right: which point of the text x is
    spacing: float = 0.0  # extra points after each character


@dataclass(frozen=True, slots=True)
class Rule:
    x1: float
    y1: float
    x2: float
    y2: float
    width: float = 0.6
    colour: tuple[float, float, float] = BLACK
    dash: bool = False


@dataclass(frozen=True, slots=True)
class Box:
    x: float
    y: float
    width: float
    height: float
    line: float = 0.6
    colour: tuple[float, float, float] = BLACK


@dataclass(frozen=True, slots=True)
class QrCode:
    x: float
    y: float
    side: float
    text: str


Mark = Text | Rule | Box | QrCode


@dataclass(slots=True)
class Sheets:
    """Pages under construction. ``y`` is the lowest point used on the last page."""

    pages: list[list[Mark]] = field(default_factory=lambda: [[]])
    y: float = HEIGHT

    def put(self, *marks: Mark) -> None:
        self.pages[-1].extend(marks)

    def turn(self, y: float) -> None:
        self.pages.append([])
        self.y = y


@dataclass(frozen=True, slots=True)
class About:
    """What the PDF says about itself. ``keywords`` are machine-readable: code, kind, validity."""

    title: str
    author: str
    subject: str
    keywords: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Rendered:
    """An unsigned PDF, and where its seal goes: page from 0, box (left, bottom, right, top) in points."""

    pdf: bytes
    seal_page: int
    seal_box: tuple[int, int, int, int]


def width_of(text: str, size: float, font: str = fonts.REGULAR, spacing: float = 0.0) -> float:
    """Width of a line in points."""
    return sum(fonts.advance(font, character) for character in text) * size / 1000 + spacing * max(0, len(text) - 1)


def paint(pages: list[list[Mark]], about: About) -> bytes:
    """The PDF of these pages."""
    fonts.register()
    buffer = io.BytesIO()
    canvas = Canvas(buffer, pagesize=A4, invariant=1, pageCompression=1, lang="zh-CN")
    moment = about.at.astimezone(UTC).strftime("D:%Y%m%d%H%M%S+00'00'")
    # With invariant=1 reportlab would date every document to the year 2000; the formatter is asked all the same.
    canvas.setDateFormatter(lambda *_: moment)
    canvas.setTitle(about.title)
    canvas.setAuthor(about.author)
    canvas.setSubject(about.subject)
    canvas.setKeywords(about.keywords)
    canvas.setCreator("Yitong")
    for marks in pages:
        for mark in marks:
            _paint_mark(canvas, mark)
        canvas.showPage()
    canvas.save()
    return buffer.getvalue()


def _paint_mark(canvas: Canvas, mark: Mark) -> None:
    if isinstance(mark, Text):
        _paint_text(canvas, mark)
    elif isinstance(mark, Rule):
        canvas.setStrokeColorRGB(*mark.colour)
        canvas.setLineWidth(mark.width)
        canvas.setDash([1.5, 2.5] if mark.dash else [])
        canvas.line(mark.x1, mark.y1, mark.x2, mark.y2)
    elif isinstance(mark, Box):
        canvas.setStrokeColorRGB(*mark.colour)
        canvas.setLineWidth(mark.line)
        canvas.setDash([])
        canvas.rect(mark.x, mark.y, mark.width, mark.height, stroke=1, fill=0)
    else:
        _paint_qr(canvas, mark)


def _paint_text(canvas: Canvas, mark: Text) -> None:
    x = mark.x
    if mark.anchor != "left":
        width = width_of(mark.text, mark.size, mark.font, mark.spacing)
        x -= width / 2 if mark.anchor == "middle" else width
    canvas.setFillColorRGB(*mark.colour)
    canvas.setFont(mark.font, mark.size)
    canvas.drawString(x, mark.y, mark.text, charSpace=mark.spacing)


def _paint_qr(canvas: Canvas, mark: QrCode) -> None:
    """Runs of dark modules as rectangles of one path: single squares would show hair lines between them."""
    rows = qr.matrix(mark.text)
    step = mark.side / len(rows)
    path = canvas.beginPath()
    for number, row in enumerate(rows):
        start = None
        for column, dark in enumerate([*row, False]):
            if dark and start is None:
                start = column
            elif not dark and start is not None:
                y = mark.y + mark.side - (number + 1) * step
                path.rect(mark.x + start * step, y, (column - start) * step, step)
                start = None
    canvas.setFillColorRGB(*BLACK)
    canvas.drawPath(path, stroke=0, fill=1)
