"""What happened to a licence, for whoever listens: published inside the command's transaction."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class LicenceIssued:
    """A licence was issued, renewed (``way`` renewed, deemed_renewed) or issued again (reissued)."""

    licence_id: int
    identifier: str
    number: str
    type_code: str
    case_number: str
    previous_id: int | None
    way: str
    at: datetime


@dataclass(frozen=True, slots=True)
class LicenceEnded:
    """A licence may no longer be relied on. ``status``: revoked, cancelled, lost, transferred.

    Not published when a newer version takes a valid one's place: what stands in it still holds.
    """

    licence_id: int
    identifier: str
    number: str
    type_code: str
    status: str
    reason: str
    at: datetime


@dataclass(frozen=True, slots=True)
class RenewalDue:
    """A renewable licence ends within its type's notice."""

    licence_id: int
    number: str
    type_code: str
    at: datetime
