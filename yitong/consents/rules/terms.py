"""What a consent must say before it counts, and when it does not count any more. Pure.

《中华人民共和国个人信息保护法》: art. 14 (informed, voluntary, explicit; again when purpose, way or kind changes), art. 6
(least that the purpose needs), art. 15 (withdrawal, as easy as giving), art. 29 (separate consent for sensitive data).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from yitong.kernel.reasons import N_, Reason

INFORMED = "《中华人民共和国个人信息保护法》第十四条"
LEAST = "《中华人民共和国个人信息保护法》第六条"
SENSITIVE = "《中华人民共和国个人信息保护法》第二十九条"
LONGEST = timedelta(days=366)
"""A consent for longer than a year is no longer an informed one. Ours, not a statute."""
MOST_USES = 100
LONGEST_PURPOSE = 100


@dataclass(frozen=True, slots=True)
class Terms:
    """What somebody wants to consent to. ``known_fields``: those the chosen licences have, by name."""

    fields: tuple[str, ...]
    known_fields: frozenset[str]
    purpose: str
    until: datetime
    uses: int
    chosen: int


def refusals(terms: Terms, now: datetime) -> list[Reason]:
    """Everything that is wrong with ``terms``, each with its field."""
    found: list[Reason] = []
    if not terms.chosen:
        found.append(Reason("nothing_chosen", N_("Choose at least one licence."), law=INFORMED, field="licences"))
    purpose = terms.purpose.strip()
    if not purpose or len(purpose) > LONGEST_PURPOSE:
        text = N_("Say what for, in 1 to %(most)s characters.")
        found.append(Reason("purpose", text, law=INFORMED, field="purpose", params={"most": LONGEST_PURPOSE}))
    if not now < terms.until <= now + LONGEST:
        text = N_("The consent must end after now and within a year. Choose another last day.")
        found.append(Reason("period", text, field="until"))
    if not 1 <= terms.uses <= MOST_USES:
        text = N_("Allow 1 to %(most)s uses.")
        found.append(Reason("uses", text, law=LEAST, field="uses", params={"most": MOST_USES}))
    unknown = sorted(set(terms.fields) - terms.known_fields)
    if unknown:
        text = N_("The chosen licences have no field %(names)s. Choose among those shown.")
        found.append(Reason("fields", text, field="fields", params={"names": ", ".join(unknown)}))
    return found


@dataclass(frozen=True, slots=True)
class Standing:
    """The state of a consent that decides whether it can be used."""

    valid_from: datetime
    valid_until: datetime
    uses_left: int
    revoked_at: datetime | None

    def word(self, now: datetime) -> str:
        """``in_force``, ``revoked``, ``used_up``, ``expired`` or ``not_yet``; what the holder did comes first."""
        if self.revoked_at is not None:
            return "revoked"
        if self.uses_left < 1:
            return "used_up"
        if now >= self.valid_until:
            return "expired"
        return "in_force" if now >= self.valid_from else "not_yet"


NOT_IN_FORCE: dict[str, str] = {
    "revoked": N_("The holder has withdrawn this consent. Ask for a new one, or for the paper."),
    "used_up": N_("This consent has been used as often as the holder allowed. Ask for a new one."),
    "expired": N_("This consent has ended. Ask the holder for a new one."),
    "not_yet": N_("This consent does not hold yet. Wait for its first day."),
}


def allowed_fields(
    all_fields: Sequence[tuple[str, bool]], granted: Sequence[str], asked: Sequence[str], *, sensitive: bool
) -> list[str]:
    """The names to show, in the licence's order. ``all_fields``: (name, whether sensitive).

    ``granted`` empty: every field that is not sensitive. A sensitive one is shown when it is granted by its name or,
    with ``sensitive``, when nothing is named (a law that covers it). ``asked`` empty: everything granted.
    """
    named, wanted = set(granted), set(asked)
    shown = []
    for name, is_sensitive in all_fields:
        may = name in named if named else (sensitive or not is_sensitive)
        if may and (not wanted or name in wanted):
            shown.append(name)
    return shown
