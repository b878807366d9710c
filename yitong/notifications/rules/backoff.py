"""When a failed message is tried again."""

from __future__ import annotations

from datetime import timedelta

MAX_ATTEMPTS = 8
FIRST_WAIT = timedelta(seconds=30)
LONGEST_WAIT = timedelta(hours=1)
LEASE = timedelta(minutes=2)
"""How long a worker may hold a batch. Longer than any provider's time-out for one message, see LEASE_BATCH."""
LEASE_BATCH = 20
"""Messages claimed at once: with five seconds each for a slow provider they fit into the lease."""


def wait_after(attempts: int) -> timedelta:
    """Pause after the ``attempts``-th failed attempt (1 or more): 30 s, doubled each time, at most an hour."""
    # The exponent is capped before the power is taken: timedelta overflows long before the attempts end.
    return min(FIRST_WAIT * 2 ** min(attempts - 1, 16), LONGEST_WAIT)
