"""Whose a licence is, registered here or not. Pure."""

from __future__ import annotations

from dataclasses import dataclass

PERSON, ENTERPRISE = "person", "enterprise"


@dataclass(frozen=True, slots=True)
class Holder:
    """A person (citizen number) or an enterprise (credit code). The ids are None while nobody registered."""

    kind: str
    id_number: str
    name: str
    person_id: int | None = None
    enterprise_id: int | None = None


def normalised(id_number: str) -> str:
    """The number as it is keyed: no blanks, capitals."""
    return "".join(id_number.split()).upper()
