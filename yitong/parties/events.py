"""What happened in this context. Subscribers run in the publisher's transaction and only write rows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True, slots=True)
class CodeRequested:
    """A one-time code must reach ``phone``. The only place where the code exists in clear; never log this event."""

    phone: str
    code: str
    expires_at: datetime
    dedup_key: str

    def __repr__(self) -> str:
        return f"CodeRequested(dedup_key={self.dedup_key!r})"


@dataclass(frozen=True, slots=True)
class LoggedIn:
    account_id: int
    provider: str
    at: datetime


@dataclass(frozen=True, slots=True)
class PersonRegistered:
    person_id: int
    at: datetime


@dataclass(frozen=True, slots=True)
class PhoneChanged:
    """A counter changed a person's phone. ``old`` is empty when there was none or it stays; ``logs_in``: with it."""

    person_id: int
    old: str
    new: str
    logs_in: bool
    at: datetime

    def __repr__(self) -> str:
        return f"PhoneChanged(person_id={self.person_id!r})"


@dataclass(frozen=True, slots=True)
class EnterpriseRegistered:
    enterprise_id: int
    at: datetime


@dataclass(frozen=True, slots=True)
class MandateGiven:
    mandate_id: int
    agent_person_id: int
    at: datetime


@dataclass(frozen=True, slots=True)
class LetterRevoked:
    letter_id: int
    staff_id: int
    department_id: int
    revoked_on: date
    at: datetime
