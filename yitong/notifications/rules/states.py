"""Words for a message's channel and state, grouped by what they mean."""

from __future__ import annotations

from enum import StrEnum


class Channel(StrEnum):
    SMS = "sms"
    INAPP = "inapp"
    EMAIL = "email"


class State(StrEnum):
    """pending → sending → delivered; sending → failed → sending …; failed → dead after the last attempt."""

    PENDING = "pending"  # never tried
    SENDING = "sending"  # a worker holds it until claimed_until
    DELIVERED = "delivered"  # the provider took it, or it stands in the recipient's in-app messages
    FAILED = "failed"  # will be tried again at next_attempt_at
    DEAD = "dead"  # given up; a person may retry it


OPEN = (State.PENDING, State.SENDING, State.FAILED)
RETRYABLE = (State.FAILED, State.DEAD)
"""States a person may put back to pending."""
