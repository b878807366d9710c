"""信用修复: after a broken promise the applicant shows that it was made good; the head of the department opens the way again.

Who broke a promise may neither promise materials nor commit himself until repair (DOMAIN B3; 国办发〔2020〕42号: 信用修复前不适用
告知承诺制; 国办发〔2020〕49号: 纠正失信行为、消除不良影响的，均可申请信用修复). Each broken promise is repaired on its own case.
"""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from yitong.cases.commands import notices
from yitong.cases.commands.journal import begin, finish, happened, require
from yitong.cases.events import PromiseRepaired
from yitong.cases.models import Case, Commitment, CreditRepair, ProvisionalAcceptance
from yitong.cases.queries import facts as facts_queries
from yitong.cases.rules.contents import filled
from yitong.cases.rules.transitions import Action, CaseFacts
from yitong.catalog.queries.items import version
from yitong.documents.commands.uploads import assign
from yitong.kernel.events import publish
from yitong.parties.actors import Actor

MOST = 2000
"""Characters of a reason."""


def _facts(case: Case, actor: Actor, now: datetime) -> CaseFacts:
    record = version(case.version_id).record
    return facts_queries.credit(case, facts_queries.row_facts(case, record, actor, now))


@transaction.atomic
def request_repair(
    *,
    actor: Actor,
    case_id: int,
    reason: str,
    now: datetime,
    stored_file_id: int | None = None,
    rev: int | None = None,
) -> Case:
    """Ask for repair of the promise broken in this case: how it was made good, with a file that shows it, if any.

    Only the uploader's own file (NotAllowed otherwise). One request waits at a time; a refused one may be made anew.
    """
    case, now = begin(Action.REQUEST_REPAIR, actor=actor, case_id=case_id, rev=rev, now=now)
    facts = _facts(case, actor, now)
    require(Action.REQUEST_REPAIR, facts)
    reason = filled("reason", reason, most=MOST)
    if stored_file_id is not None:
        assign(stored_file_id=stored_file_id, subject=notices.case_subject(case), actor=actor)
    CreditRepair.objects.create(
        case=case,
        region_id=case.region_id,
        kind=facts.broken_promise,
        reason=reason,
        stored_file_id=stored_file_id,
        requested_by_ref=actor.ref,
        requested_by_name=actor.name,
        requested_at=now,
    )
    data = {"kind": facts.broken_promise, "reason": reason}
    finish(
        case,
        actor=actor,
        now=now,
        tag="cases:repair:requested",
        events=[("repair_requested", data)],
        detail={"kind": facts.broken_promise},
    )
    return case


@transaction.atomic
def approve_repair(*, actor: Actor, case_id: int, reason: str, now: datetime, rev: int | None = None) -> Case:
    """The promise counts as made good, for the ``reason`` given: this case bars its applicant no longer."""
    case, now = begin(Action.APPROVE_REPAIR, actor=actor, case_id=case_id, rev=rev, now=now)
    facts = _facts(case, actor, now)
    require(Action.APPROVE_REPAIR, facts)
    _answer(case, "approved", reason, actor, now)
    broken = Commitment if facts.broken_promise == "commitment" else ProvisionalAcceptance
    broken._default_manager.filter(case=case).update(repaired_at=now)
    publish(PromiseRepaired(**happened(case, now), kind=facts.broken_promise))
    return case


@transaction.atomic
def refuse_repair(*, actor: Actor, case_id: int, reason: str, now: datetime, rev: int | None = None) -> Case:
    """Not made good yet, for the ``reason`` given; the applicant may ask again."""
    case, now = begin(Action.REFUSE_REPAIR, actor=actor, case_id=case_id, rev=rev, now=now)
    require(Action.REFUSE_REPAIR, _facts(case, actor, now))
    _answer(case, "refused", reason, actor, now)
    return case


def _answer(case: Case, state: str, reason: str, actor: Actor, now: datetime) -> None:
    reason = filled("reason", reason, most=MOST)
    repair = CreditRepair.objects.select_for_update().get(case=case, state="requested")
    repair.state, repair.answered_at, repair.answer_reason = state, now, reason
    repair.answered_by_ref, repair.answered_by_name = actor.ref, actor.name
    repair.save()
    notices.tell(case, f"credit_repair_{state}", now=now, reason=reason[:60])
    data = {"kind": repair.kind, "reason": reason}
    finish(
        case,
        actor=actor,
        now=now,
        tag=f"cases:repair:{state}",
        events=[(f"repair_{state}", data)],
        detail={"kind": repair.kind},
    )
