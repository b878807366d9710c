"""What the last face check of a person said."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from yitong.parties import face
from yitong.parties.models import FaceCheck


@dataclass(frozen=True, slots=True)
class FaceState:
    """``result``: passed, failed or none (never checked). ``compares``: whether a face was really compared.

    ``label``: msgid of the adapter's own description; empty when it was never checked or the adapter is gone.
    """

    result: str
    compares: bool = False
    label: str = ""
    at: datetime | None = None


def latest(person_id: int) -> FaceState:
    """The newest check of the person. One statement."""
    row = FaceCheck.objects.filter(person_id=person_id).order_by("-id").first()
    if row is None:
        return FaceState("none")
    used = face.find(row.adapter)
    return FaceState(row.result, used.compares if used else False, used.label if used else "", row.at)
