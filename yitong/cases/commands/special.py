"""Special procedures: time that does not count, told in writing (行政许可法 第四十五条)."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from yitong.cases.commands import clock, notices
from yitong.cases.commands.journal import begin, finish, require
from yitong.cases.models import Case, SpecialProcedure
from yitong.cases.queries.facts import row_facts
from yitong.cases.rules.clock_replay import ClockEvent
from yitong.cases.rules.contents import filled
from yitong.cases.rules.deadlines import local_date
from yitong.cases.rules.transitions import ART_45, Action
from yitong.catalog.queries.items import version
from yitong.kernel.calendar import load_calendar
from yitong.kernel.reasons import N_, Reason, Refused
from yitong.parties.actors import Actor

MAX_PLANNED_DAYS = 365


@transaction.atomic
def start_special_procedure(
    *,
    actor: Actor,
    case_id: int,
    kind: str,
    reason: str,
    planned_days: int,
    now: datetime,
    rev: int | None = None,
) -> Case:
    """Stop both clocks from today on, for one of the kinds the published record names, with the days it will take.

    The written notice with the time needed goes out in the same transaction: without it nothing stops.
    """
    case, now = begin(Action.START_SPECIAL_PROCEDURE, actor=actor, case_id=case_id, rev=rev, now=now)
    record = version(case.version_id).record
    require(Action.START_SPECIAL_PROCEDURE, row_facts(case, record, actor, now))
    if kind not in record.special_procedures:
        message = N_("The published record of this item allows: %(kinds)s.")
        allowed = "、".join(notices.SPECIAL_WORDS[name] for name in record.special_procedures)
        raise Refused(Reason("kind_not_allowed", message, ART_45, "kind", {"kinds": allowed}))
    if not 1 <= planned_days <= MAX_PLANNED_DAYS:
        message = N_("Tell the applicant how many working days it takes: 1 to %(most)s.")
        raise Refused(Reason("planned_days", message, ART_45, "planned_days", {"most": MAX_PLANNED_DAYS}))
    reason = filled("reason", reason, law=ART_45)
    today = local_date(now)
    procedure = SpecialProcedure.objects.create(
        case=case,
        region_id=case.region_id,
        kind=kind,
        reason=reason,
        planned_days=planned_days,
        planned_until_on=load_calendar().nth_workday_after(today, planned_days),
        from_on=today,
        started_by_name=actor.name,
        started_at=now,
    )
    data = {
        "procedure": procedure.pk,
        "kind": kind,
        "reason": reason,
        "from_on": today.isoformat(),
        "planned_days": planned_days,
    }
    clock.apply(case, [*clock.events_of(case.pk), ClockEvent("special_started", data)])
    case.suspended = True
    _tell_start(case, procedure, actor, now)
    finish(
        case,
        actor=actor,
        now=now,
        tag="cases:special_procedure:started",
        events=[("special_started", data)],
        changed=clock.DUE_COLUMNS,
        detail={"kind": kind, "planned_days": planned_days},
    )
    return case


def _tell_start(case: Case, procedure: SpecialProcedure, actor: Actor, now: datetime) -> None:
    word = notices.SPECIAL_WORDS[procedure.kind]
    notices.document(
        case,
        "special_procedure_notice",
        actor=actor,
        now=now,
        procedure_name=word,
        reason=procedure.reason,
        planned_days=str(procedure.planned_days),
        from_on=procedure.from_on,
        planned_until=procedure.planned_until_on,
    )
    notices.tell(
        case,
        "special_procedure_started",
        now=now,
        started_on=notices.words(procedure.from_on),
        kind=word,
        days=procedure.planned_days,
    )


@transaction.atomic
def end_special_procedure(
    *, actor: Actor, case_id: int, now: datetime, result: str = "", rev: int | None = None
) -> Case:
    """Both clocks run again, and today counts. One that began today cost no day."""
    case, now = begin(Action.END_SPECIAL_PROCEDURE, actor=actor, case_id=case_id, rev=rev, now=now)
    record = version(case.version_id).record
    require(Action.END_SPECIAL_PROCEDURE, row_facts(case, record, actor, now))
    result = filled("result", result) if result.strip() else ""
    procedure = SpecialProcedure.objects.select_for_update().get(case=case, state="open")
    procedure.state, procedure.until_on, procedure.ended_at = "ended", local_date(now), now
    procedure.result = result
    procedure.save(update_fields=["state", "until_on", "ended_at", "result"])
    data = {"procedure": procedure.pk, "until_on": local_date(now).isoformat(), "result": result}
    clock.apply(case, [*clock.events_of(case.pk), ClockEvent("special_ended", data)])
    word = notices.SPECIAL_WORDS[procedure.kind]
    notices.document(
        case,
        "special_procedure_end",
        actor=actor,
        now=now,
        procedure_name=word,
        from_on=procedure.from_on,
        until_on=procedure.until_on,
        result=result,
        statutory_due_on=case.statutory_due_on,
        committed_due_on=case.committed_due_on,
    )
    notices.tell(case, "special_procedure_ended", now=now, kind=word, due_on=notices.words(case.committed_due_on))
    finish(
        case,
        actor=actor,
        now=now,
        tag="cases:special_procedure:ended",
        events=[("special_ended", data)],
        changed=clock.DUE_COLUMNS,
    )
    return case
