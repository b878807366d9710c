"""An official notice on A4: the organ's red head, number, title, text, place of the seal, date, verification on each page."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from yitong.documents import fonts
from yitong.documents.rendering.flow import LEADING, SIZE, Flow
from yitong.documents.rendering.lines import wrap
from yitong.documents.rendering.sheet import (
    BLACK,
    GREY,
    HEIGHT,
    RED,
    WIDTH,
    About,
    Mark,
    QrCode,
    Rendered,
    Rule,
    Sheets,
    Text,
    paint,
    width_of,
)
from yitong.documents.rules.kinds import Kind
from yitong.documents.rules.markup import blocks, chinese_date

SEAL = 119
"""Side of the seal's box in points: 42 mm, the diameter of a department's seal (国发〔1999〕25号, 第八条)."""
ENDING = SEAL + 8.0


@dataclass(frozen=True, slots=True)
class Piece:
    """Everything a document's pages depend on. ``url``: short address of its verification page. ``context``: see kinds."""

    kind: Kind
    title: str
    body: str
    context: Mapping[str, Any]
    number: str
    issuer: str
    code: str
    url: str
    at: datetime
    valid_until: str = ""
    draft: bool = False

    @property
    def values(self) -> dict[str, Any]:
        return {**self.context, "number": self.number, "issuer_name": self.issuer, "issued_on": self.at}

    @property
    def about(self) -> About:
        keywords = (
            f"yitong; code={self.code}; kind={self.kind.code}; number={self.number}; valid-until={self.valid_until}"
        )
        return About(self.title, self.issuer, self.number, keywords, self.at)


def grouped(code: str) -> str:
    """The code in groups of four, as printed."""
    return "-".join(code[start : start + 4] for start in range(0, len(code), 4))


def render(piece: Piece) -> Rendered:
    """The unsigned PDF of a notice."""
    sheets = Sheets()
    flow = Flow(sheets)
    _head(flow, piece)
    content = blocks(piece.kind, piece.body, piece.values)
    for number, block in enumerate(content):
        last = number == len(content) - 1
        # The seal must not stand on a page without text: the last paragraph goes over with it.
        if last and flow.height_of(block) <= 8 * LEADING:
            flow.need(flow.height_of(block) + ENDING)
        flow.put(block)
    flow.need(ENDING)
    box = _ending(flow, piece)
    page = len(sheets.pages) - 1
    for number, marks in enumerate(sheets.pages, start=1):
        marks.extend(footer(piece, number, len(sheets.pages)))
    return Rendered(paint(sheets.pages, piece.about), page, box)


def _head(flow: Flow, piece: Piece) -> None:
    sheets, middle = flow.sheets, WIDTH / 2
    size = min(30.0, 30.0 * (WIDTH - 120) / max(1.0, width_of(piece.issuer, 30.0, fonts.BOLD, 2)))
    sheets.put(Text(middle, HEIGHT - 92, piece.issuer, size, fonts.BOLD, RED, "middle", 2))
    sheets.put(Rule(flow.left - 8, HEIGHT - 112, flow.right + 8, HEIGHT - 112, 2.2, RED))
    sheets.put(Rule(flow.left - 8, HEIGHT - 115.5, flow.right + 8, HEIGHT - 115.5, 0.7, RED))
    sheets.put(Text(flow.right, HEIGHT - 136, piece.number, 11.5, anchor="right"))
    sheets.y = HEIGHT - 152
    for line in wrap(piece.title, 21, flow.width, font=fonts.BOLD):
        sheets.y -= 30
        sheets.put(Text(middle, sheets.y, line, 21, fonts.BOLD, BLACK, "middle", 1.5))
    sheets.y -= 14


def _ending(flow: Flow, piece: Piece) -> tuple[int, int, int, int]:
    """Issuer and date below the text, and the seal's box over both: centred on the issuer's name."""
    sheets = flow.sheets
    width = max(width_of(piece.issuer, SIZE), SEAL * 0.8)
    centre = flow.right - width / 2 - 12
    middle = sheets.y - ENDING / 2
    sheets.put(Text(centre, middle + 4, piece.issuer, SIZE, anchor="middle"))
    sheets.put(Text(centre, middle - 20, chinese_date(piece.at), SIZE, anchor="middle"))
    sheets.y -= ENDING
    left, bottom = round(centre - SEAL / 2), round(middle - SEAL / 2 + 2)
    return (left, bottom, left + SEAL, bottom + SEAL)


def footer(piece: Piece, number: int, pages: int) -> list[Mark]:
    """QR code, verification code, address and page number; a draft says that it is one."""
    left, right = 76.0, WIDTH - 76.0
    marks: list[Mark] = [
        Rule(left, 98, right, 98, 0.4, GREY),
        QrCode(left, 36, 54, piece.url),
        Text(left + 64, 76, f"防伪码：{grouped(piece.code)}", 9, fonts.REGULAR, GREY),
        Text(left + 64, 61, f"核验地址：{piece.url}", 9, fonts.REGULAR, GREY),
        Text(left + 64, 46, "扫描二维码，或者在核验页面输入防伪码、上传本文件，可以查验真伪。", 8, fonts.REGULAR, GREY),
        Text(right, 76, f"第{number}页 共{pages}页", 9, fonts.REGULAR, GREY, "right"),
    ]
    if piece.draft:
        marks.append(Text(WIDTH / 2, HEIGHT - 44, "预览 · 未编号 · 未用印", 14, fonts.BOLD, GREY, "middle", 3))
    return marks
