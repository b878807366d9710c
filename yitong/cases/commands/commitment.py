"""告知承诺: the applicant promises that the conditions are met, the organ decides at once and checks later (国办发〔2020〕42号)."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction

from yitong.cases.commands import notices
from yitong.cases.commands.journal import EventDraft, begin, finish, happened, require
from yitong.cases.events import PromiseBroken
from yitong.cases.models import Case, Commitment
from yitong.cases.queries import facts as facts_queries
from yitong.cases.rules.contents import filled
from yitong.cases.rules.deadlines import local_date
from yitong.cases.rules.transitions import Action
from yitong.catalog.queries.items import version
from yitong.catalog.rules.scenarios import selected
from yitong.kernel.events import publish
from yitong.kernel.reasons import N_, NotAllowed, Reason, Refused
from yitong.licences.commands import revoke as revoke_licence
from yitong.parties.actors import Actor
from yitong.parties.roles import Permission

RESULTS = ("pass", "rectify", "revoke")


@transaction.atomic
def sign_commitment(*, actor: Actor, case_id: int, now: datetime, rev: int | None = None) -> Case:
    """Sign the commitment as told in the version: content, liability, how it will be checked.

    It stands for every material that may be replaced by a commitment. Barred after an earlier false one until repaired.
    """
    case, now = begin(Action.SIGN_COMMITMENT, actor=actor, case_id=case_id, rev=rev, now=now)
    record = version(case.version_id).record
    require(Action.SIGN_COMMITMENT, facts_queries.commitment(case, facts_queries.row_facts(case, record, actor, now)))
    if _broken_commitment(case):
        message = N_("An earlier commitment proved false; this way is open again only after credit repair.")
        raise Refused(Reason("promise_broken", message, "国办发〔2020〕42号"))
    spec = record.commitment
    assert spec is not None  # the guard asked for it
    chosen = selected(record, case.answers, case.form).materials
    Commitment.objects.create(
        case=case,
        region_id=case.region_id,
        content=spec.content,
        liability=spec.liability,
        check_method=spec.check_method,
        materials=[material.code for material in chosen if material.may_be_commitment],
        signed_by_ref=actor.ref,
        signed_by_name=actor.name if not actor.is_staff else case.applicant_name,
        signed_at=now,
    )
    case.committed_by_promise = True
    events: list[EventDraft] = [] if case.state == "draft" else [("commitment_signed", {})]
    finish(case, actor=actor, now=now, tag="cases:commitment:signed", events=events, changed=["committed_by_promise"])
    return case


def _broken_commitment(case: Case) -> bool:
    return Commitment.objects.filter(
        case__applicant_person=case.applicant_person_id,
        case__applicant_enterprise=case.applicant_enterprise_id,
        state="revoked",
        repaired_at=None,
    ).exists()


@transaction.atomic
def check_commitment(
    *,
    actor: Actor,
    case_id: int,
    result: str,
    findings: str,
    now: datetime,
    rectify_by: date | None = None,
    rev: int | None = None,
) -> Case:
    """After the grant: pass, rectify (by a day), or revoke. Revoking takes the licence back and needs the right to do so."""
    case, now = begin(Action.CHECK_COMMITMENT, actor=actor, case_id=case_id, rev=rev, now=now)
    record = version(case.version_id).record
    require(Action.CHECK_COMMITMENT, facts_queries.commitment(case, facts_queries.row_facts(case, record, actor, now)))
    findings = filled("findings", findings)
    commitment = Commitment.objects.select_for_update().get(case=case)
    if result not in RESULTS:
        raise Refused(Reason("unknown_result", N_("Choose pass, rectify or revoke."), field="result"))
    if result == "rectify" and (rectify_by is None or rectify_by <= local_date(now)):
        raise Refused(Reason("rectify_by", N_("Give a coming day by which it must be put right."), field="rectify_by"))
    commitment.state = {"pass": "passed", "rectify": "rectifying", "revoke": "revoked"}[result]
    commitment.checked_at, commitment.checked_by_name = now, actor.name
    commitment.findings, commitment.rectify_by_on = findings, rectify_by if result == "rectify" else None
    commitment.save()
    if result == "revoke":
        _revoke(case, findings, actor, now)
    data = {"result": result, "findings": findings, "rectify_by": str(rectify_by) if rectify_by else None}
    finish(
        case,
        actor=actor,
        now=now,
        tag="cases:commitment:checked",
        events=[("commitment_checked", data)],
        detail={"result": result},
    )
    if result == "revoke":
        publish(PromiseBroken(**happened(case, now), kind="commitment"))
    return case


def _revoke(case: Case, findings: str, actor: Actor, now: datetime) -> None:
    if not actor.may(Permission.LICENCE_REVOKE):
        raise NotAllowed(Permission.LICENCE_REVOKE)
    if case.licence_id is not None:
        revoke_licence(licence_id=case.licence_id, reason=f"承诺不实：{findings[:150]}", actor=actor, now=now)


def commitment_letter(case: Case, *, actor: Actor, now: datetime) -> None:
    """Issue the signed commitment as a document; the submission does it once the case has a number."""
    signed = Commitment.objects.get(case=case)
    notices.document(
        case,
        "commitment_letter",
        actor=actor,
        now=now,
        content=signed.content,
        promise="申请人已知晓告知的全部内容，承诺符合办理条件，所提供的信息真实、合法、有效。",
        liability=signed.liability,
        check_method=signed.check_method,
        signed_on=local_date(signed.signed_at),
    )
