"""A licence on A4: bordered sheet, holder, face, term, identifier, QR code, seal."""

from __future__ import annotations

from typing import Any

from yitong.documents import fonts
from yitong.documents.rendering.lines import wrap
from yitong.documents.rendering.notice import SEAL, Piece, grouped
from yitong.documents.rendering.sheet import (
    BLACK,
    GOLD,
    GREY,
    HEIGHT,
    RED,
    WIDTH,
    Box,
    Mark,
    QrCode,
    Rendered,
    Rule,
    Sheets,
    Text,
    paint,
    width_of,
)
from yitong.documents.rules.markup import blocks, chinese_date

LEFT, RIGHT = 84.0, WIDTH - 84.0
LABEL = 150.0
SIZE = 12.5
LEADING = 19.0
FLOOR = 250.0
"""The face ends here on the sheet that bears the seal; below are QR code, issuer and date."""


def render(piece: Piece) -> Rendered:
    """The unsigned PDF of a licence."""
    sheets = Sheets()
    _furnish(sheets, piece, first=True)
    values = piece.values
    rows: list[dict[str, Any]] = [
        {"label": "持证主体", "value": values["holder_name"]},
        *values.get("entries", ()),
        {"label": "有效期限", "value": values["validity"]},
    ]
    for row in rows:
        _entry(sheets, piece, str(row["label"]), str(row["value"]))
    box = _ending(sheets, piece)
    pages = len(sheets.pages)
    for number, marks in enumerate(sheets.pages, start=1):
        marks.extend(_foot(piece, number, pages))
    return Rendered(paint(sheets.pages, piece.about), pages - 1, box)


def _furnish(sheets: Sheets, piece: Piece, *, first: bool) -> None:
    """The border and the head of a sheet; further sheets say whose continuation they are."""
    sheets.put(Box(34, 34, WIDTH - 68, HEIGHT - 68, 2.4, RED), Box(40, 40, WIDTH - 80, HEIGHT - 80, 0.7, GOLD))
    sheets.put(*_corners())
    values = piece.values
    title, number = str(values["licence_name"]), f"证照编号：{values['licence_number']}"
    if not first:
        sheets.put(Text(WIDTH / 2, HEIGHT - 86, f"{title}（续页）", 15, fonts.BOLD, anchor="middle"))
        sheets.put(Text(RIGHT, HEIGHT - 112, number, 10, colour=GREY, anchor="right"))
        sheets.y = HEIGHT - 126
        return
    size = 32.0
    spacing = 6.0 if len(title) <= 10 else 2.0
    size *= min(1.0, (RIGHT - LEFT) / width_of(title, size, fonts.BOLD, spacing))
    sheets.put(Text(WIDTH / 2, HEIGHT - 128, title, size, fonts.BOLD, RED, "middle", spacing))
    sheets.put(Text(WIDTH / 2, HEIGHT - 154, "（电子证照）", 11, colour=GREY, anchor="middle"))
    sheets.put(Text(RIGHT, HEIGHT - 184, number, 11, anchor="right"))
    sheets.y = HEIGHT - 202
    statement = [block for block in blocks(piece.kind, piece.body, {**values, "entries": ()}) if hasattr(block, "text")]
    for block in statement:
        for line_number, line in enumerate(wrap(block.text, SIZE, RIGHT - LEFT, indent=2 * SIZE)):
            sheets.y -= LEADING + 3
            sheets.put(Text(LEFT + (2 * SIZE if line_number == 0 else 0), sheets.y, line, SIZE))
    sheets.y -= 14


def _corners() -> list[Mark]:
    marks: list[Mark] = []
    for x, dx in ((46.0, 1), (WIDTH - 46.0, -1)):
        for y, dy in ((46.0, 1), (HEIGHT - 46.0, -1)):
            for step in range(4):
                reach = 34.0 - 8 * step
                inset = 4.0 * step
                marks.append(Rule(x + dx * inset, y + dy * inset, x + dx * (inset + reach), y + dy * inset, 0.8, GOLD))
                marks.append(Rule(x + dx * inset, y + dy * inset, x + dx * inset, y + dy * (inset + reach), 0.8, GOLD))
    return marks


def _entry(sheets: Sheets, piece: Piece, label: str, value: str) -> None:
    """One line of the face; a value too long for the sheet goes on overleaf, line by line."""
    for number, line in enumerate(wrap(value, SIZE, RIGHT - LEFT - LABEL)):
        if sheets.y - LEADING - 9 < FLOOR:
            sheets.turn(HEIGHT)
            _furnish(sheets, piece, first=False)
        sheets.y -= LEADING + (8 if number == 0 else 0)
        if number == 0:
            sheets.put(Text(LEFT, sheets.y, label, SIZE, fonts.BOLD, BLACK))
        sheets.put(Text(LEFT + LABEL, sheets.y, line, SIZE))
    sheets.put(Rule(LEFT, sheets.y - 6, RIGHT, sheets.y - 6, 0.5, GREY, dash=True))


def _ending(sheets: Sheets, piece: Piece) -> tuple[int, int, int, int]:
    values = piece.values
    centre = min(RIGHT - 70, RIGHT - width_of(piece.issuer, SIZE) / 2)
    sheets.put(Text(centre, 178, piece.issuer, SIZE, anchor="middle"))
    sheets.put(Text(centre, 154, chinese_date(values["issued_on_face"]), SIZE, anchor="middle"))
    left, bottom = round(centre - SEAL / 2), round(168 - SEAL / 2)
    return (left, bottom, left + SEAL, bottom + SEAL)


def _foot(piece: Piece, number: int, pages: int) -> list[Mark]:
    marks: list[Mark] = [
        QrCode(LEFT, 122, 84, piece.url),
        Text(LEFT, 108, "扫码核验", 9, colour=GREY),
        Text(LEFT, 84, f"电子证照标识：{piece.values['identifier']}", 8, colour=GREY),
        Text(LEFT, 70, f"防伪码：{grouped(piece.code)}　核验地址：{piece.url}", 8, colour=GREY),
        Text(
            LEFT,
            56,
            "本证照经数字签名，依据《中华人民共和国电子签名法》第十四条，与加盖印章的纸质证照具有同等法律效力。",
            7.5,
            colour=GREY,
        ),
    ]
    if pages > 1:
        marks.append(Text(RIGHT, 84, f"第{number}页 共{pages}页", 8, colour=GREY, anchor="right"))
    if piece.draft:
        marks.append(Text(WIDTH / 2, HEIGHT - 62, "预览 · 未编号 · 未用印", 14, fonts.BOLD, GREY, "middle", 3))
    return marks
