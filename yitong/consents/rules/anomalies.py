"""Looks that ask for a question: who looked at many people without cases, far more than colleagues, or at night. Pure.

Each finding carries its figure as numerator and denominator, so that the page can say what it is a share of. A finding
is no reproach: it opens the looks behind it, and the supervisor asks.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import time
from enum import StrEnum
from statistics import median

from yitong.kernel.reasons import N_


class Kind(StrEnum):
    NO_CASE = "no_case"
    ABOVE_MEDIAN = "above_median"
    OUTSIDE_HOURS = "outside_hours"
    REFUSED_SCANS = "refused_scans"


NAMES: dict[Kind, str] = {
    Kind.NO_CASE: N_("Many people without a case"),
    Kind.ABOVE_MEDIAN: N_("Far above the department's median"),
    Kind.OUTSIDE_HOURS: N_("Outside office hours"),
    Kind.REFUSED_SCANS: N_("Many refused codes"),
}
DEFINITIONS: dict[Kind, str] = {
    Kind.NO_CASE: N_(
        "People looked at who were no party to the case named, or without a case, of all people the officer looked at; "
        "listed from %(people)s such people on."
    ),
    Kind.ABOVE_MEDIAN: N_(
        "Looks of the officer against the median of the officers of the department who looked at all; listed from "
        "%(factor)s times the median and %(least)s looks on."
    ),
    Kind.OUTSIDE_HOURS: N_(
        "Looks on days off or outside %(opens)s to %(closes)s, of all looks of the officer; listed from %(late)s such looks on."
    ),
    Kind.REFUSED_SCANS: N_(
        "Codes refused as used before, out of date, forged, unknown or for another purpose, of all codes the officer "
        "scanned; listed from %(refused)s refusals on."
    ),
}

DEFAULTS: dict[str, int] = {
    "people": 10,
    "factor": 3,
    "least": 20,
    "opens": 800,
    "closes": 1800,
    "late": 5,
    "refused": 10,
}
"""Ours, for a city hall; kept as data, to be changed on the page. Hours as HHMM."""
TIMES = ("opens", "closes")
"""Those that are times of day."""
LIMITS: dict[str, tuple[int, int]] = {
    "people": (1, 10_000),
    "factor": (2, 100),
    "least": (1, 100_000),
    "opens": (0, 2359),
    "closes": (1, 2359),
    "late": (1, 10_000),
    "refused": (1, 10_000),
}
LABELS: dict[str, str] = {
    "people": N_("People without a case"),
    "factor": N_("Times the department's median"),
    "least": N_("Looks below which the median is not compared"),
    "opens": N_("Office opens"),
    "closes": N_("Office closes"),
    "late": N_("Looks outside office hours"),
    "refused": N_("Refused codes"),
}


@dataclass(frozen=True, slots=True)
class Tally:
    """What one officer did in the period. ``scans`` and ``refused`` count presentation codes."""

    officer: str
    name: str
    department_id: int | None
    department: str
    looks: int = 0
    people: int = 0
    people_without_case: int = 0
    late: int = 0
    scans: int = 0
    refused: int = 0


@dataclass(frozen=True, slots=True)
class Finding:
    """``numerator`` of ``denominator``, as the kind's definition says; a median may be a half."""

    kind: Kind
    officer: str
    name: str
    department: str
    numerator: int
    denominator: float


def clock(value: int) -> time:
    """HHMM as a time of day; ValueError when there is no such time."""
    return time(value // 100, value % 100)


def findings(tallies: Iterable[Tally], limits: Mapping[str, int]) -> list[Finding]:
    """Who stands out, by kind, the highest figure first."""
    known = list(tallies)
    middle = _medians(known)
    found: list[Finding] = []
    for tally in known:
        usual = middle.get(tally.department_id, 0.0)
        figures: list[tuple[Kind, bool, int, float]] = [
            (Kind.NO_CASE, tally.people_without_case >= limits["people"], tally.people_without_case, tally.people),
            (
                Kind.ABOVE_MEDIAN,
                tally.looks >= limits["least"] and tally.looks >= limits["factor"] * usual and usual > 0,
                tally.looks,
                usual,
            ),
            (Kind.OUTSIDE_HOURS, tally.late >= limits["late"], tally.late, tally.looks),
            (Kind.REFUSED_SCANS, tally.refused >= limits["refused"], tally.refused, tally.scans),
        ]
        found += [
            Finding(kind, tally.officer, tally.name, tally.department, numerator, denominator)
            for kind, stands_out, numerator, denominator in figures
            if stands_out
        ]
    order = list(Kind)
    return sorted(found, key=lambda finding: (order.index(finding.kind), -finding.numerator, finding.officer))


def _medians(tallies: list[Tally]) -> dict[int | None, float]:
    looks: dict[int | None, list[int]] = {}
    for tally in tallies:
        if tally.looks:
            looks.setdefault(tally.department_id, []).append(tally.looks)
    return {department: float(median(counts)) for department, counts in looks.items()}
