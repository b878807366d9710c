"""Texts people type: not empty where they are part of the act, not endless, nothing that cannot be stored. Pure."""

from __future__ import annotations

from yitong.kernel.reasons import N_, Reason, Refused

MOST = 2000


def refusal(field: str, value: str, *, most: int = MOST, required: bool = True) -> Reason | None:
    """Why ``value`` will not do as the text of ``field``; None when it will."""
    if required and not value.strip():
        return Reason("empty", N_("Fill this in: it is part of the act."), field=field)
    if len(value) > most:
        return Reason("too_long", N_("Write at most %(most)s characters."), field=field, params={"most": most})
    if "\x00" in value or any("\ud800" <= character <= "\udfff" for character in value):
        return Reason(
            "bad_character", N_("The text has a character that cannot be stored; type it again."), field=field
        )
    return None


def checked(field: str, value: str, *, most: int = MOST, required: bool = True) -> str:
    """``value`` without blanks around it; Refused when it will not do."""
    reason = refusal(field, value, most=most, required=required)
    if reason is not None:
        raise Refused(reason)
    return value.strip()
