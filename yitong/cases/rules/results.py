"""What a grant puts on the licence: the version says where each value comes from."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from yitong.catalog.records import ItemRecord


def licence_data(record: ItemRecord, form: Mapping[str, Any], known: Mapping[str, str]) -> dict[str, str]:
    """Licence field to value, by ``record.result.fields``.

    A source is a fixed one (``known``: ``applicant.name``, ``case.number`` ...) or a form field, with or without ``form.``
    before it. A value nobody gave is left out; the licence type decides whether it can do without.
    """
    found: dict[str, str] = {}
    for name, source in record.result.fields.items():
        value = known.get(source)
        if value is None:
            value = form.get(source.removeprefix("form."))
        if value not in (None, ""):
            found[name] = _text(value)
    return found


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, list):
        return "、".join(_text(each) for each in value)
    return str(value)
