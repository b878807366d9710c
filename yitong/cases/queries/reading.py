"""One case for one actor, and what happened to it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from yitong.cases.models import Case, CaseEvent, CaseStep
from yitong.cases.permissions import visible_to
from yitong.parties.actors import Actor

RELATED = (
    "item",
    "version",
    "department",
    "region",
    "handler",
    "applicant_person",
    "applicant_enterprise",
    "agent_person",
    "licence",
)


class CaseNotVisible(LookupError):
    """No such case for this actor; a page answers 404 and never says which."""


def rows(actor: Actor) -> QuerySet[Case]:
    """Visible cases with what a page shows of their neighbours, in one query."""
    return visible_to(actor).select_related(*RELATED)


def case_for(actor: Actor, number: str) -> Case:
    """The case with ``number`` as ``actor`` sees it; CaseNotVisible otherwise. One query."""
    # PostgreSQL refuses to compare a zero byte, and no number has one.
    case = rows(actor).filter(number=number.replace("\x00", "")).first()
    if case is None:
        raise CaseNotVisible(number)
    return case


def case_by_id(actor: Actor, case_id: int) -> Case:
    """As ``case_for``, by id; also finds the actor's own drafts."""
    case = rows(actor).filter(pk=case_id).first()
    if case is None:
        raise CaseNotVisible(str(case_id))
    return case


def draft_token(actor: Actor, case_id: int) -> str | None:
    """The token the draft was started with, if any; None for a case ``actor`` cannot see. One query."""
    return visible_to(actor).filter(pk=case_id).values_list("client_token", flat=True).first()


def case_of_token(token: str) -> Case | None:
    """The case a client token started (loading: to find again what was begun). One query."""
    return Case.objects.filter(client_token=token).order_by("id").first()


def step_ids(case_id: int) -> dict[str, int]:
    """Ids of the case's review steps by their code in the version. One query."""
    return dict(CaseStep.objects.filter(case_id=case_id).values_list("code", "id"))


@dataclass(frozen=True, slots=True)
class TimelineEntry:
    """One act as the timeline tells it. ``data`` is the event's; ``actor_name`` is empty where the platform acted by itself."""

    seq: int
    kind: str
    at: datetime
    actor_name: str
    data: dict[str, Any]


def timeline(actor: Actor, case: Case) -> list[TimelineEntry]:
    """Every act on a case ``actor`` can see, oldest first. One query.

    Applicants see what was done, not which officer claimed or handed over, and no internal opinions.
    """
    events = CaseEvent.objects.filter(case=case).order_by("seq")
    if not actor.is_staff:
        events = events.exclude(kind__in=["claimed", "handed_over", "extension_requested", "extension_refused"])
    return [_entry(actor, event) for event in events]


_INTERNAL = frozenset({"text", "officer_ids", "findings", "note", "to_staff_id"})


def _entry(actor: Actor, event: CaseEvent) -> TimelineEntry:
    data = event.data
    if not actor.is_staff:
        data = {key: value for key, value in data.items() if key not in _INTERNAL}
    by_itself = event.actor_ref.startswith("system:")
    return TimelineEntry(event.seq, event.kind, event.at, "" if by_itself else event.actor_name, data)
