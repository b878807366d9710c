"""What a licence's status is on a day. Pure."""

from __future__ import annotations

from datetime import date
from enum import StrEnum


class Standing(StrEnum):
    """What everybody is shown: a word, and a shape so that colour is not the only sign."""

    VALID = "valid"
    NOT_YET = "not_yet"
    EXPIRED = "expired"
    REVOKED = "revoked"
    CANCELLED = "cancelled"
    LOST = "lost"
    TRANSFERRED = "transferred"
    SUPERSEDED = "superseded"


ENDED = frozenset({Standing.REVOKED, Standing.CANCELLED, Standing.LOST, Standing.TRANSFERRED, Standing.SUPERSEDED})
MAY_BECOME: dict[str, frozenset[str]] = {
    Standing.VALID: ENDED,
    # A licence that was lost can still be revoked or cancelled; it comes back only as a new version.
    Standing.LOST: frozenset({Standing.REVOKED, Standing.CANCELLED}),
}
"""Stored status to the statuses that may follow; from every other one nothing follows."""


def may_become(status: str, wanted: str) -> bool:
    """Whether a stored status may change to ``wanted``."""
    return wanted in MAY_BECOME.get(status, frozenset())


def standing(status: str, valid_from: date, valid_until: date | None, on: date) -> Standing:
    """The standing on the local day ``on``. ``valid_until`` is the last day of validity; None is long-term.

    A revoked licence stays revoked when its term ends: the graver fact is shown.
    """
    if status != Standing.VALID:
        return Standing(status)
    if on < valid_from:
        return Standing.NOT_YET
    return Standing.EXPIRED if valid_until is not None and on > valid_until else Standing.VALID


def last_day(valid_from: date, years: int | None) -> date | None:
    """The last day of a term of whole years: 2026-11-21 for one year ends on 2027-11-20. None: long-term.

    A term from 29 February ends on 28 February of a common year.
    """
    if years is None:
        return None
    year = valid_from.year + years
    try:
        same_day = valid_from.replace(year=year)
    except ValueError:
        return date(year, 2, 28)
    return date.fromordinal(same_day.toordinal() - 1)
