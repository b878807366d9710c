"""What can come of a scan, and how it is said. Pure."""

from __future__ import annotations

from enum import StrEnum

from yitong.kernel.reasons import N_


class Outcome(StrEnum):
    """``ok`` alone shows anything; the others are refusals, logged like it."""

    OK = "ok"
    REPLAY = "replay"
    STALE = "stale"
    FORGED = "forged"
    WRONG_PURPOSE = "wrong_purpose"
    UNKNOWN = "unknown"


NAMES: dict[Outcome, str] = {
    Outcome.OK: N_("Code accepted"),
    Outcome.REPLAY: N_("Used before"),
    Outcome.STALE: N_("Out of date"),
    Outcome.FORGED: N_("Not genuine"),
    Outcome.WRONG_PURPOSE: N_("Shown for another purpose"),
    Outcome.UNKNOWN: N_("Unknown"),
}

MESSAGES: dict[Outcome, str] = {
    Outcome.REPLAY: N_(
        "This code was used already (%(at)s). A code works once: ask for the one the phone shows now, "
        "and do not accept a picture of a code."
    ),
    Outcome.STALE: N_("This code is out of date. Codes live for 60 seconds: ask for the one the phone shows now."),
    Outcome.FORGED: N_(
        "This is no genuine presentation code: it was not signed by this platform, or it was read wrongly. "
        "Clean the scanner's window and try the code the phone shows now."
    ),
    Outcome.WRONG_PURPOSE: N_(
        "The holder shows this code for another purpose (%(shown_for)s). Ask the holder to choose this one "
        "on the phone; nothing was shown."
    ),
    Outcome.UNKNOWN: N_(
        "This code is signed but not known here: it may come from before a restore. Ask for the one the phone shows now."
    ),
}
