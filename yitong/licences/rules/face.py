"""What stands on the face of a licence. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

LONG_TERM = "长期"


def entries(fields: Sequence[Mapping[str, Any]], data: Mapping[str, Any]) -> list[dict[str, str]]:
    """The lines of the face in the type's order, empty ones left out.

    A value the type does not know is printed when its name is Chinese (it can be read as a label), else only stored.
    """
    known = {field["name"]: field["label"] for field in fields}
    dates = {field["name"] for field in fields if field.get("kind") == "date"}
    extra = {name: name for name in data if name not in known and not name.isascii()}
    shown = {name: _shown(data.get(name)) for name in (*known, *extra)}
    lines = (
        (label, _date(shown[name]) if name in dates else shown[name]) for name, label in {**known, **extra}.items()
    )
    return [{"label": label, "value": value} for label, value in lines if value]


def validity(valid_from: date, valid_until: date | None) -> str:
    """The term in words: 2026年11月21日至2027年11月20日, or 长期."""
    return f"{_day(valid_from)}至{_day(valid_until) if valid_until else LONG_TERM}"


def _day(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"


def _date(text: str) -> str:
    """An ISO date as people write it; what is none (masked, or long-term) as it stands."""
    try:
        return _day(date.fromisoformat(text))
    except ValueError:
        return text


def _shown(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, (list, tuple)):
        return "、".join(_shown(part) for part in value)
    return str(value).strip()
