"""Checks of what people say about themselves; every refusal names the field and the remedy."""

from __future__ import annotations

import unicodedata
from datetime import date

from yitong.kernel import identifiers
from yitong.kernel.identifiers.idcard import IdCard
from yitong.kernel.reasons import N_, Reason, Refused

LONGEST_NAME = 100


def checked_idcard(value: str, *, today: date, field: str = "idcard") -> IdCard:
    """The citizen number without spaces, or Refused with the reason at ``field``."""
    try:
        parsed = identifiers.check("idcard", _plain(value), today=today)
    except identifiers.InvalidIdentifier as error:
        raise Refused(Reason(f"idcard_{error.code}", error.reason, field=field, params=error.params)) from error
    assert isinstance(parsed, IdCard)
    return parsed


def checked_uscc(value: str, *, field: str = "uscc") -> str:
    """The unified social credit code, in capitals and without spaces, or Refused with the reason at ``field``."""
    try:
        return identifiers.check("uscc", _plain(value).upper()).value  # type: ignore[union-attr]
    except identifiers.InvalidIdentifier as error:
        raise Refused(Reason(f"uscc_{error.code}", error.reason, field=field, params=error.params)) from error


def checked_region_code(value: str, *, field: str = "code") -> str:
    """A region code of 6, 9 or 12 digits, or Refused with the reason at ``field``."""
    try:
        identifiers.check("region", value.strip())
    except identifiers.InvalidIdentifier as error:
        raise Refused(Reason(f"region_{error.code}", error.reason, field=field, params=error.params)) from error
    if len(value.strip()) not in (6, 9, 12):
        text = N_("Write the code with 6 digits (district), 9 (town) or 12 (village).")
        raise Refused(Reason("region_length", text, field=field))
    return value.strip()


def checked_item_code(value: str, *, field: str = "item_code") -> str:
    """A basic item code of 12 digits, or Refused with the reason at ``field``."""
    try:
        identifiers.check("item-basic", value.strip())
    except identifiers.InvalidIdentifier as error:
        raise Refused(Reason(f"item_{error.code}", error.reason, field=field, params=error.params)) from error
    return value.strip()


def checked_name(value: str, *, field: str = "name", longest: int = LONGEST_NAME) -> str:
    """The name without blanks around it, or Refused: empty, too long, or with characters no name has."""
    name = unicodedata.normalize("NFC", value).strip()
    if not name:
        raise Refused(Reason("name_empty", N_("The name is missing. Write it as on the card."), field=field))
    if len(name) > longest:
        raise Refused(
            Reason(
                "name_long",
                N_("The name has %(length)d characters; at most %(longest)d fit."),
                field=field,
                params={"length": len(name), "longest": longest},
            )
        )
    if any(unicodedata.category(character) in {"Cc", "Cs", "Co"} for character in name):
        raise Refused(
            Reason("name_characters", N_("The name holds an invisible character. Type it again by hand."), field=field)
        )
    return name


def checked_period(valid_from: date, valid_until: date | None, *, field: str = "valid_until") -> None:
    """Refused when the half-open period [valid_from, valid_until) is empty or backwards."""
    if valid_until is not None and valid_until <= valid_from:
        raise Refused(
            Reason(
                "period_backwards",
                N_("The period ends before it begins. The last day must be %(first)s or later."),
                field=field,
                params={"first": valid_from.isoformat()},
            )
        )


def _plain(value: str) -> str:
    return "".join(unicodedata.normalize("NFKC", value).split())
