"""Checks single values of a source: each gives the value as the library stores it, or raises why it cannot. Pure.

Millions of values pass, most of them good, many of them alike: what is told about a bad one is found out for bad ones alone.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from datetime import date
from functools import lru_cache
from typing import Any

from yitong.kernel.identifiers import InvalidIdentifier, idcard, uscc
from yitong.kernel.identifiers import licence as identifiers
from yitong.kernel.identifiers.dates import date_from_digits
from yitong.kernel.reasons import N_, Reason
from yitong.licences.rules.fields import Field, Kind, whole

Check = Callable[[Any], Any]
TEXT_MOST, TEXT_SHORT = 2000, 60
BAD_TEXT = Reason(
    "bad_text",
    N_("Write at most %(most)s characters, without zero bytes and half characters."),
    params={"most": TEXT_MOST},
)


class Wrong(Exception):
    """A value that cannot be stored, with its reason."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason.code)
        self.reason = reason


def check_of(one: Field) -> Check:
    """The check of a field of a licence type."""
    kind = str(whole(one)["kind"])
    if kind == Kind.CHOICE.value:
        return _choice(tuple(one.get("choices", ())))
    return _CHECKS.get(kind, text)


def text(value: Any) -> str:
    """Any text or number as text without spaces around it."""
    if value.__class__ is str and len(value) < TEXT_SHORT:
        return _text(value)
    if not isinstance(value, (str, int, float, date)) or isinstance(value, bool):
        raise Wrong(Reason("not_a_text", N_("Write one text or number here, no list and no yes or no.")))
    found = str(value).strip()
    if len(found) > TEXT_MOST or not storable(found):
        raise Wrong(BAD_TEXT)
    return found


@lru_cache(maxsize=65536)
def _text(value: str) -> str:
    """A short text without spaces around it: places, degrees and streets are the same in many rows."""
    found = value.strip()
    if not storable(found):
        raise Wrong(BAD_TEXT)
    return found


def storable(value: str) -> bool:
    """Whether the database takes the text: no zero byte, no half of a surrogate pair."""
    return "\0" not in value and (value.isascii() or _encodes(value))


def _encodes(value: str) -> bool:
    try:
        value.encode()
    except UnicodeEncodeError:
        return False
    return True


_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_LAST = "10X98765432"


def citizen_number(value: Any) -> str:
    """A citizen number with capital X. Parts of good ones are known by now; every other is parsed, which says what is wrong.

    GB 11643-1999: the check character stands for the weighted sum of the others modulo 11.
    """
    return _citizen_number(str(value))


@lru_cache(maxsize=16)  # most licences name their holder's number once more among their fields
def _citizen_number(value: str) -> str:
    found = value.strip().upper()
    serial = found[14:17]
    if len(found) == 18 and found.isascii() and serial.isdigit():
        region, birth = _region(found[:6]), _birth(found[6:14])
        if region and birth and _LAST[(region + birth + _serial(serial)) % 11] == found[17]:
            return found
    return idcard.parse(found).value


@lru_cache(maxsize=8192)
def _region(digits: str) -> int:
    """The weighted sum of these six digits; 0 when no citizen number begins with them."""
    return _sum(digits, 0) if digits.isdigit() and digits[:2] in idcard.PREFIXES else 0


@lru_cache(maxsize=65536)
def _birth(digits: str) -> int:
    """The weighted sum of these eight digits; 0 when they are no birthday."""
    born = date_from_digits(digits)
    return _sum(digits, 6) if born is not None and born >= idcard.EARLIEST_BIRTH else 0


@lru_cache(maxsize=1024)
def _serial(digits: str) -> int:
    return _sum(digits, 14)


def _sum(digits: str, place: int) -> int:
    return sum(weight * int(digit) for weight, digit in zip(_WEIGHTS[place:], digits, strict=False))


def credit_code(value: Any) -> str:
    """A unified social credit code in capitals."""
    return _credit_code(str(value).strip().upper())


@lru_cache(maxsize=65536)
def _credit_code(found: str) -> str:
    return uscc.parse(found).value


@lru_cache(maxsize=65536)
def _day(found: str) -> str:
    try:
        if len(found) == 10 and date.fromisoformat(found).isoformat() == found:
            return found
    except ValueError:
        pass
    raise Wrong(Reason("not_a_day", N_("This is no day. Write it as 2026-11-21.")))


def day(value: Any) -> str:
    """A day as ISO text."""
    return _day(value.isoformat()[:10] if isinstance(value, date) else str(value).strip())


def phone(value: Any) -> str:
    """A telephone number as it was written."""
    found = str(value).strip()
    if 5 <= len(found) <= 20 and not found.strip("0123456789+() -"):
        return found
    raise Wrong(Reason("not_a_phone", N_("This is no telephone number. Write digits, 5 to 20 of them.")))


def number(value: Any) -> int | float:
    """A number that JSON has; thousands may be set apart with commas."""
    found: int | float
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        found = value
    else:
        written = str(value).strip().replace(",", "")
        try:
            found = int(written) if written.lstrip("-").isdecimal() else float(written)
        except ValueError:
            found = math.nan
    if isinstance(found, int) or math.isfinite(found):
        return found
    raise Wrong(Reason("not_a_number", N_("This is no number. Write digits only.")))


def _choice(choices: Sequence[str]) -> Check:
    allowed = frozenset(choices)

    def check(value: Any) -> str:
        found = str(value).strip()
        if found in allowed:
            return found
        raise Wrong(not_one_of("", found, choices))

    return check


def identifier_of(type_code: str) -> Check:
    """The check of an identifier (GB/T 36904) of this type."""

    def check(value: Any) -> str:
        found = identifiers.parse(str(value).upper())
        if found.type_code != type_code:
            message = N_("The identifier is of the licence type %(other)s.")
            raise Wrong(Reason("identifier_of_other_type", message, params={"other": found.type_code}))
        return found.value

    return check


def not_one_of(name: str, value: str, choices: Sequence[str]) -> Reason:
    """The reason against a value that is none of these."""
    message = N_("“%(value)s” is not known here. Choose one of: %(choices)s.")
    return Reason("not_one_of", message, field=name, params={"value": value[:40], "choices": "、".join(choices)})


def reason_of(wrong: Wrong | InvalidIdentifier, name: str) -> Reason:
    """The reason with the field it is about."""
    if isinstance(wrong, InvalidIdentifier):
        return Reason(wrong.code, wrong.reason, field=name, params=wrong.params)
    return Reason(wrong.reason.code, wrong.reason.message, field=name, params=wrong.reason.params)


_CHECKS: dict[str, Check] = {
    Kind.DATE.value: day,
    Kind.IDCARD.value: citizen_number,
    Kind.USCC.value: credit_code,
    Kind.PHONE.value: phone,
    Kind.NUMBER.value: number,
}
