"""The circuit of one connector: after repeated failures nobody asks for a while, then one request tries.

closed --(THRESHOLD failures in a row)--> open --(wait over: one probe)--> half_open --success--> closed
                                            ^------------------ failure: wait twice as long ---------'
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

THRESHOLD = 3
"""Failures in a row, each after its own repeated attempts."""
FIRST_WAIT, LONGEST_WAIT = timedelta(seconds=15), timedelta(minutes=5)


class State(StrEnum):
    CLOSED = "closed"
    OPEN = "open"
    HALF_OPEN = "half_open"


class Gate(StrEnum):
    """What a request may do: ask; ask as the one probe; not ask."""

    ASK = "ask"
    PROBE = "probe"
    OPEN = "circuit_open"
    PROBING = "probing"


@dataclass(frozen=True, slots=True)
class Circuit:
    """``failures``: in a row while closed; ``openings``: in a row without a success between; ``retry_at``: when open, from
    when on a probe may go; ``probe_until``: when half-open, until when the probe is taken for alive."""

    state: State = State.CLOSED
    failures: int = 0
    openings: int = 0
    retry_at: datetime | None = None
    probe_until: datetime | None = None


def gate(circuit: Circuit, now: datetime) -> Gate:
    """What the next request may do. A half-open circuit whose probe never came back lets another one try."""
    if circuit.state is State.CLOSED:
        return Gate.ASK
    if circuit.state is State.OPEN:
        return Gate.PROBE if circuit.retry_at is None or circuit.retry_at <= now else Gate.OPEN
    return Gate.PROBE if circuit.probe_until is None or circuit.probe_until <= now else Gate.PROBING


def probing(circuit: Circuit, now: datetime, longest: timedelta) -> Circuit:
    """The circuit while a probe that takes at most ``longest`` is under way."""
    return replace(circuit, state=State.HALF_OPEN, probe_until=now + longest)


def after(circuit: Circuit, *, ok: bool, probe: bool, now: datetime) -> Circuit:
    """The circuit after one request came back. ``ok``: the source answered usably (absent is an answer).

    A request that was under way before the circuit opened says nothing about now: it changes an open circuit neither way.
    """
    if not probe and circuit.state is not State.CLOSED:
        return circuit
    if ok:
        return Circuit()
    failures = circuit.failures + 1
    if not probe and failures < THRESHOLD:
        return replace(circuit, failures=failures)
    openings = circuit.openings + 1
    return Circuit(State.OPEN, failures, openings, now + wait(openings))


def wait(openings: int) -> timedelta:
    """15 s, 30 s, 1 min … at most 5 min: a source that is down for hours is asked 12 times an hour, by one request each."""
    return min(FIRST_WAIT * 2 ** min(openings - 1, 10), LONGEST_WAIT)
