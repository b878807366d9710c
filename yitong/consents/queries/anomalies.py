"""Tallies of looks and scans by officer, and who stands out among them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, time
from functools import cache
from zoneinfo import ZoneInfo

from django.db.models import Count, Max, Q

from yitong.consents.models import Threshold
from yitong.consents.permissions import looks_visible_to, scans_visible_to
from yitong.consents.rules.anomalies import DEFAULTS, Finding, Tally, clock, findings
from yitong.kernel.calendar import load_calendar
from yitong.kernel.reasons import NotAllowed
from yitong.parties.actors import Actor
from yitong.parties.roles import Permission

SHANGHAI = ZoneInfo("Asia/Shanghai")
SATURDAY = 5


@dataclass(frozen=True, slots=True)
class Review:
    """The findings over [since, until), with the sums they are shares of."""

    since: datetime
    until: datetime
    findings: tuple[Finding, ...]
    limits: dict[str, int]
    looks: int
    officers: int


def thresholds() -> dict[str, int]:
    """The thresholds in use: those changed, the rest at their defaults."""
    changed = dict(Threshold.objects.values_list("code", "value"))
    return {code: changed.get(code, value) for code, value in DEFAULTS.items()}


def anomalies(actor: Actor, *, since: datetime, until: datetime) -> Review:
    """Officers who stand out in [since, until), of the regions the actor supervises. Four statements.

    NotAllowed without ``consents:look:view``.
    """
    if not actor.may(Permission.LOOKS_VIEW):
        raise NotAllowed(Permission.LOOKS_VIEW)
    limits = thresholds()
    tallies = _tallies(actor, since, until, limits)
    return Review(
        since=since,
        until=until,
        findings=tuple(findings(tallies.values(), limits)),
        limits=limits,
        looks=sum(tally.looks for tally in tallies.values()),
        officers=sum(1 for tally in tallies.values() if tally.looks),
    )


def outside_hours(at: datetime, limits: dict[str, int]) -> bool:
    """Whether an instant lies on a day off or before opening or after closing, local time."""
    local = at.astimezone(SHANGHAI)
    return not _working(local.date()) or not clock(limits["opens"]) <= local.time() < clock(limits["closes"])


def late_ids(actor: Actor, *, officer: str, since: datetime, until: datetime) -> list[int]:
    """Ids of one officer's looks outside office hours, newest first."""
    limits = thresholds()
    rows = looks_visible_to(actor).filter(actor_ref=officer, at__gte=since, at__lt=until).order_by("-id")
    return [pk for pk, at in rows.values_list("pk", "at") if outside_hours(at, limits)]


def _tallies(actor: Actor, since: datetime, until: datetime, limits: dict[str, int]) -> dict[str, Tally]:
    # Staff only: a system or another city's client has no office hours, and its quota is watched where it comes in.
    rows = looks_visible_to(actor).filter(at__gte=since, at__lt=until, actor_ref__startswith="staff:")
    counted = rows.values("actor_ref").annotate(
        name=Max("actor_name"),
        department=Max("department_name"),
        department_key=Max("department_id"),
        looks=Count("id"),
        people=Count("holder_key", distinct=True),
        without=Count("holder_key", distinct=True, filter=Q(within_case=False)),
    )
    found = {
        row["actor_ref"]: Tally(
            officer=row["actor_ref"],
            name=row["name"],
            department_id=row["department_key"],
            department=row["department"],
            looks=row["looks"],
            people=row["people"],
            people_without_case=row["without"],
        )
        for row in counted
    }
    for officer, at in rows.values_list("actor_ref", "at").iterator():
        # A look may have been made between the two statements.
        if officer in found and outside_hours(at, limits):
            found[officer] = replace(found[officer], late=found[officer].late + 1)
    return _with_scans(found, actor, since, until)


def _with_scans(found: dict[str, Tally], actor: Actor, since: datetime, until: datetime) -> dict[str, Tally]:
    scans = scans_visible_to(actor).filter(at__gte=since, at__lt=until, actor_ref__startswith="staff:")
    for row in scans.values("actor_ref").annotate(
        name=Max("actor_name"),
        department=Max("department__name"),
        department_key=Max("department_id"),
        scans=Count("id"),
        refused=Count("id", filter=~Q(outcome="ok")),
    ):
        officer = row["actor_ref"]
        known = found.get(officer) or Tally(officer, row["name"], row["department_key"], row["department"] or "")
        found[officer] = replace(known, scans=row["scans"], refused=row["refused"])
    return found


@cache
def _working(day: date) -> bool:
    """Whether people work on ``day``; a day before the first calendar counts as its day of the week says."""
    calendar = load_calendar()
    return calendar.is_workday(day) if calendar.covers(day) else day.weekday() < SATURDAY


def local_midnight(day: date) -> datetime:
    """The instant a local day begins."""
    return datetime.combine(day, time.min, SHANGHAI)


__all__ = ["Review", "anomalies", "late_ids", "local_midnight", "outside_hours", "thresholds"]
