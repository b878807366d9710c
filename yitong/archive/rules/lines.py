"""Lines of text as a reader saw them, put back into rows."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from statistics import median

SAME_ROW = 0.55
"""Two lines stand in one row when their middles are nearer than this share of a line's height."""


@dataclass(frozen=True, slots=True)
class Line:
    """One line. ``x, y, width, height``: its upright box in points of the straightened picture, y downwards.

    ``score``: how sure the reader was, 0 to 1.
    """

    text: str
    x: float
    y: float
    width: float
    height: float
    score: float

    @property
    def middle(self) -> float:
        return self.y + self.height / 2

    @property
    def right(self) -> float:
        return self.x + self.width


@dataclass(frozen=True, slots=True)
class Row:
    """Lines side by side, from left to right, and their text as one. ``owners[i]``: the line of character i."""

    lines: tuple[Line, ...]
    text: str
    owners: tuple[int, ...]

    @property
    def middle(self) -> float:
        return sum(line.middle for line in self.lines) / len(self.lines)

    @property
    def height(self) -> float:
        return max(line.height for line in self.lines)

    def place(self, at: int) -> float:
        """About where character ``at`` begins, from the left edge; characters of a line are taken to be equally wide."""
        owner = self.owners[at]
        line = self.lines[owner]
        first = self.owners.index(owner)
        return line.x + line.width * (at - first) / max(1, self.owners.count(owner))

    def scores(self, start: int, end: int) -> list[float]:
        return [self.lines[owner].score for owner in set(self.owners[start:end])]


def plain(text: str) -> str:
    """Full-width letters and digits as ordinary ones, without blanks: what a reader sees of spacing is not to be relied on."""
    return "".join(unicodedata.normalize("NFKC", text).split())


def rows(lines: Iterable[Line]) -> list[Row]:
    """The rows from top to bottom."""
    waiting = sorted((line for line in lines if plain(line.text)), key=lambda line: line.middle)
    if not waiting:
        return []
    groups: list[list[Line]] = []
    for line in waiting:
        group = groups[-1] if groups else []
        if group:
            usual = median(other.middle for other in group)
            if abs(line.middle - usual) <= SAME_ROW * min(line.height, max(other.height for other in group)):
                group.append(line)
                continue
        groups.append([line])
    return [_row(group) for group in groups]


def joined(found: Sequence[Row]) -> str:
    """All rows as one text, for what runs on from line to line."""
    return "".join(row.text for row in found)


def _row(group: list[Line]) -> Row:
    ordered = tuple(sorted(group, key=lambda line: line.x))
    text, owners = "", []
    for index, line in enumerate(ordered):
        part = plain(line.text)
        text += part
        owners += [index] * len(part)
    return Row(ordered, text, tuple(owners))
