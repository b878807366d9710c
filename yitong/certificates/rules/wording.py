"""The sentence of a certificate: text with ``{{ name }}`` for values. Pure; nothing in it is ever evaluated."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from functools import partial
from typing import Any

from yitong.kernel.clock import SHANGHAI
from yitong.kernel.reasons import N_, Reason

PLACEHOLDER = re.compile(r"\{\{\s*([A-Za-z_][A-Za-z0-9_]*)\s*\}\}")
_BRACES = re.compile(r"\{\{|\}\}")
COMMON = {
    "holder_name": "持有人姓名或者名称",
    "id_number": "公民身份号码或者统一社会信用代码",
    "purpose": "用途",
    "today": "出具日期",
    "source": "数据来源",
    "checked_at": "查询时间",
}
"""Values every sentence may use besides the fields of its type."""


def problems(text: str, fields: Iterable[str], *, field: str) -> list[Reason]:
    """Why ``text`` cannot be the sentence of a type with these fields: unknown or broken placeholders, each named."""
    known = {*COMMON, *fields}
    found = [
        Reason(
            "unknown_placeholder",
            N_("%(name)s is not a value of this certificate. Use one of: %(known)s."),
            field=field,
            params={"name": name, "known": "、".join(sorted(known))},
        )
        for name in PLACEHOLDER.findall(text)
        if name not in known
    ]
    if _BRACES.search(PLACEHOLDER.sub("", text)):
        message = N_("A placeholder is not closed. Write {{ name }} with two braces on each side.")
        found.append(Reason("broken_placeholder", message, field=field))
    return found


def filled(text: str, values: Mapping[str, Any]) -> str:
    """``text`` with its placeholders replaced in one pass; a value that looks like one stays text."""
    return PLACEHOLDER.sub(partial(_value, values), text)


def lacking(text: str, values: Mapping[str, Any]) -> list[str]:
    """Placeholders of ``text`` that have no value: the source did not say what the sentence would claim."""
    return [name for name in PLACEHOLDER.findall(text) if not shown(values.get(name))]


def _value(values: Mapping[str, Any], match: re.Match[str]) -> str:
    return shown(values.get(match.group(1)))


def shown(value: Any) -> str:
    """A value as a certificate prints it: dates in Chinese, lists joined, yes and no in words."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, datetime):
        local = value.astimezone(SHANGHAI) if value.tzinfo else value
        return f"{day_in_words(local.date())}{local:%H:%M}"
    if isinstance(value, date):
        return day_in_words(value)
    if isinstance(value, (list, tuple)):
        return "、".join(part for part in map(shown, value) if part)
    if isinstance(value, Mapping):
        return "，".join(f"{key}：{text}" for key, part in value.items() if (text := shown(part)))
    text = str(value).strip()
    if re.fullmatch(r"\d{4}-\d{2}-\d{2}", text):
        try:
            return day_in_words(date.fromisoformat(text))
        except ValueError:
            return text
    return text


def day_in_words(day: date) -> str:
    """2026年11月21日."""
    return f"{day.year}年{day.month}月{day.day}日"


def entries(fields: Sequence[Mapping[str, Any]], data: Mapping[str, Any]) -> list[dict[str, str]]:
    """The lines of a certificate in the type's order: only what ``data`` holds, nothing invented for the rest."""
    lines = ((str(field["label"]), shown(data.get(str(field["name"])))) for field in fields)
    return [{"label": label, "value": value} for label, value in lines if value]
