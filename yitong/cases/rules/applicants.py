"""Who an application is for."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Applicant:
    """A person or an enterprise, by id; exactly one of both."""

    person_id: int | None = None
    enterprise_id: int | None = None

    def __post_init__(self) -> None:
        if (self.person_id is None) == (self.enterprise_id is None):
            raise ValueError("an applicant is one person or one enterprise")
