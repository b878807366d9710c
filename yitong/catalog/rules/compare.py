"""What differs between two records, by field path and in words. Pure.

Rows of a list are matched by their code, not by their place: a row that only moved has not changed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from yitong.catalog.exchange import layout
from yitong.catalog.records import ItemRecord
from yitong.catalog.rules import shape

_KEYS = ("code", "value", "name", "title")


@dataclass(frozen=True, slots=True)
class Change:
    """``path``: ``materials[photo].name``; ``label``: the same in words; ``old`` and ``new``: text, empty when absent."""

    path: str
    label: str
    kind: Literal["added", "removed", "changed"]
    old: str
    new: str


def changes(old: ItemRecord, new: ItemRecord) -> list[Change]:
    """Every difference, in the order of the record's fields."""
    return list(_mapping("", "", shape.dump(old), shape.dump(new)))


def _mapping(path: str, label: str, old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[Change]:
    for name in dict.fromkeys([*old, *new]):
        word = _word(path, name)
        # A group without a heading of its own, such as a limit: the headings of its fields say it all.
        bare = word == name and isinstance(new.get(name), Mapping)
        words = label if bare else _join(label, word)
        yield from _value(f"{path}.{name}" if path else name, words, old.get(name), new.get(name))


def _value(path: str, label: str, old: Any, new: Any) -> Iterator[Change]:
    if old == new:
        return
    if isinstance(old, Mapping) and isinstance(new, Mapping) and not path.startswith("form_schema.properties."):
        yield from _mapping(path, label, old, new)
    elif _has_keys(old) and _has_keys(new) and (old or new):
        yield from _rows(path, label, old, new)
    else:
        kind: Literal["added", "removed", "changed"] = "changed"
        if _empty(old) != _empty(new):
            kind = "added" if _empty(old) else "removed"
        yield Change(path, label, kind, _text(old), _text(new))


def _rows(path: str, label: str, old: Sequence[Any], new: Sequence[Any]) -> Iterator[Change]:
    before, after = _by_key(old), _by_key(new)
    for key in dict.fromkeys([*before, *after]):
        place, words = f"{path}[{key}]", _join(label, _row_name(after[key] if key in after else before[key], key))
        if key not in after:
            yield Change(place, words, "removed", _text(before[key]), "")
        elif key not in before:
            yield Change(place, words, "added", "", _text(after[key]))
        else:
            yield from _mapping(place, words, before[key], after[key])


def _has_keys(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(row, Mapping) and _key(row) for row in value)


def _key(row: Mapping[str, Any]) -> str:
    return next((str(row[name]) for name in _KEYS if row.get(name)), "")


def _by_key(rows: Sequence[Any]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for index, row in enumerate(rows):
        key = _key(row)
        found[key if key not in found else f"{key}#{index}"] = row
    return found


def _row_name(row: Mapping[str, Any], key: str) -> str:
    return str(row.get("name") or row.get("label") or row.get("text") or row.get("title") or key)


def _empty(value: Any) -> bool:
    return value in (None, "", [], {}, False)


def _text(value: Any) -> str:
    match value:
        case None:
            return ""
        case bool():
            return "是" if value else "否"
        case list():
            return "\n".join(_text(each) for each in value)
        case Mapping():
            return "；".join(f"{_word('', name)}：{_text(each)}" for name, each in value.items() if not _empty(each))
    return str(value)


def _join(label: str, word: str) -> str:
    return f"{label} · {word}" if label else word


def _words() -> dict[str, str]:
    """Field name to its Chinese heading, from the exchange layout."""
    words = {sheet.path: sheet.title for sheet in layout.LISTS}
    words["choices"] = layout.CHOICES.title
    for sheet in (layout.ITEMS, *layout.LISTS, layout.CHOICES):
        for column in sheet.columns:
            if column.path:
                words.setdefault(f"{sheet.path}.{column.path}" if sheet.path else column.path, column.heading)
    return words | {"form_schema": "表单", "result": "结果", "contact": "联系方式", "commitment": "告知承诺"}


WORDS = _words()


def _word(path: str, name: str) -> str:
    plain = "".join(part.partition("[")[0] + "." for part in path.split(".")).strip(".")
    return WORDS.get(f"{plain}.{name}" if plain else name, WORDS.get(name, name))
