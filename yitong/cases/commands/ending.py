"""Endings: withdrawal, termination, and the closing all endings share."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from yitong.cases.commands import notices
from yitong.cases.commands.basis import lapse_notice
from yitong.cases.commands.journal import begin, finish, happened, require
from yitong.cases.events import CaseClosed, PromiseBroken
from yitong.cases.models import Case, Commitment, CorrectionNotice, Extension, ProvisionalAcceptance, SpecialProcedure
from yitong.cases.queries import facts as facts_queries
from yitong.cases.rules.contents import filled
from yitong.cases.rules.deadlines import local_date
from yitong.cases.rules.transitions import Action
from yitong.catalog.queries.items import version
from yitong.kernel.events import publish
from yitong.kernel.reasons import N_, Reason, Refused
from yitong.parties.actors import Actor

GROUNDS = {
    "correction_not_supplied": N_("The correction was not supplied in time"),
    "applicant_gone": N_("The applicant died, lost legal capacity or was dissolved"),
    "impossible": N_("The matter can no longer be carried out (force majeure, change of law)"),
    "no_response": N_("The applicant does not cooperate and the case cannot go on"),
}
"""Grounds on which a case may be terminated; kept a closed list so that nothing is ended for no reason."""


def close(
    case: Case, *, actor: Actor, now: datetime, outcome: str, kind: str, data: Mapping[str, Any], tag: str = ""
) -> None:
    """End an undecided case: whatever is open beside it ends with it, two events, one audit entry."""
    close_children(case, now)
    if case.committed_by_promise:
        Commitment.objects.filter(case=case, state="signed").update(state="ended")
    case.state, case.outcome, case.closed_at = "closed", outcome, now
    case.handler, case.suspended, case.provisional_open = None, False, False
    case.tell_by_on = case.tell_by_at = None
    finish(
        case,
        actor=actor,
        now=now,
        tag=tag or kind,
        events=[(kind, data), ("closed", {"outcome": outcome})],
        changed=[
            "state",
            "outcome",
            "closed_at",
            "handler",
            "suspended",
            "provisional_open",
            "tell_by_on",
            "tell_by_at",
        ],
        detail={"outcome": outcome},
    )
    publish(CaseClosed(**happened(case, now), outcome=outcome))


def close_children(case: Case, now: datetime) -> None:
    """What is open beside a case that ends: correction, special procedure, extension, promise of materials, notice."""
    if case.correction_given or case.state == "correcting":
        CorrectionNotice.objects.filter(case=case, state="open").update(state="lapsed")
    if case.suspended:
        open_ones = SpecialProcedure.objects.filter(case=case, state="open")
        open_ones.update(state="ended", until_on=local_date(now), ended_at=now)
    if case.accepted_at is not None:
        Extension.objects.filter(case=case, state="requested").update(state="lapsed")
    lapse_notice(case, now)
    if case.provisional_open:
        ProvisionalAcceptance.objects.filter(case=case, state="promised").update(state="ended")


@transaction.atomic
def withdraw(*, actor: Actor, case_id: int, now: datetime, reason: str = "", rev: int | None = None) -> Case:
    """The applicant takes the application back, at any time before the decision."""
    case, now = begin(Action.WITHDRAW, actor=actor, case_id=case_id, rev=rev, now=now)
    require(Action.WITHDRAW, facts_queries.row_facts(case, version(case.version_id).record, actor, now))
    reason = filled("reason", reason, most=500) if reason.strip() else ""
    notices.document(case, "withdrawal_notice", actor=actor, now=now, withdrawn_on=local_date(now), reason=reason)
    notices.tell(case, "case_withdrawn", now=now)
    close(case, actor=actor, now=now, outcome="withdrawn", kind="withdrawn", data={"reason": reason})
    return case


@transaction.atomic
def terminate(*, actor: Actor, case_id: int, ground: str, reason: str, now: datetime, rev: int | None = None) -> Case:
    """终止办理 on one of ``GROUNDS``, with the facts in ``reason``.

    For a correction not supplied only once the day given in the notice has passed.
    """
    case, now = begin(Action.TERMINATE, actor=actor, case_id=case_id, rev=rev, now=now)
    record = version(case.version_id).record
    facts = facts_queries.row_facts(case, record, actor, now)
    require(Action.TERMINATE, facts_queries.renewal(case, record, facts, now))
    if ground not in GROUNDS:
        message = N_("Choose a ground: %(grounds)s.")
        raise Refused(Reason("unknown_ground", message, field="ground", params={"grounds": ", ".join(GROUNDS)}))
    reason = filled("reason", reason)
    _check_correction(case, ground, now)
    notices.document(case, "termination_notice", actor=actor, now=now, reason=reason, basis=notices.basis(record))
    notices.tell(case, "case_terminated", now=now, reason=reason[:80])
    close(
        case, actor=actor, now=now, outcome="terminated", kind="terminated", data={"ground": ground, "reason": reason}
    )
    return case


def _check_correction(case: Case, ground: str, now: datetime) -> None:
    """A correcting case ends for want of supply only after its day; any other case cannot end on that ground."""
    if ground != "correction_not_supplied":
        return
    notice = CorrectionNotice.objects.filter(case=case, state="open").first()
    if notice is None or local_date(now) <= notice.supply_by_on:
        raise Refused(
            Reason("still_time_to_supply", N_("The time given for the correction is not over."), field="ground")
        )


@transaction.atomic
def terminate_overdue_case(*, actor: Actor, case_id: int, now: datetime) -> Case:
    """The promised day passed and materials are still owed: terminated, and a fact for credit (DOMAIN B3)."""
    case, now = begin(Action.TERMINATE_OVERDUE, actor=actor, case_id=case_id, rev=None, now=now)
    record = version(case.version_id).record
    facts = facts_queries.provisional(case, facts_queries.row_facts(case, record, actor, now))
    require(Action.TERMINATE_OVERDUE, facts_queries.renewal(case, record, facts, now))
    acceptance = ProvisionalAcceptance.objects.select_for_update().get(case=case)
    acceptance.state = "terminated"
    acceptance.save(update_fields=["state"])
    reason = f"申请人承诺于{notices.words(acceptance.promised_on)}前补齐容缺材料，逾期未补齐。"
    notices.document(case, "termination_notice", actor=actor, now=now, reason=reason, basis=notices.basis(record))
    notices.tell(case, "case_terminated", now=now, reason=reason.rstrip("。"))
    data = {"ground": "provisional_overdue", "reason": reason, "promised_on": acceptance.promised_on.isoformat()}
    close(case, actor=actor, now=now, outcome="terminated", kind="terminated", data=data)
    publish(PromiseBroken(**happened(case, now), kind="provisional"))
    return case
