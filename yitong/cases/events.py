"""What happened to a case, for whoever listens: published inside the command's transaction."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class CaseHappened:
    """What every event says. ``number`` is the case number; ``applicant_*`` are ids, one of them None."""

    case_id: int
    number: str
    at: datetime
    item_id: int
    item_name: str
    department_id: int
    region_id: int
    applicant_person_id: int | None
    applicant_enterprise_id: int | None


@dataclass(frozen=True, slots=True)
class CaseSubmitted(CaseHappened):
    """``version_id``: the item's version it was submitted under."""

    version_id: int


@dataclass(frozen=True, slots=True)
class CaseAccepted(CaseHappened):
    pass


@dataclass(frozen=True, slots=True)
class DeemedAccepted(CaseHappened):
    """Nobody told within five working days (行政许可法 第三十二条第一款第四项)."""


@dataclass(frozen=True, slots=True)
class CorrectionRequested(CaseHappened):
    pass


@dataclass(frozen=True, slots=True)
class CaseDecided(CaseHappened):
    outcome: str = ""


@dataclass(frozen=True, slots=True)
class DeemedApproved(CaseHappened):
    """A listed item was not decided by its statutory end: granted by silence, to the account of the department."""


@dataclass(frozen=True, slots=True)
class DeemedRenewed(CaseHappened):
    """A licence's term ended before its renewal was decided: granted by law, to the account of the department."""


@dataclass(frozen=True, slots=True)
class CaseDelivered(CaseHappened):
    method: str = ""


@dataclass(frozen=True, slots=True)
class CaseClosed(CaseHappened):
    outcome: str = ""


@dataclass(frozen=True, slots=True)
class CommitmentWithdrawn(CaseHappened):
    """The applicant took the commitment back before the decision; the case goes the ordinary way."""


@dataclass(frozen=True, slots=True)
class PromiseExtended(CaseHappened):
    """Force majeure moved the day of a provisional promise. ``promised_on``: the new day, in ISO form."""

    promised_on: str = ""


@dataclass(frozen=True, slots=True)
class PromiseRepaired(CaseHappened):
    """A broken promise no longer bars its applicant. ``kind``: provisional, commitment."""

    kind: str = ""


@dataclass(frozen=True, slots=True)
class PromiseBroken(CaseHappened):
    """A provisional promise ran out, or a commitment proved false: a fact for credit. ``kind``: provisional, commitment."""

    kind: str = ""


@dataclass(frozen=True, slots=True)
class BasisLost(CaseHappened):
    """Materials the case relies on no longer stand. ``standing``: a key of ``rules.basis.LOSSES``; ``materials``: codes."""

    standing: str = ""
    materials: tuple[str, ...] = ()
