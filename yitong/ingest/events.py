"""What happened to a source, for whoever listens."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class SourceWentStale:
    """Nothing arrived for longer than expected.

    ``contact_name`` and ``contact_phone``: whom the department named, empty for nobody. ``last_at``: the last finished batch, if
    there ever was one.
    """

    source_id: int
    code: str
    name: str
    contact_name: str
    contact_phone: str
    last_at: datetime | None
    at: datetime
