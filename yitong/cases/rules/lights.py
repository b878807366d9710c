"""Green, yellow, red: one light from a case's due instants (DOMAIN C2)."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum


class Light(StrEnum):
    GREEN = "green"
    YELLOW = "yellow"
    RED = "red"
    PAUSED = "paused"  # a special procedure is open
    NONE = "none"  # not accepted yet, or ended


def light(
    now: datetime,
    yellow_at: datetime | None,
    committed_due_at: datetime | None,
    statutory_due_at: datetime | None,
    suspended: bool,
    closed_at: datetime | None,
) -> Light:
    """The light at ``now``; for an ended case give the instant it was decided or closed as ``closed_at``.

    Red past either due instant: warning uses the committed one, and the statutory one can never lie before it unless the
    catalogue was wrong, in which case the law still rules.
    """
    if closed_at is not None:
        return Light.NONE
    if suspended:
        return Light.PAUSED
    ends = [instant for instant in (committed_due_at, statutory_due_at) if instant is not None]
    if not ends:
        return Light.NONE
    if now > min(ends):
        return Light.RED
    if yellow_at is not None and now >= yellow_at:
        return Light.YELLOW
    return Light.GREEN
