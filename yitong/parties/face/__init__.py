"""Real-name check by face: an adapter chosen by the setting YITONG_FACE_ADAPTER (`local` when unset)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from django.conf import settings

from yitong.kernel.reasons import N_

__all__ = ["FaceCheckAdapter", "FaceResult", "LocalFaceCheck", "adapter", "find", "register"]


@dataclass(frozen=True, slots=True)
class FaceResult:
    """``note`` says in a few words what was compared with what; no picture and no measurement is kept."""

    passed: bool
    note: str


class FaceCheckAdapter(Protocol):
    """``compares`` tells whether a face was really compared: only then does the result prove presence."""

    code: str
    label: str
    compares: bool

    def check(self, *, name: str, idcard: str, evidence: Mapping[str, str]) -> FaceResult:
        """Compare the evidence (what the adapter's own page sent) with the identity."""
        ...


class LocalFaceCheck:
    """Stands in where no authority's service is connected: compares nothing and asks the user to confirm."""

    code = "local"
    label = N_("Local check: no face is compared, your own confirmation is recorded")
    compares = False

    def check(self, *, name: str, idcard: str, evidence: Mapping[str, str]) -> FaceResult:
        """Passed when ``evidence["confirmed"]`` is ``yes``."""
        confirmed = evidence.get("confirmed") == "yes"
        return FaceResult(confirmed, "confirmed by the user" if confirmed else "not confirmed")


_adapters: dict[str, FaceCheckAdapter] = {}


def register(new: FaceCheckAdapter) -> None:
    """Offer an adapter under its code."""
    _adapters[new.code] = new


def adapter() -> FaceCheckAdapter:
    """The adapter in use; LookupError when the setting names one that is not there."""
    code = getattr(settings, "YITONG_FACE_ADAPTER", LocalFaceCheck.code)
    if code not in _adapters:
        raise LookupError(f"YITONG_FACE_ADAPTER is {code!r}; known: {', '.join(sorted(_adapters))}")
    return _adapters[code]


def find(code: str) -> FaceCheckAdapter | None:
    """The adapter with this code, if it is still offered; for records of earlier checks."""
    return _adapters.get(code)


register(LocalFaceCheck())
