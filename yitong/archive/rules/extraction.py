"""From lines with boxes to fields: labels are found in rows, and what stands after a label is its value.

A label ends the value before it, so that papers with two columns need no layout of their own. A value that may run on takes
the rows below that begin where it begins.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from yitong.archive.rules.lines import Line, Row, joined, plain, rows
from yitong.archive.rules.papers import PAPERS, Field
from yitong.archive.rules.values import KINDS
from yitong.kernel.identifiers import idcard
from yitong.kernel.identifiers.errors import InvalidIdentifier
from yitong.kernel.reasons import N_

NEXT_ROW = 2.4
"""A row that continues a value lies nearer than this many line heights below the row before."""
DISAGREES = N_("This does not agree with the citizen number.")


@dataclass(frozen=True, slots=True)
class ReadField:
    """One field as read. ``confidence``: 0 to 1; ``checked`` and ``note`` as in ``values.Value``; ``value`` empty: not found."""

    name: str
    label: str
    value: str = ""
    confidence: float = 0.0
    checked: bool | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class _Mark:
    """A label found: of which field names, in which row, from where to where."""

    alias: str
    row: int
    start: int
    end: int


def read_fields(paper: str, lines: Iterable[Line]) -> list[ReadField]:
    """Every field of the kind of paper, in the paper's order; those not found have an empty value."""
    fields = PAPERS[paper].fields if paper in PAPERS else ()
    found = rows(lines)
    marks = _marks(found, fields)
    read = [_prose(field, found) if field.pattern else _labelled(field, found, marks) for field in fields]
    return _crosschecked(read)


def guess(lines: Iterable[Line]) -> str:
    """The kind of paper these lines look like, by the share of its labels that are there; empty when none is likely."""
    text = joined(rows(lines))
    best, most = "", 0.5
    for paper in PAPERS.values():
        labels = [field for field in paper.fields if not field.nth]
        if labels:
            hits = sum(_present(field, text) for field in labels)
            share = hits / len(labels) + 0.3 * any(word in text for word in paper.words)
            if share > most:
                best, most = paper.code, share
    return best


def _present(field: Field, text: str) -> bool:
    return (
        bool(re.search(field.pattern, text)) if field.pattern else any(a in text for a in (field.label, *field.aliases))
    )


def _marks(found: Sequence[Row], fields: Sequence[Field]) -> list[_Mark]:
    aliases = sorted(
        {plain(alias) for field in fields for alias in (field.label, *field.aliases)}, key=len, reverse=True
    )
    if not aliases:
        return []
    pattern = re.compile("|".join(re.escape(alias) for alias in aliases))
    marks = [
        _Mark(match.group(), number, match.start(), match.end())
        for number, row in enumerate(found)
        for match in pattern.finditer(row.text)
    ]
    return [mark for mark in marks if not _inside_value(mark, marks, found)]


def _inside_value(mark: _Mark, marks: Sequence[_Mark], found: Sequence[Row]) -> bool:
    """A word of running text that is no label: the same word begins a line elsewhere, and here it stands within one."""

    def begins(other: _Mark) -> bool:
        owners = found[other.row].owners
        return other.start == 0 or owners[other.start] != owners[other.start - 1]

    return not begins(mark) and any(other.alias == mark.alias and begins(other) for other in marks)


def _labelled(field: Field, found: Sequence[Row], marks: Sequence[_Mark]) -> ReadField:
    own = {plain(alias) for alias in (field.label, *field.aliases)}
    places = [mark for mark in marks if mark.alias in own]
    # 姓名 Name: the second is the same label once more, not another occurrence.
    places = [
        mark for mark in places
        if not any(other.row == mark.row and other.end == mark.start for other in places)
    ]  # fmt: skip
    if len(places) <= field.nth:
        return ReadField(field.name, field.label)
    mark = places[field.nth]
    text, scores = _value(field, mark, own, found, marks)
    value = KINDS[field.kind](text)
    confidence = min(scores, default=0.0) if value.text else 0.0
    if value.checked is False:
        confidence = min(confidence, 0.3)
    return ReadField(field.name, field.label, value.text, round(confidence, 3), value.checked, value.note)


def _value(
    field: Field, mark: _Mark, own: set[str], found: Sequence[Row], marks: Sequence[_Mark]
) -> tuple[str, list[float]]:
    row, start = found[mark.row], mark.end
    while doubled := next((m for m in marks if m.row == mark.row and m.start == start and m.alias in own), None):
        start = doubled.end
    after = [other.start for other in marks if other.row == mark.row and other.start >= start]
    end = min(after, default=len(row.text))
    text, scores = row.text[start:end], row.scores(start, end)
    if text.strip(":：、,，()（）"):
        if field.many:
            more, sure = _continued(
                mark.row,
                row.place(start) if start < len(row.text) else 0.0,
                found,
                marks,
                row.place(end) if end < len(row.text) else None,
            )
            text, scores = text + more, scores + sure
        return text.lstrip(":：、,，"), scores
    # Nothing beside the label: a table whose values stand below their labels.
    return _below(mark, row, found, marks)


def _continued(
    row: int, left: float, found: Sequence[Row], marks: Sequence[_Mark], right: float | None
) -> tuple[str, list[float]]:
    text, above = "", found[row]
    scores: list[float] = []
    for number in range(row + 1, len(found)):
        below = found[number]
        if below.middle - above.middle > NEXT_ROW * max(above.height, below.height):
            break
        parts = [
            line
            for line in below.lines
            if abs(line.x - left) <= 1.2 * line.height and (right is None or line.x < right - line.height)
        ]
        if not parts:
            break
        start = below.owners.index(below.lines.index(parts[0]))
        # It is a label, or what stands beside a label of its own.
        if any(mark.row == number and start in (mark.start, mark.end) for mark in marks):
            break
        text += plain(parts[0].text)
        scores.append(parts[0].score)
        above = below
    return text, scores


def _below(mark: _Mark, row: Row, found: Sequence[Row], marks: Sequence[_Mark]) -> tuple[str, list[float]]:
    left, number = row.place(mark.start), mark.row + 1
    if number >= len(found) or found[number].middle - row.middle > NEXT_ROW * row.height:
        return "", []
    for index, line in enumerate(found[number].lines):
        labelled = any(m.row == number and found[number].owners[m.start] == index for m in marks)
        if not labelled and abs(line.x - left) <= 2 * line.height:
            return plain(line.text), [line.score]
    return "", []


def _prose(field: Field, found: Sequence[Row]) -> ReadField:
    match = re.search(field.pattern, joined(found))
    if match is None:
        return ReadField(field.name, field.label)
    value = KINDS[field.kind](match.group(1))
    scores = [
        line.score
        for row in found
        for line in row.lines
        if plain(line.text) and _overlap(plain(line.text), match.group(1))
    ]
    confidence = min(scores, default=0.5) if value.text else 0.0
    return ReadField(field.name, field.label, value.text, round(confidence, 3), value.checked, value.note)


def _overlap(line: str, value: str) -> bool:
    return value in line or (len(line) > 3 and line in value) or any(value.startswith(line[-k:]) for k in range(2, 5))


def _crosschecked(read: list[ReadField]) -> list[ReadField]:
    """Sex and birth date against the citizen number beside them, where its check character fits."""
    by_name = {field.name: field for field in read}
    changed = dict(by_name)
    for prefix in ("", "spouse_"):
        number = by_name.get(f"{prefix}idcard")
        if number is None or not number.checked:
            continue
        try:
            known = idcard.parse(number.value)
        except InvalidIdentifier:
            continue
        said = {f"{prefix}birth_on": known.birth_on.isoformat(), f"{prefix}sex": "男" if known.sex == "male" else "女"}
        for name, expected in said.items():
            field = by_name.get(name)
            if field is not None and field.value:
                agrees = field.value == expected
                note = "" if agrees else DISAGREES
                changed[name] = replace(
                    field, checked=agrees, note=note, confidence=field.confidence if agrees else 0.3
                )
    return [changed[field.name] for field in read]
