"""How long to wait before asking the same source again, within one look-up."""

from __future__ import annotations

FIRST_PAUSE, LONGEST_PAUSE = 0.1, 2.0
"""Seconds."""


def pause(attempt: int, share: float, asked_for: float | None = None) -> float | None:
    """Seconds before attempt ``attempt`` + 1 (1 is the first): doubling, between half and whole of it by ``share`` (0–1),
    so that many requests that failed together do not come back together. ``asked_for``: the source's own Retry-After;
    None as the answer: it asks for more patience than a person at a counter has."""
    if asked_for is not None and asked_for > LONGEST_PAUSE:
        return None
    whole = min(FIRST_PAUSE * 2 ** min(attempt - 1, 10), LONGEST_PAUSE)
    return max(whole * (0.5 + share / 2), asked_for or 0.0)


def longest_look_up(timeout_ms: int, retries: int) -> float:
    """Seconds the whole look-up can take."""
    return (timeout_ms / 1000) * (retries + 1) + sum(min(FIRST_PAUSE * 2**n, LONGEST_PAUSE) for n in range(retries))
