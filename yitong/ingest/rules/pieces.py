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
from typing import Any, BinaryIO, NamedTuple

from yitong.kernel.reasons import N_, Reason

PIECE = 1024 * 1024
"""Bytes of a piece, about six thousand rows."""
LEAST_PIECE = 128 * 1024
MOST_LINE = 1024 * 1024
csv.field_size_limit(64 * MOST_LINE)  # a cell that is too long is the row's fault, and must not end the file


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


def piece_for(size: int, processes: int) -> int:
    """Bytes of the pieces of a file of ``size`` bytes: small enough that every process has some to do."""
    return min(PIECE, max(LEAST_PIECE, size // (4 * processes)))


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


class Broken(NamedTuple):
    """What stood where a row should be, and why it is none."""

    text: str
    reason: Reason


Line = dict[str, Any] | list[str] | Broken | None
"""An object of JSON Lines, the cells of a CSV record, what is no row, or None for a blank one."""


def rows_of(block: bytes, width: int) -> Iterator[Line]:
    """The lines of a piece, of CSV its records. ``width``: columns of CSV, 0 for JSON Lines."""
    text = block.decode("utf-8", "replace")
    if not width:
        # Not splitlines: JSON may hold other line ends than these inside its texts.
        yield from map(_object, text.removesuffix("\n").split("\n"))
        return
    for cells in csv.reader(io.StringIO(text, newline="")):
        if not any(cells):
            yield None
        elif len(cells) == width:
            yield cells
        else:
            line = ",".join(cells)
            yield Broken(line, _miscounted(len(cells), width)) if line.strip(", ") else None


def _object(line: str) -> Line:
    if not line.strip():
        return None
    try:
        found = json.loads(line)
    except (ValueError, RecursionError) as error:
        return Broken(line, _no_object(getattr(error, "pos", 0) + 1))
    return found if isinstance(found, dict) else Broken(line, _no_object(1))


def _miscounted(cells: int, width: int) -> Reason:
    message = N_("The row has %(cells)s cells, the header %(width)s. Look for a comma or quote too many.")
    return Reason("unreadable", message, params={"cells": cells, "width": width})


def _no_object(place: int) -> Reason:
    message = N_("The line is no JSON object; look at character %(place)s.")
    return Reason("unreadable", message, params={"place": place})
