"""States, outcomes and refusals in words and colours; a colour never stands alone."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from yitong.exchange.rules.answers import OUTCOME_WORDS, WHY_UNAVAILABLE, Outcome

WAY_WORDS = {
    "identifier": _("by the licence's identifier"),
    "holder": _("by the holder"),
    "verify": _("verification, yes or no only"),
    "": "—",
}
STATE_WORDS = {
    "closed": (_("working"), "green"),
    "half_open": (_("being tried"), "yellow"),
    "open": (_("not asked after failures"), "red"),
    "off": (_("switched off"), "secondary"),
}
SETTING_WORDS = {
    "enabled": _("switched on"),
    "timeout_ms": _("time limit (ms)"),
    "retries": _("further attempts"),
    "cache_seconds": _("kept for (s)"),
    "per_minute": _("requests a minute"),
    "per_day": _("requests a day"),
    "token_seconds": _("token life (s)"),
    "scopes": _("what may be asked"),
}
CHANGE_WORDS = {
    "created": _("registered"),
    "rotated": _("secret replaced"),
    "disabled": _("shut out"),
    "enabled": _("let in again"),
    "scoped": _("scope changed"),
    "limited": _("quota changed"),
}
ODD_WORDS = {
    "not_json": _("not JSON"),
    "wrong_shape": _("other fields than agreed"),
    "wrong_person": _("about somebody else"),
    "unknown_code": _("unknown result code"),
    "too_large": _("too large"),
    "upstream_error": _("a fault of the source"),
    "refused": _("our request refused"),
}
PROBLEM_WORDS = {
    "missing": _("missing"),
    "not_text": _("no text"),
    "not_date": _("no day that can be read"),
    "not_number": _("no number"),
    "not_choice": _("a value that is not agreed"),
    "too_long": _("too long"),
}
REFUSAL_WORDS = {
    "ok": _("answered"),
    "not_found": _("no such licence"),
    "none_in_force": _("no licence in force"),
    "consent_not_yours": _("no consent to this department"),
    "consent_revoked": _("consent revoked"),
    "consent_used_up": _("consent used up"),
    "consent_expired": _("consent expired"),
    "type_not_in_scope": _("type not in scope"),
    "way_not_in_scope": _("way not in scope"),
    "field_not_in_scope": _("field not in scope"),
    "fields_not_allowed": _("fields not consented to"),
    "outside_scope": _("outside the consent"),
    "other_case": _("consent for another case"),
    "quota_minute": _("quota a minute used up"),
    "bad_identifier": _("identifier that is none"),
    "bad_number": _("number that is none"),
    "not_a_caller": _("type not open to this department"),
    "other_department": _("consent to another department"),
    "licence_revoked": _("licence revoked"),
    "licence_expired": _("licence expired"),
    "quota_day": _("quota a day used up"),
}
COLOURS = {Outcome.FOUND: "green", Outcome.ABSENT: "blue", Outcome.UNAVAILABLE: "red"}


def state_of(connector: Any) -> tuple[Any, str]:
    """(word, colour) of a connector."""
    return STATE_WORDS["off" if not connector.enabled else connector.circuit.state]


def result_of(call: Any) -> dict[str, Any]:
    """What became of a call, for a row: word, colour, why, from where."""
    result = getattr(call, "result", None)
    if result is None:
        return {"word": gettext("cut off, no result written"), "colour": "secondary", "why": "", "result": None}
    outcome = Outcome(result.outcome)
    why = ""
    if result.code in WHY_UNAVAILABLE:
        why = gettext(WHY_UNAVAILABLE[result.code]) % result.params
    return {"word": gettext(OUTCOME_WORDS[outcome]), "colour": COLOURS[outcome], "why": why, "result": result}


def outcome_of(use: Any) -> str:
    """What became of a client's request, in words; a code without words as it is."""
    return str(REFUSAL_WORDS.get(use.outcome, use.outcome))


def lasting(seconds: int) -> str:
    """A span in its largest whole unit: ``7 days``, ``90 seconds``."""
    if seconds and seconds % 86_400 == 0:
        return ngettext("%(n)d day", "%(n)d days", seconds // 86_400) % {"n": seconds // 86_400}
    if seconds and seconds % 3600 == 0:
        return ngettext("%(n)d hour", "%(n)d hours", seconds // 3600) % {"n": seconds // 3600}
    return ngettext("%(n)d second", "%(n)d seconds", seconds) % {"n": seconds}


def settings_changed(changes: dict[str, Any]) -> list[str]:
    """``further attempts: 1 → 2``; what needs more room only by its name."""
    told = []
    for name, (before, after) in changes.items():
        word = str(SETTING_WORDS.get(name, name))
        short = not isinstance(before, list | dict) and not isinstance(after, list | dict)
        told.append(f"{word}: {before} → {after}" if short else word)
    return told
