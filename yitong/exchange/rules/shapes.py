"""What a wrong answer looks like without what it says: for inspection by people who may not read personal data."""

from __future__ import annotations

import json
import re
from typing import Any

from yitong.exchange.rules.mapping import UNSTORABLE

DEEPEST, WIDEST, LONGEST = 6, 60, 400
_DIGIT, _HAN = re.compile(r"[0-9]"), re.compile(r"[\u3400-\u9fff\U00020000-\U000323af]")
_CODE = re.compile(r"[A-Za-z0-9]{15,}")


def shape(raw: bytes) -> Any:
    """The JSON's keys with the kind and length of each value; for what is no JSON the masked beginning of its text."""
    try:
        return outline(json.loads(raw))
    except (ValueError, RecursionError):
        return masked(raw[:LONGEST].decode("utf-8", "replace"))


def outline(value: Any, depth: int = 0) -> Any:
    """``value`` with every text and number replaced by what kind of thing it is."""
    if depth >= DEEPEST:
        return "…"
    if isinstance(value, dict):
        return {masked(str(key)[:60]): outline(each, depth + 1) for key, each in list(value.items())[:WIDEST]}
    if isinstance(value, list):
        return [outline(each, depth + 1) for each in value[:3]] + ([f"… {len(value)}"] if len(value) > 3 else [])
    if isinstance(value, str):
        return f"text({len(value)})"
    if isinstance(value, bool) or value is None:
        return json.dumps(value)
    return "number"


def masked(text: str) -> str:
    """Digits become 0, Chinese characters 某, long codes *: an error page stays readable, nobody's data does."""
    return _HAN.sub("某", _DIGIT.sub("0", _CODE.sub("***", UNSTORABLE.sub("?", text))))
