"""Write a licence as OFD (GB/T 33190-2016): OFD.xml, Document.xml, PublicRes.xml and one Content.xml a page, in a zip.

An export for programs that want this format, and it says so on its face: it bears no seal, the original is the sealed PDF.
The platform's SM2 signature over the parts (in OFD.xml, CustomDatas) tells whether an export was changed. Lengths in mm.
"""

from __future__ import annotations

import base64
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from xml.sax.saxutils import escape, quoteattr

from yitong.licences.proofs.bundle import zipped
from yitong.licences.proofs.metadata import canonical
from yitong.licences.proofs.sm2 import sm3

NAMESPACE = "http://www.ofdspec.org/2016"
FORMAT = "yitong-ofd/1"
ROOT, DOCUMENT, RESOURCES = "OFD.xml", "Doc_0/Document.xml", "Doc_0/PublicRes.xml"
NOTICE = "本文件是电子证照的 OFD 导出件，未加盖电子印章，不是原件；原件为加盖电子印章的 PDF 文件。"
WIDTH, HEIGHT, MARGIN = 210.0, 297.0, 22.0
LABEL = 42.0
BODY, SMALL, TITLE = 4.6, 3.2, 9.0
LEADING = 1.75
FLOOR = HEIGHT - 34.0
FONT_ID = 2
_RED, _BLACK, _GREY = "192 0 0", "0 0 0", "110 110 110"
_HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'

Sign = Callable[[bytes], tuple[str, bytes]]
"""Signs a message: (id of the key, DER)."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """What is printed: ``rows`` are (label, value); ``foot`` stands at the bottom of every page."""

    title: str
    rows: Sequence[tuple[str, str]]
    foot: Sequence[str]


@dataclass(frozen=True, slots=True)
class Stamp:
    """What the file says of itself, beside what is printed. ``code``: verification code."""

    title: str
    identifier: str
    code: str
    at: str


@dataclass(frozen=True, slots=True)
class _Line:
    x: float
    y: float
    size: float
    text: str
    colour: str = _BLACK


def write(sheet: Sheet, *, identifier: str, code: str, at: datetime, sign: Sign) -> bytes:
    """The OFD file."""
    stamp = Stamp(_printable(sheet.title), identifier, code, at.isoformat(timespec="seconds"))
    parts = _parts(_pages(sheet))
    key, signature = sign(message(stamp, parts))
    return zipped({ROOT: root(stamp, key, signature), **parts})


def message(stamp: Stamp, parts: dict[str, bytes]) -> bytes:
    """What is signed: what the file says of itself and the SM3 of every part but the first."""
    digests = {name: sm3(content) for name, content in parts.items() if name != ROOT}
    return canonical(
        {
            "format": FORMAT,
            "title": stamp.title,
            "identifier": stamp.identifier,
            "code": stamp.code,
            "at": stamp.at,
            "parts": digests,
        }
    )


def root(stamp: Stamp, key: str, signature: bytes) -> bytes:
    """OFD.xml. Every byte follows from the arguments, so that a reader can build it again and compare."""
    custom = {
        "yitong-format": FORMAT,
        "yitong-identifier": stamp.identifier,
        "yitong-code": stamp.code,
        "yitong-exported-at": stamp.at,
        "yitong-key": key,
        "yitong-signature": base64.b64encode(signature).decode(),
    }
    data = "".join(
        f"<ofd:CustomData Name={quoteattr(name)}>{escape(text)}</ofd:CustomData>" for name, text in custom.items()
    )
    doc_id = sm3(message(stamp, {}))[:32]
    return _xml(
        f'<ofd:OFD xmlns:ofd="{NAMESPACE}" Version="1.1" DocType="OFD"><ofd:DocBody><ofd:DocInfo>'
        f"<ofd:DocID>{doc_id}</ofd:DocID><ofd:Title>{escape(stamp.title)}</ofd:Title>"
        f"<ofd:Abstract>{escape(NOTICE)}</ofd:Abstract><ofd:CreationDate>{stamp.at[:10]}</ofd:CreationDate>"
        f"<ofd:Creator>Yitong</ofd:Creator><ofd:CustomDatas>{data}</ofd:CustomDatas></ofd:DocInfo>"
        f"<ofd:DocRoot>{DOCUMENT}</ofd:DocRoot></ofd:DocBody></ofd:OFD>"
    )


def _parts(pages: list[list[_Line]]) -> dict[str, bytes]:
    """Every part but OFD.xml. Ids are unique in the document: 1 the first, then font, pages, layers and texts."""
    number, listed, contents = FONT_ID, "", {}
    for place, lines in enumerate(pages):
        name = f"Pages/Page_{place}/Content.xml"
        page, layer = number + 1, number + 2
        listed += f'<ofd:Page ID="{page}" BaseLoc="{name}"/>'
        contents[f"Doc_0/{name}"] = _content(lines, layer)
        number = layer + len(lines)
    document = (
        f'<ofd:Document xmlns:ofd="{NAMESPACE}"><ofd:CommonData><ofd:MaxUnitID>{number}</ofd:MaxUnitID>'
        f"<ofd:PageArea><ofd:PhysicalBox>0 0 {WIDTH:g} {HEIGHT:g}</ofd:PhysicalBox></ofd:PageArea>"
        f"<ofd:PublicRes>PublicRes.xml</ofd:PublicRes></ofd:CommonData><ofd:Pages>{listed}</ofd:Pages></ofd:Document>"
    )
    resources = (
        f'<ofd:Res xmlns:ofd="{NAMESPACE}" BaseLoc="Res"><ofd:Fonts>'
        f'<ofd:Font ID="{FONT_ID}" FontName="宋体" FamilyName="宋体" Charset="unicode"/></ofd:Fonts></ofd:Res>'
    )
    return {DOCUMENT: _xml(document), RESOURCES: _xml(resources), **contents}


def _content(lines: list[_Line], layer: int) -> bytes:
    objects = "".join(_text(line, layer + number) for number, line in enumerate(lines, start=1))
    return _xml(
        f'<ofd:Page xmlns:ofd="{NAMESPACE}"><ofd:Content><ofd:Layer ID="{layer}" Type="Body">{objects}</ofd:Layer>'
        "</ofd:Content></ofd:Page>"
    )


def _text(line: _Line, number: int) -> str:
    """One line; ``DeltaX`` places each character, since the reader's font may be another."""
    steps = " ".join(f"{_advance(character, line.size):g}" for character in line.text[:-1])
    delta = f' DeltaX="{steps}"' if steps else ""
    box = f"{line.x:g} {line.y:g} {_width(line.text, line.size):g} {line.size * 1.3:g}"
    return (
        f'<ofd:TextObject ID="{number}" Boundary="{box}" Font="{FONT_ID}" Size="{line.size:g}">'
        f'<ofd:FillColor Value="{line.colour}"/>'
        f'<ofd:TextCode X="0" Y="{line.size:g}"{delta}>{escape(line.text)}</ofd:TextCode></ofd:TextObject>'
    )


def _pages(sheet: Sheet) -> list[list[_Line]]:
    size = min(TITLE, (WIDTH - 2 * MARGIN) / max(1, len(sheet.title)))
    heading = _printable(sheet.title)
    title = _Line((WIDTH - _width(heading, size)) / 2, 30.0, size, heading, _RED)
    pages = [[title, *_lines(NOTICE, MARGIN, 46.0, SMALL, _GREY)]]
    y = 60.0
    for label, value in sheet.rows:
        wrapped = wrap(value, BODY, WIDTH - 2 * MARGIN - LABEL)
        for place, text in enumerate(wrapped):
            if y + BODY > FLOOR:
                pages.append([])
                y = 30.0
            if place == 0:
                pages[-1].append(_Line(MARGIN, y, BODY, _printable(label), _GREY))
            pages[-1].append(_Line(MARGIN + LABEL, y, BODY, text))
            y += BODY * LEADING
    for page in pages:
        for place, text in enumerate(sheet.foot):
            page.append(_Line(MARGIN, FLOOR + 5 + place * SMALL * LEADING, SMALL, _printable(text), _GREY))
    return [[line for line in page if line.text] for page in pages]


def _lines(text: str, x: float, y: float, size: float, colour: str) -> list[_Line]:
    wrapped = wrap(text, size, WIDTH - 2 * MARGIN)
    return [_Line(x, y + number * size * LEADING, size, line, colour) for number, line in enumerate(wrapped)]


def wrap(text: str, size: float, width: float) -> list[str]:
    """Lines of at most ``width`` mm; Chinese breaks anywhere, so does everything else here."""
    lines, line, used = [], "", 0.0
    for character in _printable(text):
        step = _advance(character, size)
        if line and used + step > width:
            lines.append(line)
            line, used = "", 0.0
        line, used = line + character, used + step
    return [*lines, line] if line or not lines else lines


def _printable(text: str) -> str:
    # XML 1.0 has no place for control characters, surrogates and these two, not even as references.
    return "".join(
        " " if unicodedata.category(each) in ("Cc", "Cs") or each in "\ufffe\uffff" else each for each in text
    )


def _advance(character: str, size: float) -> float:
    return size if unicodedata.east_asian_width(character) in "WFA" else round(size * 0.5, 3)


def _width(text: str, size: float) -> float:
    return round(sum(_advance(character, size) for character in text), 3)


def _xml(body: str) -> bytes:
    return (_HEAD + body).encode()
