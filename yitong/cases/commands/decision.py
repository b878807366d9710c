"""The decision and what it makes: 准予 with its licence, or 不予许可 with reasons and remedies (行政许可法 第三十七至四十四条)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime

from django.db import transaction

from yitong.cases.commands import notices
from yitong.cases.commands.basis import lapse_notice
from yitong.cases.commands.delivery import deliver_now
from yitong.cases.commands.journal import begin, finish, happened, require
from yitong.cases.events import CaseDecided, DeemedApproved
from yitong.cases.models import Case, Commitment, Decision, Extension
from yitong.cases.queries import facts as facts_queries
from yitong.cases.rules.basis import ART_34
from yitong.cases.rules.contents import filled
from yitong.cases.rules.deadlines import deemed_result_by, deliver_by, local_date
from yitong.cases.rules.results import licence_data
from yitong.cases.rules.transitions import Action
from yitong.catalog.queries.items import version
from yitong.catalog.records import ItemRecord
from yitong.kernel.calendar import load_calendar
from yitong.kernel.clock import ClockInput, Limit, Unit, due
from yitong.kernel.events import publish
from yitong.kernel.reasons import N_, Reason, Refused
from yitong.licences.commands import issue as issue_licence
from yitong.parties.actors import Actor
from yitong.parties.queries import people
from yitong.parties.queries.organisation import department

ART_38 = "《行政许可法》第三十八条第二款"
REMEDIES = (
    "如不服本决定，可以自收到本决定书之日起六十日内申请行政复议，"
    "或者自收到本决定书之日起六个月内向人民法院提起行政诉讼。"
)
"""Remedies and their terms: 《行政复议法》第二十条, 《行政诉讼法》第四十六条. Offered as the text to start from."""
DECIDED_COLUMNS = (
    "state",
    "outcome",
    "decided_at",
    "deliver_by_on",
    "deliver_by_at",
    "licence",
    "handler",
    "deemed_approved",
    "result_by_at",
)


@transaction.atomic
def decide(
    *,
    actor: Actor,
    case_id: int,
    outcome: str,
    now: datetime,
    reasons: str = "",
    remedies: str = "",
    rev: int | None = None,
) -> Case:
    """Grant or refuse (``outcome``: granted, refused), under an authorisation letter in force.

    A grant issues the licence in the same transaction and is withheld while promised materials are missing. A refusal
    needs ``reasons`` and ``remedies``. An applicant who wished electronic delivery has it at once.
    """
    case, now = begin(Action.DECIDE, actor=actor, case_id=case_id, rev=rev, now=now)
    record = version(case.version_id).record
    facts = facts_queries.authority(case, actor, facts_queries.row_facts(case, record, actor, now), now)
    require(Action.DECIDE, facts_queries.renewal(case, record, facts, now))
    reasons, remedies = _check(case, outcome, reasons, remedies)
    assert actor.staff_id is not None
    settle(case, outcome, now)
    if outcome == "granted":
        _make_result(case, record, actor, now)
        document_id = _approval(case, record, actor, now)
    else:
        document_id = notices.document_id(
            case,
            "refusal_decision",
            actor=actor,
            now=now,
            accepted_on=accepted_on(case),
            reasons=reasons.splitlines(),
            remedies=remedies,
            basis=notices.basis(record),
        )
    Decision.objects.create(
        case=case,
        region_id=case.region_id,
        outcome=outcome,
        reasons=reasons,
        remedies=remedies,
        staff_id=actor.staff_id,
        staff_name=actor.name,
        document_id=document_id,
        decided_at=now,
    )
    _tell(case, record, now)
    data = {"outcome": outcome, "reasons": reasons, "licence": case.licence_id}
    finish(
        case,
        actor=actor,
        now=now,
        tag="decided",
        events=[("decided", data)],
        changed=DECIDED_COLUMNS,
        detail={"outcome": outcome},
    )
    publish(CaseDecided(**happened(case, now), outcome=outcome))
    if (case.delivery_wish or {}).get("method") == "electronic":
        deliver_now(case, record, actor=actor, now=now)
    return case


def _check(case: Case, outcome: str, reasons: str, remedies: str) -> tuple[str, str]:
    if outcome not in ("granted", "refused"):
        raise Refused(Reason("unknown_outcome", N_("Decide to grant or to refuse."), field="outcome"))
    if outcome == "refused":
        return filled("reasons", reasons, law=ART_38), filled("remedies", remedies, law=ART_38)
    if case.provisional_open:
        message = N_("Promised materials are still missing; the result is withheld until they are supplied.")
        raise Refused(Reason("provisional_outstanding", message, field="outcome"))
    if case.basis_lost:
        message = N_(
            "A material this case relies on no longer holds. Have it replaced, record why it still counts, or refuse."
        )
        raise Refused(Reason("basis_lost", message, ART_34, "outcome"))
    # A grant may carry a note; its remedies are nobody's to name.
    return filled("reasons", reasons) if reasons.strip() else "", ""


def settle(case: Case, outcome: str, now: datetime) -> None:
    """What every decision sets: the clock is read no further, ten working days to deliver begin."""
    last = deliver_by(now, load_calendar())
    case.state, case.outcome, case.decided_at, case.handler = "delivering", outcome, now, None
    case.deliver_by_on, case.deliver_by_at = last.due_on, last.due_at
    Extension.objects.filter(case=case, state="requested").update(state="lapsed")
    lapse_notice(case, now)
    if case.committed_by_promise and outcome == "granted":
        spec = version(case.version_id).record.commitment
        assert spec is not None  # sign_commitment asked for it
        limit = Limit(spec.check_within.amount, Unit(spec.check_within.unit))
        check_by = due(ClockInput(now, limit), load_calendar()).due_on
        Commitment.objects.filter(case=case, state="signed").update(check_by_on=check_by)
    elif case.committed_by_promise:
        Commitment.objects.filter(case=case, state="signed").update(state="ended")


def _make_result(case: Case, record: ItemRecord, actor: Actor, now: datetime) -> None:
    """The e-licence, at the same moment as the decision; nothing for an item whose result is none."""
    if not record.result.licence_type:
        return
    case.licence = issue_licence(
        type_code=record.result.licence_type,
        holder_person_id=case.applicant_person_id,
        holder_enterprise_id=case.applicant_enterprise_id,
        holder_name=case.applicant_name,
        data=licence_data(record, case.form, _known(case, now)),
        issuer_department_id=case.department_id,
        region_id=case.region_id,
        case_number=case.number or "",
        valid_years=record.result.valid_years,
        actor=actor,
        now=now,
        item_name=case.item_name,
    )


def _known(case: Case, now: datetime) -> dict[str, str]:
    """The fixed sources a version may name for a licence field."""
    organ = department(case.department_id)
    known = {
        "applicant.name": case.applicant_name,
        "applicant.phone": case.contact_phone,
        "item.name": case.item_name,
        "case.number": case.number or "",
        "department.name": organ.name if organ else "",
        "decision.date": local_date(now).isoformat(),
    }
    if case.applicant_person_id is not None:
        person = people.person(case.applicant_person_id)
        assert person is not None  # foreign key
        birth = person.birth_on.isoformat() if isinstance(person.birth_on, date) else ""
        region = person.region.name if person.region else ""
        own = {"idcard": person.idcard, "address": person.address, "birth_on": birth, "region": region}
        return (
            known
            | {f"applicant.{k}": v for k, v in own.items()}
            | {f"person.{k}": v for k, v in {**own, "name": person.name}.items()}
            | {"applicant.sex": person.get_sex_display(), "person.sex": person.get_sex_display()}
        )
    enterprise = people.enterprise(case.applicant_enterprise_id or 0)
    assert enterprise is not None  # foreign key
    head = enterprise.legal_representative
    company = {
        "uscc": enterprise.uscc,
        "address": enterprise.address,
        "legal_representative": head.name if head else "",
    }
    return (
        known
        | {f"applicant.{k}": v for k, v in company.items()}
        | {f"enterprise.{k}": v for k, v in {**company, "name": enterprise.name}.items()}
    )


def accepted_on(case: Case) -> date | None:
    return local_date(case.accepted_at) if case.accepted_at else None


def _approval(case: Case, record: ItemRecord, actor: Actor, now: datetime) -> int:
    return notices.document_id(
        case,
        "approval_decision",
        actor=actor,
        now=now,
        accepted_on=accepted_on(case),
        content=f"准予{case.applicant_name}“{case.item_name}”的申请。",
        deliver_by=case.deliver_by_on,
        basis=notices.basis(record),
    )


def _tell(case: Case, record: ItemRecord, now: datetime) -> None:
    if case.outcome == "granted":
        notices.tell(case, "case_granted", now=now, result=record.result.name or "办理结果")
    else:
        notices.tell(case, "case_refused", now=now)


@transaction.atomic
def issue_result(*, actor: Actor, case_id: int, now: datetime, rev: int | None = None) -> Case:
    """After a deemed approval the organ issues the approval and the licence, within one working day (DOMAIN B5)."""
    case, now = begin(Action.ISSUE_RESULT, actor=actor, case_id=case_id, rev=rev, now=now)
    record = version(case.version_id).record
    facts = facts_queries.authority(case, actor, facts_queries.row_facts(case, record, actor, now), now)
    require(Action.ISSUE_RESULT, facts)
    _make_result(case, record, actor, now)
    _approval(case, record, actor, now)
    case.result_by_at = None
    data = {"licence": case.licence_id}
    finish(
        case,
        actor=actor,
        now=now,
        tag="cases:result:issued",
        events=[("result_issued", data)],
        changed=["licence", "result_by_at"],
    )
    if (case.delivery_wish or {}).get("method") == "electronic":
        deliver_now(case, record, actor=actor, now=now)
    return case


@transaction.atomic
def deem_case_approved(*, actor: Actor, case_id: int, now: datetime) -> Case:
    """超时默认: a listed item undecided past its statutory end counts as granted. For the sweep alone.

    The statutory end is taken, not the committed one: no list seen says otherwise, and an approval by silence is the
    gravest consequence there is. Never while the clock stands or promised materials are missing.
    """
    case, now = begin(Action.DEEM_APPROVED, actor=actor, case_id=case_id, rev=None, now=now)
    record = version(case.version_id).record
    facts = replace(facts_queries.row_facts(case, record, actor, now), claimed_by="")
    require(Action.DEEM_APPROVED, facts_queries.renewal(case, record, facts, now))
    passed = case.statutory_due_on
    settle(case, "granted", now)
    case.deemed_approved = True
    case.result_by_at = deemed_result_by(now, load_calendar()).due_at
    document_id = notices.document_id(
        case,
        "deemed_approval_notice",
        actor=actor,
        now=now,
        accepted_on=accepted_on(case),
        due_on=passed,
        list_name=record.deemed_approval.list_name,
        basis=record.deemed_approval.basis,
    )
    Decision.objects.create(
        case=case,
        region_id=case.region_id,
        outcome="granted",
        deemed=True,
        staff_name="超时默认",
        document_id=document_id,
        decided_at=now,
    )
    notices.tell(case, "deemed_approved", now=now)
    data = {"due_on": str(passed), "list_name": record.deemed_approval.list_name}
    finish(
        case, actor=actor, now=now, tag="deemed_approved", events=[("deemed_approved", data)], changed=DECIDED_COLUMNS
    )
    publish(DeemedApproved(**happened(case, now)))
    return case
