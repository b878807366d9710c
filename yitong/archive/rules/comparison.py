"""What a paper says beside what the library says, field by field."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from yitong.archive.rules.lines import plain

HOLDER_FIELDS = frozenset({"name", "owner", "company_name", "holder"})
"""Fields of papers that name the holder, who in the library stands beside the data."""


@dataclass(frozen=True, slots=True)
class Compared:
    """``state``: same, different, only_paper (the library lacks it), only_library (the paper lacks it or was not read)."""

    name: str
    label: str
    paper: str
    library: str
    state: str


def compare(
    fields: Iterable[tuple[str, str, str]], library: Mapping[str, Any], holder_name: str, labels: Mapping[str, str]
) -> list[Compared]:
    """``fields``: (name, label, value) of the paper; ``labels``: of the licence type's fields. In the paper's order."""
    rows, seen = [], set()
    for name, label, value in fields:
        other = holder_name if name in HOLDER_FIELDS else _text(library.get(name))
        seen.add(name)
        if value or other:
            rows.append(Compared(name, label, value, other, _state(value, other)))
    for name, label in labels.items():
        if name not in seen and _text(library.get(name)):
            rows.append(Compared(name, label, "", _text(library[name]), "only_library"))
    return rows


def _state(paper: str, library: str) -> str:
    if not library:
        return "only_paper"
    if not paper:
        return "only_library"
    return "same" if _same(paper, library) else "different"


def _same(one: str, other: str) -> bool:
    """Equal but for blanks, brackets and marks; dates in any form; a month agrees with a day in it."""
    a, b = _folded(one), _folded(other)
    if a == b:
        return True
    dates = re.compile(r"\d{4}-\d{2}(-\d{2})?")
    a, b = _dated(one), _dated(other)
    return bool(dates.fullmatch(a) and dates.fullmatch(b)) and (a.startswith(b) or b.startswith(a))


def _folded(text: str) -> str:
    return re.sub(r"[\s()（）,，、;；.。·•\-—/]", "", plain(text)).upper()


def _dated(text: str) -> str:
    match = re.fullmatch(r"(\d{4})\D+(\d{1,2})(?:\D+(\d{1,2}))?\D*", text.strip())
    if match is None:
        return text
    year, month, day = match.groups()
    return f"{year}-{int(month):02d}" + (f"-{int(day):02d}" if day else "")


def _text(value: Any) -> str:
    return "" if value is None else str(value)
