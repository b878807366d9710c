"""Breaking Chinese text into lines.

Between Chinese characters a line may break anywhere, but closing punctuation must not begin a line nor opening punctuation
end one (GB/T 15834-2011, 5.1); a number or a Latin word stays whole unless it is longer than a line.
"""

from __future__ import annotations

import re

from yitong.documents import fonts

_NOT_FIRST = frozenset("，。、；：！？）》」』】〉”’％%…—·)]},.;:!?")
_NOT_LAST = frozenset("（《「『【〈“‘([{￥¥")
_TOKEN = re.compile(r"[A-Za-z0-9]+(?:[-_./@:+][A-Za-z0-9]+)*|\s+|.", re.DOTALL)


def wrap(text: str, size: float, width: float, *, font: str = fonts.REGULAR, indent: float = 0.0) -> list[str]:
    """``text`` in lines of at most ``width`` points; the first is shorter by ``indent``. Never loses a character but blanks
    at a break. At least one line."""
    room = (width - indent) * 1000 / size
    full = width * 1000 / size
    lines: list[str] = []
    line, used = "", 0.0
    for token in _tokens(text, full, font):
        needed = sum(fonts.advance(font, character) for character in token)
        if line and used + needed > room:
            if token.isspace():
                continue
            line, carried = _carry(line, token)
            lines.append(line.rstrip())
            line = carried
            used = sum(fonts.advance(font, character) for character in carried)
            room = full
        line += token
        used += needed
    return [*lines, line.rstrip()]


def _carry(line: str, token: str) -> tuple[str, str]:
    """Split ``line`` so that what follows may begin with its second part and ``token``. Gives up when all would move."""
    cut = len(line)
    first = token[0]
    while cut > 1 and (first in _NOT_FIRST or line[cut - 1] in _NOT_LAST):
        cut -= 1
        first = line[cut]
    return (line[:cut], line[cut:]) if cut > 1 else (line, "")


def _tokens(text: str, longest: float, font: str) -> list[str]:
    tokens: list[str] = []
    for token in _TOKEN.findall(text):
        if sum(fonts.advance(font, character) for character in token) > longest:
            tokens.extend(token)
        else:
            tokens.append(token)
    return tokens
