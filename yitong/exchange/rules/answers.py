"""What a look-up gives: found, absent or unavailable, with where the answer came from and how fresh it is."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from yitong.kernel.reasons import N_, Reason


class Outcome(StrEnum):
    """``absent`` is an answer (the register holds nothing about this holder); ``unavailable`` is none."""

    FOUND = "found"
    ABSENT = "absent"
    UNAVAILABLE = "unavailable"


OUTCOME_WORDS: dict[Outcome, str] = {
    Outcome.FOUND: N_("found"),
    Outcome.ABSENT: N_("the register holds no record"),
    Outcome.UNAVAILABLE: N_("no answer could be had"),
}

WHY_UNAVAILABLE: dict[str, str] = {
    "disabled": N_("This connector is switched off: %(why)s. Ask for the document, or try another source."),
    "circuit_open": N_(
        "The source failed several times and is asked again from %(until)s on. Try later, or ask for the document."
    ),
    "probing": N_("The source failed several times and is being tried by another request. Try again in a minute."),
    "timeout": N_("The source did not answer within %(milliseconds)s milliseconds. Try again in a few minutes."),
    "unreachable": N_("The source cannot be reached. Try again in a few minutes."),
    "forbidden": N_(
        "This connector's address leads where no connector may go, so that nobody was asked. Tell the administrator."
    ),
    "untrusted": N_(
        "The source shows a certificate that is not trusted, so that it was not asked. Tell the administrator."
    ),
    "upstream_error": N_("The source reported a fault of its own (HTTP %(status)s). Try again in a few minutes."),
    "refused": N_(
        "The source refused our request (HTTP %(status)s). Tell the administrator: its access may have ended."
    ),
    "too_large": N_(
        "The source sent more than %(bytes)s bytes, which no single record needs. The administrator has been shown why."
    ),
    "not_json": N_("The source sent something that is not JSON. The administrator has been shown why."),
    "wrong_shape": N_(
        "The source's answer does not have the agreed fields (%(fields)s). The administrator has been shown why."
    ),
    "wrong_person": N_(
        "The source answered about somebody else, so that nothing of it was used. The administrator has been shown why."
    ),
    "sealed": N_("The protected fields of this licence cannot be opened. Tell the registrar of licence types."),
    "unknown_code": N_(
        "The source answered with a result code that is not agreed. The administrator has been shown why."
    ),
}
"""Why there is no answer, in words that say what to do. The keys stand in the log."""


@dataclass(frozen=True, slots=True)
class LookUp:
    """One answer. ``data``: our field names to values as JSON holds them (dates ``YYYY-MM-DD``), empty unless found.

    ``fetched_at``: when the source said so, None when it said nothing; ``cached``: it said so to an earlier call.
    ``reason``: why there is no answer; None otherwise. ``call_id``: the row of the log.
    """

    outcome: Outcome
    data: dict[str, Any]
    fetched_at: datetime | None
    cached: bool
    source_name: str
    connector_code: str
    call_id: int
    reason: Reason | None = None


@dataclass(frozen=True, slots=True)
class Question:
    """What a provider is asked. ``kind``: person or enterprise; ``id_number``: citizen or credit code."""

    kind: str
    id_number: str
    name: str
    purpose: str
    case_number: str
    asked_at: datetime
    request_id: str


@dataclass(frozen=True, slots=True)
class Answer:
    """A provider's answer before it is checked. ``payload``: the record as the source spells it; None: no record."""

    payload: dict[str, Any] | None
    raw: bytes = b""
    status: int | None = None


class NoAnswer(Exception):
    """The source gave no usable answer. ``code``: a key of WHY_UNAVAILABLE; ``again``: another attempt may help.

    ``raw``: what it sent, when that is to be inspected. Holds no personal data outside ``raw``.
    """

    def __init__(
        self,
        code: str,
        *,
        again: bool,
        params: dict[str, Any] | None = None,
        raw: bytes = b"",
        status: int | None = None,
        wait: float | None = None,
    ) -> None:
        super().__init__(code)
        self.code, self.again, self.params = code, again, params or {}
        self.raw, self.status, self.wait = raw, status, wait

    @property
    def reason(self) -> Reason:
        """The same for people."""
        return Reason(self.code, WHY_UNAVAILABLE[self.code], params=self.params)


@dataclass(frozen=True, slots=True)
class ConnectorInfo:
    """What other contexts may know of a connector. ``fields``: (our name, label); ``working``: switched on, circuit not open."""

    code: str
    name: str
    source_name: str
    subject: str
    licence_type: str
    fields: tuple[tuple[str, str], ...]
    enabled: bool
    working: bool
    standin: bool
    cache_seconds: int = 0
    confidential: frozenset[str] = field(default_factory=frozenset)
