"""Which piece of a case number somebody typed: of the item's code, of day and serial, or across both.

A number is the item's implementation code (31), the day (8) and a serial of four digits or more. The index holds the endings of
day and serial from four characters on; a piece from within is the beginning of one of them, so that a prefix search finds it
and nothing is stored for it. The code is looked up among the items, of which there are few.
"""

from __future__ import annotations

import re
from typing import Final

from yitong.cases.rules.searching import MAX_QUERY

SHORTEST: Final = 6
"""Characters a piece from within must have; an ending may have four."""
WHOLE: Final = 43
CODE: Final = 31
_TAIL: Final = 12
_RUN = re.compile(rf"[0-9a-z]{{{SHORTEST},{WHOLE - 1}}}")
_WORD = re.compile(r"[0-9a-z]+")


def piece(text: str) -> str:
    """The first word of ``text`` that may be a piece of a number, in small letters; empty when there is none."""
    found = (
        word
        for word in _WORD.findall(text.lower()[:MAX_QUERY])
        if _RUN.fullmatch(word) and any(c.isdigit() for c in word)
    )
    return next(found, "")


def within_tail(text: str) -> bool:
    """Whether ``text`` can stand within day and serial: its digits fit a day at some place."""
    return text.isdecimal() and any(_fits(text, place) for place in range(_TAIL - SHORTEST + 1))


def splits(text: str) -> list[int]:
    """Where ``text`` can be cut into the end of a code and the beginning of a day."""
    cuts = range(1, min(len(text) - 1, CODE) + 1)
    return [cut for cut in cuts if text[cut:].isdecimal() and _fits(text[cut:], 0)]


def _fits(text: str, place: int) -> bool:
    """Whether the digits of ``text`` from ``place`` of the tail on can belong to a day of this century."""
    known = dict(enumerate(text, start=place))
    if known.get(0, "2") != "2" or known.get(1, "0") != "0":
        return False
    return _between(known, 4, 1, 12) and _between(known, 6, 1, 31)


def _between(known: dict[int, str], place: int, least: int, most: int) -> bool:
    """Whether some two digits at ``place``, of which none, one or both are known, make a number between both limits."""
    tens = [known[place]] if place in known else list("0123456789")
    ones = [known[place + 1]] if place + 1 in known else list("0123456789")
    return any(least <= int(ten + one) <= most for ten in tens for one in ones)
