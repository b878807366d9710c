"""Review: opinions step by step, stage by stage; site checks by two officers; a step done again."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from yitong.cases.commands.acceptance import step_due
from yitong.cases.commands.journal import EventDraft, begin, finish, require
from yitong.cases.models import Case, CaseStep, Opinion, SiteCheck
from yitong.cases.queries import facts as facts_queries
from yitong.cases.rules.contents import filled
from yitong.cases.rules.transitions import ART_34, Action
from yitong.catalog.queries.items import version
from yitong.kernel.reasons import N_, NotAllowed, Reason, Refused
from yitong.parties.actors import Actor
from yitong.parties.queries.organisation import staff_names
from yitong.parties.roles import Permission

OPINIONS = ("agree", "conditional", "disagree")
MIN_OFFICERS = 2
"""At least two staff check the substance on the spot: 行政许可法 第三十四条第三款."""


@transaction.atomic
def complete_step(
    *, actor: Actor, case_id: int, step_id: int, opinion: str, now: datetime, text: str = "", rev: int | None = None
) -> Case:
    """Give the opinion of an open step: agree, conditional or disagree (the last two with a text).

    When every step of the stage is done the next stage opens; after the last one the case waits for the decision.
    """
    case, now = begin(Action.COMPLETE_STEP, actor=actor, case_id=case_id, rev=rev, now=now)
    record = version(case.version_id).record
    facts = facts_queries.steps(case, facts_queries.row_facts(case, record, actor, now))
    require(Action.COMPLETE_STEP, facts)
    step = _open_step(actor, case, step_id)
    _check_opinion(step, opinion, text)
    assert actor.staff_id is not None
    Opinion.objects.create(
        case=case,
        region_id=case.region_id,
        step=step,
        round=step.round,
        staff_id=actor.staff_id,
        staff_name=actor.name,
        opinion=opinion,
        text=text.strip(),
        at=now,
    )
    step.state, step.completed_at = "done", now
    step.save(update_fields=["state", "completed_at"])
    data = {"step": step.code, "name": step.name, "opinion": opinion, "text": text.strip(), "round": step.round}
    events: list[EventDraft] = [("step_completed", data)]
    changed = _advance(case, now, events)
    finish(case, actor=actor, now=now, tag="cases:step:completed", events=events, changed=changed)
    return case


def _open_step(actor: Actor, case: Case, step_id: int) -> CaseStep:
    """The step, if it is open and this actor's department and role do it."""
    step = CaseStep.objects.filter(case=case, pk=step_id).first()
    if step is None or step.state != "open":
        raise Refused(Reason("step_not_open", N_("This step is not open; look at the case again."), field="step_id"))
    if step.department_id not in actor.department_ids:
        raise NotAllowed("cases:step:complete")
    if step.role == "chief" and not actor.may(Permission.CASE_DECIDE):
        raise Refused(Reason("step_of_chief", N_("This step is the chief representative's."), field="step_id"))
    return step


def _check_opinion(step: CaseStep, opinion: str, text: str) -> None:
    if opinion not in OPINIONS:
        raise Refused(Reason("unknown_opinion", N_("Choose agree, conditional or disagree."), field="opinion"))
    if opinion != "agree" or text.strip():
        filled("text", text)
    if step.kind == "site_check" and not SiteCheck.objects.filter(step=step, round=step.round).exists():
        message = N_("Record the site check of two officers before giving the opinion.")
        raise Refused(Reason("site_check_missing", message, ART_34, "step_id"))


def _advance(case: Case, now: datetime, events: list[EventDraft]) -> list[str]:
    """Open the next stage when this one is done; which columns of the case that changed."""
    rows = list(CaseStep.objects.filter(case=case))
    if any(row.state == "open" for row in rows):
        return []
    waiting = sorted({row.stage for row in rows if row.state == "pending"})
    case.handler = None
    if not waiting:
        case.state, case.stage = "deciding", 0
        events.append(("review_completed", {}))
        return ["state", "stage", "handler"]
    case.stage = waiting[0]
    record = version(case.version_id).record
    for row in (row for row in rows if row.stage == case.stage and row.state == "pending"):
        row.state, row.opened_at, row.due_at = "open", now, step_due(record.step(row.code), now)
        row.save(update_fields=["state", "opened_at", "due_at"])
    events.append(("stage_opened", {"stage": case.stage}))
    return ["stage", "handler"]


@transaction.atomic
def return_to_step(
    *, actor: Actor, case_id: int, step_id: int, reason: str, now: datetime, rev: int | None = None
) -> Case:
    """Have a finished step done again: it opens in a new round, everything after its stage waits again.

    Earlier opinions stay. The clock runs on: going back is the office's own affair.
    """
    case, now = begin(Action.RETURN_TO_STEP, actor=actor, case_id=case_id, rev=rev, now=now)
    record = version(case.version_id).record
    facts = facts_queries.steps(case, facts_queries.row_facts(case, record, actor, now))
    require(Action.RETURN_TO_STEP, facts)
    reason = filled("reason", reason)
    rows = list(CaseStep.objects.filter(case=case).select_for_update())
    target = next((row for row in rows if row.pk == step_id and row.state == "done"), None)
    if target is None:
        raise Refused(Reason("step_not_done", N_("Choose a step that was completed."), field="step_id"))
    for row in rows:
        if row.pk == target.pk:
            row.state, row.round, row.opened_at = "open", row.round + 1, now
            row.due_at, row.completed_at = step_due(record.step(row.code), now), None
        elif row.stage > target.stage and row.state != "pending":
            # A done step of a later stage judged what is now done again.
            row.round = row.round + 1 if row.state == "done" else row.round
            row.state, row.opened_at, row.due_at, row.completed_at = "pending", None, None, None
        else:
            continue
        row.save(update_fields=["state", "round", "opened_at", "due_at", "completed_at"])
    case.state, case.stage, case.handler = "accepted", target.stage, None
    data = {"step": target.code, "name": target.name, "note": reason, "round": target.round}
    finish(
        case,
        actor=actor,
        now=now,
        tag="cases:step:returned",
        events=[("step_returned", data)],
        changed=["state", "stage", "handler"],
    )
    return case


@transaction.atomic
def record_site_check(
    *,
    actor: Actor,
    case_id: int,
    step_id: int,
    officer_ids: Sequence[int],
    findings: str,
    now: datetime,
    rev: int | None = None,
) -> Case:
    """Record a check on the spot: at least two different officers, the one who records among them, and what they found."""
    case, now = begin(Action.RECORD_SITE_CHECK, actor=actor, case_id=case_id, rev=rev, now=now)
    record = version(case.version_id).record
    facts = facts_queries.steps(case, facts_queries.row_facts(case, record, actor, now))
    require(Action.RECORD_SITE_CHECK, facts)
    step = _open_step(actor, case, step_id)
    if step.kind != "site_check":
        raise Refused(Reason("not_a_site_check", N_("This step is no site check."), field="step_id"))
    names = staff_names(set(officer_ids))
    if len(names) < MIN_OFFICERS or len(names) != len(set(officer_ids)) or actor.staff_id not in names:
        message = N_(
            "A site check needs at least two different officers, and the one who records it must be one of them."
        )
        raise Refused(Reason("two_officers", message, ART_34, "officer_ids"))
    findings = filled("findings", findings)
    if SiteCheck.objects.filter(step=step, round=step.round).exists():
        raise Refused(Reason("site_check_recorded", N_("The site check was recorded already."), field="step_id"))
    officers = [{"id": pk, "name": names[pk]} for pk in sorted(names)]
    SiteCheck.objects.create(
        case=case,
        region_id=case.region_id,
        step=step,
        round=step.round,
        officers=officers,
        findings=findings,
        at=now,
    )
    data = {"step": step.code, "officer_ids": sorted(names), "findings": findings}
    finish(case, actor=actor, now=now, tag="cases:site_check:recorded", events=[("site_checked", data)])
    return case
