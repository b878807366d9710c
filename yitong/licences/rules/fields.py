"""The fields of a licence type: their kinds and how confidential they are. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from enum import StrEnum
from typing import Any


class Kind(StrEnum):
    """What a field holds."""

    TEXT = "text"
    DATE = "date"
    IDCARD = "idcard"
    USCC = "uscc"
    PHONE = "phone"
    NUMBER = "number"
    CHOICE = "choice"


class Confidentiality(StrEnum):
    """Who may see a field. Sensitive: encrypted at rest, and masked wherever nobody asked for it on purpose.

    《个人信息保护法》第二十八条 (sensitive personal information), 第五十一条 (classification and encryption).
    """

    OPEN = "open"
    INTERNAL = "internal"
    SENSITIVE = "sensitive"


Field = Mapping[str, Any]
DEFAULTS: dict[str, Any] = {
    "kind": Kind.TEXT.value,
    "required": False,
    "confidentiality": Confidentiality.INTERNAL.value,
}


def whole(field: Field) -> dict[str, Any]:
    """The field with what older rows left out."""
    return {**DEFAULTS, **field}


def plain_names(fields: Sequence[Field]) -> frozenset[str]:
    """Names of the fields that lie unencrypted."""
    return frozenset(
        str(field["name"]) for field in fields if whole(field)["confidentiality"] != Confidentiality.SENSITIVE.value
    )


def split(fields: Sequence[Field], data: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """(what lies open, what is encrypted). A value the type does not know is nobody's to call harmless: encrypted."""
    plain = plain_names(fields)
    return (
        {name: value for name, value in data.items() if name in plain},
        {name: value for name, value in data.items() if name not in plain},
    )


def least(fields: Sequence[Field], levels: Iterable[str]) -> list[Field]:
    """The fields of these levels, in order."""
    wanted = set(levels)
    return [field for field in fields if whole(field)["confidentiality"] in wanted]
