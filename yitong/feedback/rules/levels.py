"""The five levels, GB/T 39046-2020 A.8, and what may be said with them."""

from __future__ import annotations

from enum import IntEnum
from typing import Final

from yitong.kernel.reasons import N_, Reason


class Level(IntEnum):
    """1 is best. Other systems count the other way round: their codes are mapped at the edge, never here."""

    VERY_SATISFIED = 1
    SATISFIED = 2
    FAIRLY_SATISFIED = 3
    DISSATISFIED = 4
    VERY_DISSATISFIED = 5


LEVEL_LABELS: Final = {
    Level.VERY_SATISFIED: N_("Very satisfied"),
    Level.SATISFIED: N_("Satisfied"),
    Level.FAIRLY_SATISFIED: N_("Fairly satisfied"),
    Level.DISSATISFIED: N_("Dissatisfied"),
    Level.VERY_DISSATISFIED: N_("Very dissatisfied"),
}
GOOD: Final = (Level.VERY_SATISFIED, Level.SATISFIED, Level.FAIRLY_SATISFIED)
"""好评率 counts levels 1 to 3 (DOMAIN B6)."""

TAGS: Final = {
    "fast": N_("Fast"),
    "clear": N_("Clearly explained"),
    "polite": N_("Friendly"),
    "online": N_("Easy online"),
    "few_materials": N_("Few documents"),
    "slow": N_("Too slow"),
    "unclear": N_("Not clearly explained"),
    "rude": N_("Unfriendly"),
    "many_materials": N_("Too many documents"),
    "repeat_visits": N_("Had to come again"),
}
TEXT_MAX: Final = 500


def refusals(*, level: int, tags: list[str], text: str, closed: bool, is_applicant: bool, rated: bool) -> list[Reason]:
    """Why this rating can't be taken; empty when it can. A bad rating needs no reason, but may give one."""
    found = []
    if not is_applicant:
        found.append(Reason("not_applicant", N_("Only the applicant of the case may rate it.")))
    if not closed:
        found.append(Reason("not_closed", N_("The case can be rated after it is closed.")))
    if rated:
        found.append(
            Reason(
                "already_rated",
                N_("This case has been rated already; a rating can't be changed."),
                law="国办发〔2019〕51号",
            )
        )
    if level not in list(Level):
        found.append(Reason("unknown_level", N_("Choose one of the five levels."), field="level"))
    if unknown := sorted(set(tags) - set(TAGS)):
        found.append(
            Reason(
                "unknown_tag",
                N_("Choose tags from the list; unknown: %(tags)s."),
                field="tags",
                params={"tags": ", ".join(unknown)},
            )
        )
    if len(text) > TEXT_MAX:
        found.append(
            Reason(
                "text_too_long",
                N_("Write at most %(most)d characters; you wrote %(count)d."),
                field="text",
                params={"most": TEXT_MAX, "count": len(text)},
            )
        )
    return found
