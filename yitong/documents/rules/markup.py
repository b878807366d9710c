"""The template language: paragraphs with placeholders, parsed to blocks. Pure; no expression is ever evaluated.

One line is one paragraph. ``{{ name }}`` is replaced by the value; a line whose placeholders are all optional and empty is
left out. A list or table placeholder stands alone on its line. A line beginning with ``# `` is a heading, with ``! `` is
flush left (the addressee), with ``> `` is set right. Everything else is indented by two characters.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

from yitong.documents.rules.kinds import Field, Kind, Shape
from yitong.kernel.reasons import N_, Reason

PLACEHOLDER = re.compile(r"\{\{\s*([A-Za-z_][A-Za-z0-9_]*)\s*\}\}")
_BROKEN = re.compile(r"\{\{|\}\}")
SHANGHAI = ZoneInfo("Asia/Shanghai")
_STYLES = {"# ": "heading", "! ": "flush", "> ": "right"}


@dataclass(frozen=True, slots=True)
class Paragraph:
    text: str
    style: str = "body"  # body, heading, flush, right


@dataclass(frozen=True, slots=True)
class Table:
    headings: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


Block = Paragraph | Table


def problems(kind: Kind, text: str, *, field: str = "body") -> list[Reason]:
    """Why ``text`` cannot be a template of ``kind``: every unknown, broken or misplaced placeholder, named with its line."""
    known = kind.all_fields
    found: list[Reason] = []
    for number, line in enumerate(text.splitlines(), start=1):
        for name in PLACEHOLDER.findall(line):
            if name not in known:
                message = N_("Line %(line)s: %(name)s is not a field of this document. Use one of: %(known)s.")
                params = {"line": number, "name": name, "known": "、".join(known)}
                found.append(Reason("unknown_placeholder", message, field=field, params=params))
            elif known[name].shape in (Shape.LIST, Shape.TABLE) and PLACEHOLDER.sub("", line).strip():
                message = N_("Line %(line)s: %(name)s is a list or a table and must stand alone on its line.")
                found.append(
                    Reason("placeholder_not_alone", message, field=field, params={"line": number, "name": name})
                )
        if _BROKEN.search(PLACEHOLDER.sub("", line)):
            message = N_("Line %(line)s: a placeholder is not closed. Write {{ name }} with two braces on each side.")
            found.append(Reason("broken_placeholder", message, field=field, params={"line": number}))
    return found


def missing(kind: Kind, context: Mapping[str, Any]) -> list[Reason]:
    """One reason per required field of ``kind`` that ``context`` lacks or leaves empty."""
    message = N_("%(label)s (%(name)s) is missing. A document of this kind cannot be issued without it.")
    return [
        Reason(
            "missing_value", message, field=f"context.{field.name}", params={"label": field.label, "name": field.name}
        )
        for field in kind.required
        if context.get(field.name) in (None, "", [], ())
    ]


def shown(field: Field, value: Any) -> str:
    """``value`` as the document prints it; empty for None. A date that cannot be read is printed as it stands."""
    if value is None:
        return ""
    if field.shape is Shape.DATE:
        return chinese_date(value)
    return str(value).strip()


def chinese_date(value: Any) -> str:
    """2026年11月21日 of a date, an instant (in Asia/Shanghai) or either as ISO text."""
    if isinstance(value, str):
        try:
            value = datetime.fromisoformat(value) if len(value) > 10 else date.fromisoformat(value)
        except ValueError:
            return str(value)
    if isinstance(value, datetime) and value.tzinfo is not None:
        value = value.astimezone(SHANGHAI)
    return f"{value.year}年{value.month}月{value.day}日" if isinstance(value, date) else str(value)


def blocks(kind: Kind, body: str, context: Mapping[str, Any]) -> list[Block]:
    """The paragraphs and tables of ``body`` filled from ``context``. The template must have no ``problems``."""
    known = kind.all_fields
    result: list[Block] = []
    for line in body.splitlines():
        if not line.strip():
            continue
        names = PLACEHOLDER.findall(line)
        if len(names) == 1 and known[names[0]].shape in (Shape.LIST, Shape.TABLE):
            result.extend(_collection(known[names[0]], context.get(names[0]) or ()))
            continue
        values = {name: shown(known[name], context.get(name)) for name in names}
        if names and not any(values.values()):
            continue
        # One pass over the template: a value that looks like a placeholder is text, never expanded again.
        text = PLACEHOLDER.sub(partial(_value, values), line)
        result.extend(_paragraphs(text))
    return result


def _value(values: Mapping[str, str], match: re.Match[str]) -> str:
    return values[match.group(1)]


def _paragraphs(text: str) -> list[Paragraph]:
    style = "body"
    if text[:2] in _STYLES:
        style, text = _STYLES[text[:2]], text[2:]
    return [Paragraph(part.strip(), style) for part in text.splitlines() if part.strip()]


def _collection(field: Field, value: Any) -> list[Block]:
    if not value:
        return []
    if field.shape is Shape.LIST:
        rows = [value] if isinstance(value, str) else list(value)
        if len(rows) == 1:
            return [Paragraph(str(rows[0]).strip())]
        return [Paragraph(f"{number}. {str(row).strip()}") for number, row in enumerate(rows, start=1)]
    keys = [key for key, _ in field.columns]
    headings = ("序号", *(heading for _, heading in field.columns))
    rows = [tuple("" if row.get(key) is None else str(row.get(key)) for key in keys) for row in value]
    return [Table(headings, tuple((str(number), *row) for number, row in enumerate(rows, start=1)))]


def texts_of(value: Any) -> list[str]:
    """Every text inside a JSON value, keys of objects left out."""
    if isinstance(value, str):
        return [value]
    if isinstance(value, Mapping):
        return [text for part in value.values() for text in texts_of(part)]
    if isinstance(value, (list, tuple)):
        return [text for part in value for text in texts_of(part)]
    return []


def plain(value: Any) -> Any:
    """``value`` as JSON: dates and instants become ISO texts, tuples lists, anything else its text."""
    if value is None or isinstance(value, (str, int, float, bool)):
        return value
    if isinstance(value, (date, datetime)):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {str(key): plain(part) for key, part in value.items()}
    if isinstance(value, (list, tuple, set, frozenset)):
        return [plain(part) for part in value]
    return str(value)
