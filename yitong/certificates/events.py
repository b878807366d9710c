"""What happened in the certificates context."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class CertificateIssued:
    """A certificate or a data sheet was issued. ``way``: reviewed, instant, sheet. ``code``: its verification code."""

    request_id: int
    number: str
    type_code: str
    way: str
    holder_person_id: int | None
    holder_enterprise_id: int | None
    code: str
    at: datetime


@dataclass(frozen=True, slots=True)
class CertificateRevoked:
    """The department that issued a certificate took it back. ``code``: its verification code."""

    request_id: int
    number: str
    type_code: str
    code: str
    at: datetime


@dataclass(frozen=True, slots=True)
class VerificationAsked:
    """One department asked another about a holder."""

    verification_id: int
    number: str
    case_number: str
    material_code: str
    department_id: int
    at: datetime


@dataclass(frozen=True, slots=True)
class VerificationAnswered:
    """The asked department answered. ``outcome``: confirmed, denied, not_ours. ``case_number`` is empty outside a case."""

    verification_id: int
    case_number: str
    material_code: str
    outcome: str
    at: datetime
