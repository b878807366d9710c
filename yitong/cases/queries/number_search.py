"""Finding cases by a piece of their number, on the indexes there are: no scan of numbers, whatever their count."""

from __future__ import annotations

from dataclasses import dataclass

from yitong.cases.rules import number_parts
from yitong.catalog.queries.items import with_code

PREFIX = "*"
"""Behind a word of ``rules.searching.lexemes``: everything that begins so."""


@dataclass(frozen=True, slots=True)
class NumberPiece:
    """A piece of a number and the ways to it.

    ``text``: as typed, small letters. ``word``: what the index is asked for, with PREFIX when it may lie within day and serial.
    ``item_ids``: items whose code holds it, or ends with its beginning where too little of the day is left for the index.
    ``days``: beginnings of day and serial behind the end of a code, for the index.
    """

    text: str
    word: str
    item_ids: tuple[int, ...]
    days: tuple[str, ...]


def number_piece(text: str) -> NumberPiece | None:
    """What in ``text`` may be a piece of a number; None when nothing may. One query, or none."""
    found = number_parts.piece(text)
    if not found:
        return None
    cuts = number_parts.splits(found)
    days = tuple(found[cut:] for cut in cuts if len(found) - cut >= number_parts.SHORTEST)
    ends = [found[:cut].upper() for cut in cuts if len(found) - cut < number_parts.SHORTEST]
    codes = with_code(found.upper(), ends)
    # The beginning of a code begins many numbers: asked for as a prefix the index would list each of them.
    first = any(code.startswith(found.upper()) for code in codes.values())
    prefix = PREFIX if number_parts.within_tail(found) and not first else ""
    return NumberPiece(found, found + prefix, tuple(codes), days)
