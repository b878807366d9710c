"""The digest of a look: what the audit log keeps of it, so that a changed look comes out. Pure."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

FORMAT = "yitong-look/1"


def digest(values: Mapping[str, Any]) -> str:
    """SHA-256 (hex) of the look's content as JSON with sorted keys and no blanks; instants in UTC, microseconds kept."""
    plain = {name: _plain(value) for name, value in values.items()}
    text = json.dumps({"format": FORMAT, **plain}, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="microseconds")
    if isinstance(value, bytes | memoryview):
        return bytes(value).hex()
    return value
