"""The facts ``rules.transitions`` looks at, read from the database: as few as an act needs, or all for a list of acts."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from yitong.cases.models import Case, CaseStep, Commitment, CreditRepair, Delivery, Extension, ProvisionalAcceptance
from yitong.cases.rules.deadlines import local_date
from yitong.cases.rules.transitions import CaseFacts
from yitong.catalog.records import ItemRecord
from yitong.licences.queries import renewals
from yitong.parties.actors import Actor
from yitong.parties.queries.authority import decide_refusal
from yitong.parties.queries.organisation import staff_names
from yitong.parties.roles import Permission

BROKEN_STATES = ("overdue", "terminated")
"""A provisional acceptance whose promise was not kept."""


def row_facts(case: Case, record: ItemRecord, actor: Actor, now: datetime) -> CaseFacts:
    """What the row and the version say. No query, or one for the name of another officer who holds the case."""
    # A claim binds the department's own staff; who reviews for another department never holds the case.
    own = case.department_id in actor.department_ids
    other = case.handler_id is not None and actor.staff_id != case.handler_id and own
    names = staff_names({case.handler_id}) if other and case.handler_id is not None else {}
    return CaseFacts(
        state=case.state,
        now=now,
        suspended=case.suspended,
        correction_given=case.correction_given,
        tell_by_at=case.tell_by_at,
        statutory_due_at=case.statutory_due_at,
        claimed_by=names.get(case.handler_id or 0, f"staff {case.handler_id}") if other else "",
        provisional_open=case.provisional_open,
        item_may_be_provisional=any(material.may_be_provisional for material in record.materials),
        provisional_offered=bool(case.provisional_offer),
        item_has_commitment=record.commitment is not None,
        commitment="signed" if case.committed_by_promise else "",
        special_kinds=record.special_procedures,
        extension="approved" if case.extension_days else "",
        extension_limit=case.extension_limit,
        deemed_approval_listed=case.deemed_approval_listed,
        deemed_approved=case.deemed_approved,
        outcome=case.outcome,
        result_owed=result_owed(case, record),
        basis_lost=case.basis_lost,
    )


def result_owed(case: Case, record: ItemRecord) -> bool:
    """Whether a grant still waits for its licence: only after a deemed approval, since a decision issues it at once."""
    return case.outcome == "granted" and case.licence_id is None and bool(record.result.licence_type)


def authority(case: Case, actor: Actor, facts: CaseFacts, now: datetime) -> CaseFacts:
    """With why the actor's letter does not let him decide. One query."""
    if actor.staff_id is None or not actor.may(Permission.CASE_DECIDE):
        return facts
    return replace(facts, authority=decide_refusal(actor.staff_id, case.department_id, local_date(now)))


def renewal(case: Case, record: ItemRecord, facts: CaseFacts, now: datetime) -> CaseFacts:
    """With what silence did to the renewal the case is about. One query, and only where the result can be renewed."""
    if record.result.licence_type not in renewals.renewable_types(now):
        return facts
    return replace(facts, renewal=renewals.silence(case.number or "", local_date(now)))


def extension(case: Case, facts: CaseFacts) -> CaseFacts:
    """With the state of the latest extension. One query."""
    latest = Extension.objects.filter(case=case).order_by("-id").values_list("state", flat=True)
    states = list(latest)
    return replace(facts, extension="approved" if "approved" in states else (states[0] if states else ""))


def steps(case: Case, facts: CaseFacts) -> CaseFacts:
    """With the open steps. One query."""
    rows = list(CaseStep.objects.filter(case=case).values_list("state", "kind"))
    opened = [kind for state, kind in rows if state == "open"]
    return replace(facts, steps_any=len(rows), steps_open=len(opened), site_checks_open=opened.count("site_check"))


def delivery(case: Case, facts: CaseFacts) -> CaseFacts:
    """With the running delivery. One query."""
    states = Delivery.objects.filter(case=case).exclude(state="returned").values_list("state", flat=True)
    return replace(facts, delivery=states.first() or "")


def commitment(case: Case, facts: CaseFacts) -> CaseFacts:
    """With the state of the commitment, and whether it was false and is not repaired. One query."""
    rows = Commitment.objects.filter(case=case).values_list("state", "repaired_at")
    state, repaired_at = rows.first() or ("", None)
    broken = "commitment" if state == "revoked" and repaired_at is None else facts.broken_promise
    return replace(facts, commitment=state, broken_promise=broken)


def provisional(case: Case, facts: CaseFacts) -> CaseFacts:
    """With whether the promised day has passed, and whether the promise was broken and is not repaired. One query."""
    rows = ProvisionalAcceptance.objects.filter(case=case).values_list("promised_until_at", "state", "repaired_at")
    ends, state, repaired_at = rows.first() or (None, "", None)
    passed = ends is not None and facts.now is not None and facts.now > ends
    broken = "provisional" if state in BROKEN_STATES and repaired_at is None else facts.broken_promise
    return replace(facts, provisional_overdue=case.provisional_open and passed, broken_promise=broken)


def repair(case: Case, facts: CaseFacts) -> CaseFacts:
    """With the state of the latest request for credit repair. One query."""
    states = CreditRepair.objects.filter(case=case).order_by("-id").values_list("state", flat=True)
    return replace(facts, repair=states.first() or "")


def credit(case: Case, facts: CaseFacts) -> CaseFacts:
    """With the broken promise of the case, if any, and what became of its repair. Three queries."""
    return repair(case, provisional(case, commitment(case, facts)))


def all_facts(case: Case, record: ItemRecord, actor: Actor, now: datetime) -> CaseFacts:
    """Everything, for the list of possible acts. At most nine queries, whatever the case."""
    facts = row_facts(case, record, actor, now)
    for add in (extension, steps, delivery, commitment, provisional, repair):
        facts = add(case, facts)
    return authority(case, actor, renewal(case, record, facts, now), now)
