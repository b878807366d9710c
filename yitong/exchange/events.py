"""What happened in the exchange."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class CircuitOpened:
    """A source failed so often that it is not asked until ``retry_at``."""

    connector_code: str
    retry_at: datetime
    at: datetime


@dataclass(frozen=True, slots=True)
class CircuitClosed:
    """A source answers again."""

    connector_code: str
    at: datetime
