"""What an act must say: texts that may not be empty or endless."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from yitong.kernel.reasons import N_, Reason, Refused

MAX_TEXT = 5000


def text_refusal(field: str, value: str, *, law: str = "", most: int = MAX_TEXT) -> Reason | None:
    """Why ``value`` will not do as the text of ``field``: empty, or longer than ``most`` characters."""
    if not value.strip():
        return Reason("empty", N_("Fill this in: it is part of the act."), law, field)
    if len(value) > most:
        return Reason("too_long", N_("Write at most %(most)s characters."), field=field, params={"most": most})
    return character_refusal(field, value)


def character_refusal(field: str, value: Any) -> Reason | None:
    """Why a text, or a JSON value with texts in it, cannot be stored: a NUL, or half of a surrogate pair."""
    if isinstance(value, str):
        if "\x00" in value or any("\ud800" <= character <= "\udfff" for character in value):
            message = N_("The text has a character that cannot be stored; type it again.")
            return Reason("bad_character", message, field=field)
    elif isinstance(value, Mapping):
        for key, each in value.items():
            if reason := character_refusal(field, key) or character_refusal(str(key), each):
                return reason
    elif isinstance(value, list | tuple):
        for each in value:
            if reason := character_refusal(field, each):
                return reason
    return None


def filled(field: str, value: str, *, law: str = "", most: int = MAX_TEXT) -> str:
    """``value`` without blanks around it; Refused when it is empty or too long."""
    reason = text_refusal(field, value, law=law, most=most)
    if reason is not None:
        raise Refused(reason)
    return value.strip()
