"""What happened in the catalogue, for those above who listen."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class VersionPublished:
    """A version came into force at ``at``; ``previous_version_id`` left it at the same instant."""

    item_id: int
    version_id: int
    previous_version_id: int | None
    basic_code: str
    name: str
    at: datetime


@dataclass(frozen=True, slots=True)
class ItemRetired:
    """The item can no longer be applied for; cases already received go on under their version."""

    item_id: int
    version_id: int
    basic_code: str
    name: str
    at: datetime
