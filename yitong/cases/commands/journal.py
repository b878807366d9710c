"""The frame of every command on a case: lock it, refuse what may not be, write what happened.

``begin`` takes the row lock; ``finish`` writes the events, the changed columns, further rows and the audit entry in one
statement. Between the two the command does its own work. Call both inside one ``transaction.atomic``.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Final

from django.db.models import Model

from yitong.audit.commands.record import record as audit
from yitong.cases import permissions
from yitong.cases.commands import statements
from yitong.cases.models import Case, CaseEvent
from yitong.cases.rules.transitions import Action, CaseFacts, refusals
from yitong.kernel.clock import SHANGHAI
from yitong.kernel.reasons import N_, Conflict, NotAllowed, Reason, Refused
from yitong.parties.actors import Actor
from yitong.storage import writes

CLOCK_TOLERANCE: Final = timedelta(seconds=5)
"""How far two machines' clocks may differ. Within it an act takes the instant of the one before; past it it is refused,
so that no event ever precedes its predecessor and a clock set back is noticed instead of written down."""
EventDraft = tuple[str, Mapping[str, Any]]


class CaseNotFound(NotAllowed):
    """There is no such case for this actor: absent and forbidden look alike from outside."""

    def __init__(self) -> None:
        super().__init__("cases:case:view")


def begin(
    action: Action,
    *,
    actor: Actor,
    case_id: int,
    rev: int | None,
    now: datetime,
    given: bool = False,
) -> tuple[Case, datetime]:
    """The case, locked, and the instant of the act. With ``given``, its materials as ``case.given``.

    Raises CaseNotFound, NotAllowed, Conflict (``rev`` is not the stored one), Refused (the clock was set back).
    """
    case = statements.locked_case(case_id, given=given)
    if case is None:
        raise CaseNotFound
    if not permissions.can(actor, action, case):
        if not permissions.can_view(actor, case):
            raise CaseNotFound
        raise NotAllowed(f"cases:case:{action.value}")
    if rev is not None and rev != case.rev:
        raise Conflict(stale(case))
    if now < case.last_event_at - CLOCK_TOLERANCE:
        raise Refused(moved_back(case))
    return case, instant(case, now)


def instant(case: Case, now: datetime) -> datetime:
    """``now``, or the instant of the last event when that is a moment later: events never run backwards."""
    return max(now, case.last_event_at)


def require(action: Action, facts: CaseFacts) -> None:
    """Refused with every reason of ``transitions.refusals``, if there is one."""
    reasons = refusals(action, facts)
    if reasons:
        raise Refused(*reasons)


def stale(case: Case) -> Reason:
    """Who acted first, what he did and when."""
    return Reason(
        "stale",
        N_("%(who)s acted on this case at %(at)s (%(what)s). Look at it again before you act."),
        params={
            "who": case.last_event_actor,
            "what": case.last_event_kind,
            "at": _local(case.last_event_at),
            "rev": case.rev,
        },
    )


def moved_back(case: Case) -> Reason:
    """The clock reads earlier than what was already written down."""
    return Reason(
        "clock_moved_back",
        N_("The clock reads earlier than the last act on this case (%(at)s). Set the clock right and try again."),
        params={"at": _local(case.last_event_at)},
    )


def _local(moment: datetime) -> str:
    return moment.astimezone(SHANGHAI).strftime("%Y-%m-%d %H:%M:%S")


def subject(case: Case) -> str:
    """What audit entries call the case: its number, or its id while it is a draft."""
    return f"case:{case.number}" if case.number else f"draft:{case.pk}"


def happened(case: Case, now: datetime) -> dict[str, Any]:
    """The fields every event of ``cases.events`` has."""
    return {
        "case_id": case.pk,
        "number": case.number or "",
        "at": now,
        "item_id": case.item_id,
        "item_name": case.item_name,
        "department_id": case.department_id,
        "region_id": case.region_id,
        "applicant_person_id": case.applicant_person_id,
        "applicant_enterprise_id": case.applicant_enterprise_id,
    }


def finish(
    case: Case,
    *,
    actor: Actor,
    now: datetime,
    tag: str,
    events: Sequence[EventDraft],
    changed: Iterable[str] = (),
    rows: Sequence[Model] = (),
    detail: Mapping[str, Any] | None = None,
) -> None:
    """Write the act: ``events`` (kind, data), the columns ``changed`` of the case, new ``rows``, the audit entry.

    ``tag`` is the audit tag's last part, or the whole tag when it holds a colon. ``rows`` get no ids back.
    """
    at = now
    case.rev += 1
    case.last_event_at = at
    case.last_event_kind = events[-1][0] if events else tag
    case.last_event_actor = actor.name or actor.ref
    written: list[Model] = []
    for kind, data in events:
        case.event_count += 1
        written.append(
            CaseEvent(
                case_id=case.pk,
                region_id=case.region_id,
                seq=case.event_count,
                kind=kind,
                at=at,
                actor_ref=actor.ref,
                actor_name=actor.name or actor.ref,
                data=dict(data),
            )
        )
    columns = {*changed, "rev", "event_count", "last_event_at", "last_event_kind", "last_event_actor"}
    with writes.together():
        statements.write(case, sorted(columns), [*written, *rows])
        audit(
            actor_ref=actor.ref,
            tag=tag if ":" in tag else f"cases:case:{tag}",
            subject=subject(case),
            detail={"rev": case.rev, **(detail or {})},
            now=at,
        )
