"""What happened here, for the contexts above."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class ConsentGranted:
    """``case_number`` is empty when the consent is for no particular case."""

    consent_id: int
    case_number: str
    licence_ids: tuple[int, ...]
    type_codes: tuple[str, ...]
    at: datetime


@dataclass(frozen=True, slots=True)
class ConsentRevoked:
    """``licence_ids``: those the consent named and those that were looked at under it."""

    consent_id: int
    case_number: str
    licence_ids: tuple[int, ...]
    at: datetime


@dataclass(frozen=True, slots=True)
class CodePresented:
    """A counter took licences that were offered by presentation code. ``person_id`` showed the code."""

    code_id: int
    consent_id: int
    case_number: str
    licence_ids: tuple[int, ...]
    person_id: int
    actor_ref: str
    at: datetime
