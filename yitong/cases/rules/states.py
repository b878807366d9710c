"""The words a case's state and outcome are written in, and the groups rules and indexes speak of."""

from __future__ import annotations

from typing import Final

from yitong.kernel.reasons import N_

STATES: Final = ["draft", "submitted", "correcting", "accepted", "deciding", "delivering", "closed"]
OPEN_STATES: Final = ["submitted", "correcting", "accepted", "deciding", "delivering"]
"""In somebody's hands: what an inbox shows."""
REVIEW_STATES: Final = ["accepted", "deciding"]
"""Accepted and undecided: what both clocks run over."""
OUTCOMES: Final = ["granted", "refused", "not_required", "acceptance_refused", "withdrawn", "terminated"]
CHANNELS: Final = ["web", "mobile", "window", "post", "kiosk"]

STATE_WORDS: Final = {
    "draft": N_("a draft"),
    "submitted": N_("waiting for acceptance"),
    "correcting": N_("waiting for the applicant's correction"),
    "accepted": N_("under review"),
    "deciding": N_("waiting for the decision"),
    "delivering": N_("decided and waiting for delivery"),
    "closed": N_("closed"),
}
