"""The log of looks: for the holder who asks who looked, and for the supervisor who asks why."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet

from yitong.audit import queries as audit
from yitong.consents.models import AccessEntry, CodeScan
from yitong.consents.permissions import looks_visible_to, scans_visible_to
from yitong.consents.rules.anomalies import Kind
from yitong.parties.actors import Actor


@dataclass(frozen=True, slots=True)
class LookFilters:
    """``text``: beginning of a case number, an officer's name or a licence type. ``kind``: what an anomaly is about."""

    since: datetime | None = None
    until: datetime | None = None
    officer: str = ""
    department_id: int | None = None
    text: str = ""
    kind: str = ""


def log_of(actor: Actor, filters: LookFilters | None = None) -> QuerySet[AccessEntry]:
    """Who looked at the licences of the actor and of those he acts for, newest first."""
    return looks(actor, filters or LookFilters())


def looks(actor: Actor, filters: LookFilters) -> QuerySet[AccessEntry]:
    """The looks the actor may list, newest first. ``outside_hours`` is not a filter of the database: see ``anomalies``."""
    rows = looks_visible_to(actor).filter(_within(filters)).order_by("-id")
    if filters.officer:
        rows = rows.filter(actor_ref=filters.officer)
    if filters.department_id:
        rows = rows.filter(department_id=filters.department_id)
    if filters.kind == Kind.NO_CASE:
        rows = rows.filter(within_case=False)
    if filters.text:
        text = filters.text
        rows = rows.filter(Q(case_number__startswith=text) | Q(actor_name=text) | Q(licence_name__startswith=text))
    return rows


def scans_of(actor: Actor, filters: LookFilters | None = None) -> QuerySet[CodeScan]:
    """Scans of the actor's codes, or for a supervisor those of his regions, newest first."""
    filters = filters or LookFilters()
    rows = scans_visible_to(actor).filter(_within(filters)).select_related("department").order_by("-id")
    if filters.officer:
        rows = rows.filter(actor_ref=filters.officer)
    return rows.exclude(outcome="ok") if filters.kind == Kind.REFUSED_SCANS else rows


def receipt(actor: Actor, look_id: int) -> dict[str, Any] | None:
    """The audit log's proof of one look, which ``yitong audit verify`` checks offline; None until it is sequenced."""
    entry = looks_visible_to(actor).filter(pk=look_id).first()
    return audit.receipt(f"look:{entry.pk}") if entry is not None else None


def untouched(entry: AccessEntry) -> bool:
    """Whether the look still says what it said when it was written: its digest, computed anew, is the one it carries."""
    return entry.content_digest() == entry.digest


def _within(filters: LookFilters) -> Q:
    found = Q()
    if filters.since is not None:
        found &= Q(at__gte=filters.since)
    if filters.until is not None:
        found &= Q(at__lt=filters.until)
    return found
