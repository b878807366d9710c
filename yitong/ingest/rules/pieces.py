"""Cuts a file into pieces that can be read by themselves, and reads them. Pure but for the file it is given.

CSV and JSON Lines are cut at line ends; a quoted line end inside a CSV field is found by counting quotes. Excel is read whole
and written out as JSON Lines first, since no part of it can be read alone.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, BinaryIO

from yitong.kernel.reasons import N_, Reason

PIECE = 4 * 1024 * 1024
"""Bytes of a piece, about ten thousand rows."""
MOST_LINE = 1024 * 1024


class NotReadable(ValueError):
    """The file is not what its name says; ``reason`` says where and what to do."""

    def __init__(self, message: str, **params: Any) -> None:
        super().__init__(message)
        self.reason = Reason("unreadable_file", message, field="file", params=params)


@dataclass(frozen=True, slots=True)
class Piece:
    """``first_line``: number of its first row in the file, the header not counted, from 1."""

    number: int
    start: int
    end: int
    first_line: int


def header_of(file: BinaryIO) -> tuple[list[str], int]:
    """The columns of a CSV file and where its rows begin. NotReadable."""
    line = file.readline(MOST_LINE)
    try:
        text = line.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise NotReadable(N_("The file is not UTF-8. Save it as CSV UTF-8 and try again.")) from None
    names = [name.strip() for name in next(csv.reader([text]), [])]
    if not any(names):
        raise NotReadable(N_("The first line has no column names. Put them there."))
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise NotReadable(N_("The column %(name)s is there twice. Name every column once."), name=twice[0][:60])
    return names, file.tell()


def pieces(file: BinaryIO, start: int, quoted: bool, size: int) -> Iterator[Piece]:
    """The pieces of about ``size`` bytes from byte ``start`` on. ``quoted``: CSV, whose fields may hold line ends."""
    file.seek(start)
    number, at, line = 0, start, 1
    while True:
        block = file.read(size)
        if not block:
            return
        if len(block) == size:
            rest = file.readline(MOST_LINE)
            while quoted and (block.count(b'"') + rest.count(b'"')) % 2:
                more = file.readline(MOST_LINE)
                if not more:
                    raise NotReadable(
                        N_("A quote opened after row %(row)s is never closed. Mend it and try again."), row=line
                    )
                rest += more
            block += rest
        end = at + len(block)
        yield Piece(number, at, end, line)
        line += _rows_in(block, quoted)
        number, at = number + 1, end


def _rows_in(block: bytes, quoted: bool) -> int:
    if not quoted or b'"' not in block:
        return block.count(b"\n") + (not block.endswith(b"\n"))
    return sum(1 for _ in csv.reader(io.StringIO(block.decode("utf-8", "replace"), newline="")))


def rows_of(block: bytes, header: list[str] | None) -> Iterator[dict[str, Any] | str]:
    """The rows of a piece; a text instead of a row says what is wrong with it. ``header``: of CSV, None for JSON Lines."""
    text = block.decode("utf-8", "replace")
    if header is None:
        for line in text.splitlines():
            yield _object(line)
        return
    width = len(header)
    for cells in csv.reader(io.StringIO(text, newline="")):
        if len(cells) == width:
            yield dict(zip(header, cells, strict=True))
        elif cells:
            yield f"{len(cells)} cells, the header has {width}"
        else:
            yield "an empty line"


def _object(line: str) -> dict[str, Any] | str:
    try:
        found = json.loads(line)
    except ValueError as error:
        return f"no JSON: {error}"
    return found if isinstance(found, dict) else "no JSON object"
