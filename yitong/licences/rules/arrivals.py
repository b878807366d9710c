"""Reads one row of a source into what the library stores, or into the reasons why not. Pure.

A type's reader is put together once: every row of millions passes through it, so that it makes no object beside its result and
looks nothing up twice. What it refuses is told field by field, all at once.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from typing import Any, NamedTuple

from yitong.kernel.identifiers import InvalidIdentifier, idcard, uscc
from yitong.kernel.identifiers import licence as identifiers
from yitong.kernel.reasons import N_, Reason
from yitong.licences.rules.fields import Field, Kind, whole
from yitong.licences.rules.holders import ENTERPRISE, PERSON

COMMON = (
    "source_id",
    "identifier",
    "number",
    "holder_kind",
    "holder_id",
    "holder_name",
    "issued_on",
    "valid_from",
    "valid_until",
    "issuer_uscc",
    "issuer_name",
    "status",
)
"""Columns every source has; the rest are the type's own fields, by name or by label."""
NEEDED = ("source_id", "number", "holder_id", "holder_name", "issued_on", "issuer_uscc", "issuer_name")
STATUSES = ("valid", "revoked", "cancelled", "lost", "transferred")
LONGEST = {"source_id": 80, "number": 60, "holder_name": 150, "issuer_name": 100}
LONG_TERM = ("长期", "long-term")
TEXT_MOST = 2000


class Arrival(NamedTuple):
    """One row that may be stored. Days are ISO text: they go to the database as they are. ``identifier`` may be empty."""

    source_id: str
    identifier: str
    number: str
    holder_kind: str
    holder_id: str
    holder_name: str
    issued_on: str
    valid_from: str
    valid_until: str | None
    issuer_uscc: str
    issuer_name: str
    status: str
    plain: dict[str, Any]
    secret: dict[str, Any]


Row = Mapping[str, Any]
Outcome = Arrival | list[Reason]


@dataclass(frozen=True, slots=True)
class Shape:
    """What a reader needs of a licence type."""

    code: str
    holder_kinds: str
    fields: tuple[Mapping[str, Any], ...] = field(default=())


class _Wrong(Exception):
    """A value that cannot be stored, with its reason."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason.code)
        self.reason = reason


def reader(shape: Shape) -> Callable[[Row], Outcome]:
    """The function that reads rows of this type."""
    steps = [_step(one) for one in shape.fields]
    known = {*COMMON, *(name for _, name, _, _, _ in steps), *(label for _, _, label, _, _ in steps)}

    def read(row: Row) -> Outcome:
        reasons: list[Reason] = []
        get = row.get
        text = {name: str(get(name) or "").strip() for name in COMMON}
        for name in NEEDED:
            if not text[name]:
                reasons.append(_missing(name))
        for name, most in LONGEST.items():
            if len(text[name]) > most:
                reasons.append(_too_long(name, most))
        kind, holder_id = _holder(shape, text, reasons)
        issuer = _checked(_uscc, text["issuer_uscc"], "issuer_uscc", reasons)
        issued_on = _checked(_day, text["issued_on"], "issued_on", reasons)
        beginning = text["valid_from"]
        valid_from = _checked(_day, beginning, "valid_from", reasons) if beginning else issued_on
        ending = text["valid_until"]
        valid_until = None if not ending or ending in LONG_TERM else _checked(_day, ending, "valid_until", reasons)
        if valid_until and valid_from and valid_until < valid_from:
            reasons.append(Reason("ends_before_it_begins", N_("The term ends before it begins."), field="valid_until"))
        status = text["status"] or "valid"
        if status not in STATUSES:
            reasons.append(_not_one_of("status", status, STATUSES))
        identifier = _checked(_identifier(shape.code), text["identifier"], "identifier", reasons)
        plain: dict[str, Any] = {}
        secret: dict[str, Any] = {}
        for into_secret, name, label, required, check in steps:
            value = get(name)
            if value is None:
                value = get(label)
            if value is None or value == "":
                if required:
                    reasons.append(_missing(name))
                continue
            found = _checked(check, value, name, reasons)
            (secret if into_secret else plain)[name] = found
        if len(row) > len(COMMON):
            reasons += [_unknown(name) for name in row if name not in known]
        if reasons:
            return reasons
        return Arrival(
            text["source_id"], identifier, text["number"], kind, holder_id, text["holder_name"], issued_on, valid_from,
            valid_until, issuer, text["issuer_name"], status, plain, secret,
        )  # fmt: skip

    return read


def _step(one: Field) -> tuple[bool, str, str, bool, Callable[[Any], Any]]:
    """(sensitive, name, label, required, check) of a field."""
    full = whole(one)
    checks: dict[str, Callable[[Any], Any]] = {
        Kind.DATE.value: _day,
        Kind.IDCARD.value: _idcard,
        Kind.USCC.value: _uscc,
        Kind.PHONE.value: _phone,
        Kind.NUMBER.value: _number,
    }
    if full["kind"] == Kind.CHOICE.value:
        check = _choice(str(one["name"]), tuple(one.get("choices", ())))
    else:
        check = checks.get(str(full["kind"]), _text)
    return full["confidentiality"] == "sensitive", str(one["name"]), str(one["label"]), bool(full["required"]), check


def _holder(shape: Shape, text: dict[str, str], reasons: list[Reason]) -> tuple[str, str]:
    kind = text["holder_kind"] or ("" if shape.holder_kinds == "any" else shape.holder_kinds)
    if not kind:
        kind = _guess(text["holder_id"])
    if kind not in (PERSON, ENTERPRISE):
        reasons.append(_not_one_of("holder_kind", kind, (PERSON, ENTERPRISE)))
        return kind, ""
    if shape.holder_kinds not in ("any", kind):
        message = N_("Licences of this type belong to a %(kind)s. Correct the holder's kind.")
        reasons.append(Reason("wrong_holder_kind", message, field="holder_kind", params={"kind": shape.holder_kinds}))
    check = _idcard if kind == PERSON else _uscc
    return kind, _checked(check, text["holder_id"], "holder_id", reasons)


@lru_cache(maxsize=1024)
def _guess(number: str) -> str:
    """A citizen number begins with a region and is all digits but the last; a credit code is not, in its second half."""
    try:
        idcard.parse(number)
    except InvalidIdentifier:
        return ENTERPRISE
    return PERSON


def _checked(check: Callable[[Any], Any], value: Any, name: str, reasons: list[Reason]) -> Any:
    if value == "":
        return ""
    try:
        return check(value)
    except InvalidIdentifier as wrong:
        reasons.append(Reason(wrong.code, wrong.reason, field=name, params=wrong.params))
    except _Wrong as wrong:
        reasons.append(Reason(wrong.reason.code, wrong.reason.message, field=name, params=wrong.reason.params))
    return ""


def _idcard(value: Any) -> str:
    text = str(value).strip().upper()
    if not _plausible_idcard(text):
        idcard.parse(text)
    return text


_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECKS = "10X98765432"


def _plausible_idcard(text: str) -> bool:
    """Length, digits, birthday and check character, in one go: the whole parse, which says what is wrong, is for the others.

    GB 11643-1999.
    """
    if len(text) != 18 or not text[:17].isdecimal() or not text.isascii():
        return False
    digits = text.encode()
    total = sum(weight * (digit - 48) for weight, digit in zip(_WEIGHTS, digits, strict=False))
    return (
        _CHECKS[total % 11] == text[17]
        and _known_prefix(text[:6])
        and _is_day(f"{text[6:10]}-{text[10:12]}-{text[12:14]}")
    )


@lru_cache(maxsize=8192)
def _known_prefix(code: str) -> bool:
    try:
        idcard.parse(code + "19900101001" + _check_of(code + "19900101001"))
    except InvalidIdentifier:
        return False
    return True


def _check_of(first: str) -> str:
    return _CHECKS[sum(w * int(c) for w, c in zip(_WEIGHTS, first, strict=True)) % 11]


@lru_cache(maxsize=65536)
def _is_day(text: str) -> bool:
    try:
        return len(text) == 10 and date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


@lru_cache(maxsize=65536)
def _uscc(value: Any) -> str:
    return uscc.parse(str(value).strip().upper()).value


def _day(value: Any) -> str:
    text = value.isoformat()[:10] if isinstance(value, date) else str(value).strip()
    if _is_day(text):
        return text
    raise _Wrong(Reason("not_a_day", N_("This is no day. Write it as 2026-11-21.")))


def _phone(value: Any) -> str:
    text = str(value).strip()
    if 5 <= len(text) <= 20 and all(letter in "0123456789+() -" for letter in text):
        return text
    raise _Wrong(Reason("not_a_phone", N_("This is no telephone number. Write digits, 5 to 20 of them.")))


def _number(value: Any) -> int | float:
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return value
    text = str(value).strip().replace(",", "")
    try:
        return int(text) if text.lstrip("-").isdecimal() else float(text)
    except ValueError:
        raise _Wrong(Reason("not_a_number", N_("This is no number. Write digits only."))) from None


def _text(value: Any) -> str:
    text = str(value).strip()
    if len(text) > TEXT_MOST or "\0" in text:
        params = {"most": TEXT_MOST}
        raise _Wrong(Reason("bad_text", N_("Write at most %(most)s characters, without zero bytes."), params=params))
    return text


def _choice(name: str, choices: Sequence[str]) -> Callable[[Any], str]:
    allowed = frozenset(choices)

    def check(value: Any) -> str:
        text = str(value).strip()
        if text in allowed:
            return text
        raise _Wrong(_not_one_of(name, text, choices))

    return check


def _identifier(type_code: str) -> Callable[[Any], str]:
    def check(value: Any) -> str:
        found = identifiers.parse(str(value).upper())
        if found.type_code != type_code:
            message = N_("The identifier is of the licence type %(other)s.")
            raise _Wrong(Reason("identifier_of_other_type", message, params={"other": found.type_code}))
        return found.value

    return check


def _missing(name: str) -> Reason:
    return Reason("missing", N_("This is missing. Fill it in."), field=name)


def _too_long(name: str, most: int) -> Reason:
    return Reason("too_long", N_("At most %(most)s characters fit here."), field=name, params={"most": most})


def _not_one_of(name: str, value: str, choices: Sequence[str]) -> Reason:
    message = N_("“%(value)s” is not known here. Choose one of: %(choices)s.")
    return Reason("not_one_of", message, field=name, params={"value": value[:40], "choices": "、".join(choices)})


def _unknown(name: str) -> Reason:
    message = N_("The licence type has no field of this name. Take the column out, or add the field to the type.")
    return Reason("unknown_field", message, field=str(name)[:60])
