"""The canonical bytes of an entry: what the leaf of the Merkle tree hashes.

Anybody with the receipt must get the same bytes, in any language: JSON with sorted keys, no spaces, UTF-8, and only
values that every JSON library writes alike. Floats are refused for that reason (1e22, 1E+22 and 10000000000000000000000
are one number), and integers past 2**53, which JavaScript would round.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import Enum
from typing import Any
from uuid import UUID

LEAF_FORMAT = "yitong-audit-entry/1"
RECEIPT_FORMAT = "yitong-audit-receipt/1"
TAG_PATTERN = r"^[a-z][a-z_]*:[a-z][a-z_]*:[a-z][a-z_]*$"
MAX_TAG = 100
MAX_REF = 200
MAX_INTEGER = 2**53 - 1

_tag = re.compile(TAG_PATTERN)


class BadEntry(ValueError):
    """An entry that cannot be logged; the message names the field and what to pass instead. A fault of the caller."""


def checked_tag(tag: str) -> str:
    """``tag`` when it follows ``context:resource:past-tense``, BadEntry otherwise."""
    if len(tag) > MAX_TAG or not _tag.fullmatch(tag):
        raise BadEntry(f"tag {tag!r}: write context:resource:past-tense in small letters, such as cases:case:accepted")
    return tag


def checked_ref(name: str, value: str) -> str:
    """``value`` of the field ``name`` when it is a non-empty, storable text of at most MAX_REF characters."""
    if not value or len(value) > MAX_REF:
        raise BadEntry(f"{name} {value!r}: write 1 to {MAX_REF} characters, such as case:<number> or staff:7")
    return _checked_text(name, value)


def plain_detail(detail: Mapping[str, Any]) -> dict[str, Any]:
    """``detail`` with dates, decimals, enums and UUIDs as text, tuples and sets as lists; BadEntry for others."""
    plain = _plain("detail", detail)
    assert isinstance(plain, dict)
    return plain


def _plain(path: str, value: Any) -> Any:
    if isinstance(value, Enum):
        value = value.value
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, str):
        return _checked_text(path, value)
    if isinstance(value, int):
        if abs(value) > MAX_INTEGER:
            raise BadEntry(f"{path}: {value} is past 2**53, which not every JSON reader keeps; pass it as text")
        return value
    if isinstance(value, datetime):
        return instant_text(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal | UUID):
        return str(value)
    if isinstance(value, Mapping):
        return {_key(path, key): _plain(f"{path}.{key}", item) for key, item in value.items()}
    if isinstance(value, set | frozenset):
        return [_plain(f"{path}[]", item) for item in sorted(value)]
    if isinstance(value, list | tuple):
        return [_plain(f"{path}[{place}]", item) for place, item in enumerate(value)]
    raise BadEntry(f"{path}: {type(value).__name__} cannot be logged; pass text, a whole number, true, false or null")


def _key(path: str, key: Any) -> str:
    if not isinstance(key, str):
        raise BadEntry(f"{path}: the key {key!r} must be text")
    return _checked_text(path, key)


def _checked_text(path: str, text: str) -> str:
    """PostgreSQL stores no NUL, and UTF-8 has no lone surrogates."""
    if "\x00" in text or any("\ud800" <= character <= "\udfff" for character in text):
        raise BadEntry(f"{path}: the text has a character that cannot be stored (NUL or half of a surrogate pair)")
    return text


def instant_text(at: datetime) -> str:
    """``at`` in UTC with six decimals: ``2026-09-24T07:00:00.000000Z``. BadEntry when it has no time zone."""
    if at.utcoffset() is None:
        raise BadEntry(f"{at!r} has no time zone; pass an aware datetime")
    return at.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


def leaf_data(
    *, entry_id: int, at: datetime, tag: str, actor_ref: str, subject: str, detail: Mapping[str, Any]
) -> dict[str, Any]:
    """What the leaf says about one entry, as JSON types; this is the ``entry`` of a receipt."""
    return {
        "format": LEAF_FORMAT,
        "id": entry_id,
        "at": instant_text(at),
        "tag": tag,
        "actor": actor_ref,
        "subject": subject,
        "detail": dict(detail),
    }


def leaf_bytes(data: Mapping[str, Any]) -> bytes:
    """The canonical bytes of ``data``. Sorting is by code point of the key, on every level."""
    return json.dumps(data, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False).encode()
