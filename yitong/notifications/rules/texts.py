"""Filling a template's placeholders.

Not str.format: a template is edited by people, and ``{x.__class__}`` must stay text. A placeholder is ``{name}``; a
brace that is not part of one is text.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from yitong.notifications.rules.states import Channel

_placeholder = re.compile(r"\{([a-z][a-z0-9_]*)\}")
# No placeholder: a control character could break a provider's protocol (a newline in an e-mail's subject).
_control = re.compile(r"[\x00-\x09\x0b-\x1f\x7f]")
WEEKDAYS = "一二三四五六日"


class MissingValues(ValueError):
    """A text's placeholders have no value; the message names them."""

    def __init__(self, code: str, names: list[str]) -> None:
        self.names = names
        super().__init__(f"template {code}: no value for {', '.join(names)}")


@dataclass(frozen=True, slots=True)
class Texts:
    """What a template says on each channel. ``title`` heads the in-app message and is the e-mail's subject."""

    code: str
    name: str
    title: str
    sms: str
    inapp: str
    email: str
    version: int = 1

    @property
    def placeholders(self) -> frozenset[str]:
        """Every name any channel's text uses."""
        return frozenset(_placeholder.findall("\n".join((self.title, self.sms, self.inapp, self.email))))

    def body(self, channel: str) -> str:
        """The channel's text with its placeholders; the in-app text stands in where e-mail has none of its own."""
        if channel == Channel.SMS:
            return self.sms
        return self.inapp if channel == Channel.INAPP else self.email or self.inapp


def rendered(texts: Texts, channel: str, values: Mapping[str, str]) -> tuple[str, str]:
    """(title, text) for ``channel``; MissingValues when a placeholder has none."""
    title = _filled(texts.code, texts.title, values).replace("\n", " ")
    return title, _filled(texts.code, texts.body(channel), values)


def _filled(code: str, text: str, values: Mapping[str, str]) -> str:
    missing = sorted(set(_placeholder.findall(text)) - values.keys())
    if missing:
        raise MissingValues(code, missing)
    return _placeholder.sub(lambda found: _control.sub(" ", values[found[1]]), text)


def plain_values(values: Mapping[str, Any]) -> dict[str, str]:
    """``values`` as the texts show them: dates as 2026年11月21日 (周六), lists joined by 、, None as nothing."""
    return {name: shown(value) for name, value in values.items()}


def shown(value: Any) -> str:
    """One value as Chinese text. An aware datetime is shown in its own zone: pass local time."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        return f"{shown(value.date())} {value:%H:%M}"
    if isinstance(value, date):
        return f"{value.year}年{value.month}月{value.day}日 (周{WEEKDAYS[value.weekday()]})"
    if isinstance(value, list | tuple):
        return "、".join(shown(item) for item in value)
    # PostgreSQL stores no NUL.
    return str(value).replace("\x00", "")
