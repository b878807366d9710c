"""Submission: a draft becomes a case with a number, a receipt and five working days to be told."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django.db import transaction

from yitong.cases.commands import clock, notices, numbers
from yitong.cases.commands.commitment import commitment_letter
from yitong.cases.commands.drafts import sized, start_draft
from yitong.cases.commands.journal import begin, finish, happened, require, stale
from yitong.cases.commands.materials import attach_material, attach_paper
from yitong.cases.commands.provisional import offer_provisional
from yitong.cases.commands.renewal import choose_renewal
from yitong.cases.commands.verification import ask_departments
from yitong.cases.events import CaseSubmitted
from yitong.cases.models import Case
from yitong.cases.queries.facts import row_facts
from yitong.cases.rules.applicants import Applicant
from yitong.cases.rules.deadlines import local_date, tell_by
from yitong.cases.rules.searching import number_tokens, scope_tokens, tokens
from yitong.cases.rules.transitions import Action
from yitong.catalog.queries.items import PublishedItem, version
from yitong.catalog.rules.forms import kept, validate
from yitong.catalog.rules.scenarios import Selection, check_answers, selected
from yitong.kernel.calendar import load_calendar
from yitong.kernel.events import publish
from yitong.kernel.reasons import N_, Conflict, NotAllowed, Reason, Refused
from yitong.parties.actors import Actor
from yitong.parties.roles import Permission
from yitong.storage import writes

SUBMITTED_COLUMNS = (
    "number",
    "state",
    "form",
    "client_token",
    "submitted_at",
    "received_at",
    "tell_by_on",
    "tell_by_at",
    "search",
)
FORMS = {
    "file": "电子",
    "licence": "电子证照（免提交）",
    "paper": "纸质",
    "connector": "数据共享（免提交）",
    "archive": "档案复用（免提交）",
    "verification": "部门核验（免提交）",
}


@transaction.atomic
def submit(
    *, actor: Actor, case_id: int, now: datetime, rev: int | None = None, client_token: str | None = None
) -> Case:
    """Hand the draft in: check everything, take a number, give the receipt.

    Idempotent by ``client_token`` (of the draft, or of this submission): a second one returns the case as it is. Three
    statements. Raises Refused with one reason per unanswered question, wrong field and missing material.
    """
    case, now = begin(Action.SUBMIT, actor=actor, case_id=case_id, rev=None, now=now, given=True)
    if client_token and case.state != "draft" and case.client_token == client_token:
        return case
    # Only now: a double click carries the old rev, and is no conflict with itself.
    if rev is not None and rev != case.rev:
        raise Conflict(stale(case))
    item = version(case.version_id)
    require(Action.SUBMIT, row_facts(case, item.record, actor, now))
    selection = selected(item.record, case.answers, case.form)
    given: list[dict[str, Any]] = case.given  # type: ignore[attr-defined]
    reasons = _reasons(case, item, selection, {row["code"] for row in given})
    if reasons:
        raise Refused(*reasons)
    _fill(case, selection, now, client_token)
    case.number = numbers.take(item.implementation_code, local_date(now))
    # Plain str: the index holds tokens, not the vector Django reads back.
    words = [*tokens(case.applicant_name, case.item_name), *number_tokens(case.number)]
    case.search = sorted({*words, *scope_tokens(case.department_id, case.region_id, case.filed_region_id)})
    data = {"received_at": now.isoformat(), "tell_by_on": str(case.tell_by_on), "channel": case.channel}
    with writes.together():
        _give_receipt(case, item, given, actor, now)
        if case.committed_by_promise:
            commitment_letter(case, actor=actor, now=now)
        finish(case, actor=actor, now=now, tag="submitted", events=[("submitted", data)], changed=SUBMITTED_COLUMNS)
    if any(row["source"] == "verification" for row in given):
        ask_departments(case, now)
    _publish(case, now)
    return case


def _fill(case: Case, selection: Selection, now: datetime, client_token: str | None) -> None:
    told = tell_by(now, clock.closing(), load_calendar())
    case.state = "submitted"
    case.form = kept(selection, case.form)
    case.client_token = case.client_token or client_token
    case.submitted_at = case.received_at = now
    case.tell_by_on, case.tell_by_at = told.due_on, told.due_at


def _reasons(case: Case, item: PublishedItem, selection: Selection, given: set[str]) -> list[Reason]:
    reasons = check_answers(item.record, case.answers)
    reasons += validate(item.record, selection, case.form)
    reasons += missing_materials(case, selection, given)
    return reasons


def missing_materials(case: Case, selection: Selection, given: set[str]) -> list[Reason]:
    """One reason per required material that was neither given, nor promised, nor replaced by the commitment."""
    offered = set((case.provisional_offer or {}).get("materials", ()))
    return [
        Reason(
            "material_missing",
            N_('The material "%(name)s" is missing: add it.'),
            field=material.code,
            params={"name": material.name},
        )
        for material in selection.required_materials
        if material.code not in given
        and material.code not in offered
        and not (case.committed_by_promise and material.may_be_commitment)
    ]


def _give_receipt(case: Case, item: PublishedItem, given: list[dict[str, Any]], actor: Actor, now: datetime) -> None:
    listed = [{"name": row["name"], "form": FORMS[row["source"]], "copies": row["copies"]} for row in given]
    notices.document(
        case,
        "receipt_of_materials",
        actor=actor,
        now=now,
        materials=listed or [{"name": "申请表（在线填写）", "form": "电子", "copies": 1}],
        received_on=local_date(now),
        contact=notices.contact(item.record),
    )
    notices.tell(case, "case_submitted", now=now)


def _publish(case: Case, now: datetime) -> None:
    publish(CaseSubmitted(**happened(case, now), version_id=case.version_id))


@transaction.atomic
def file_at_counter(
    *,
    actor: Actor,
    item_code: str,
    applicant: Applicant,
    answers: Mapping[str, Any],
    form: Mapping[str, Any],
    materials: Sequence[Mapping[str, Any]],
    now: datetime,
    provisional: tuple[Sequence[str], date] | None = None,
    client_token: str | None = None,
    renews: int | None = None,
) -> Case:
    """A clerk files for somebody who stands before him: draft, materials and submission in one transaction.

    ``materials``: {"code", "stored_file_id"} or {"code", "paper": True, "copies"}. ``provisional``: material codes the
    applicant promises to bring later, and the day, as signed at the window. ``renews``: the licence whose term he asks to be
    renewed; without it the case renews what he chose on-line before, if anything. Idempotent by ``client_token``.
    """
    if not actor.may(Permission.CASE_FILE):
        raise NotAllowed(Permission.CASE_FILE)
    case = start_draft(
        actor=actor, item_code=item_code, applicant=applicant, now=now, channel="window", client_token=client_token
    )
    if case.state != "draft":
        return case
    case.answers = sized("answers", answers)
    # What is known of the applicant stays unless the clerk typed something else.
    case.form = sized("form", {**case.form, **form})
    Case.objects.filter(pk=case.pk).update(answers=case.answers, form=case.form, rev=case.rev + 1)
    for material in materials:
        place: dict[str, Any] = {"actor": actor, "case_id": case.pk, "material_code": str(material["code"]), "now": now}
        if material.get("paper"):
            attach_paper(**place, copies=int(material.get("copies", 1)))
        else:
            attach_material(**place, stored_file_id=int(material["stored_file_id"]))
    if provisional is not None:
        codes, promised_on = provisional
        offer_provisional(actor=actor, case_id=case.pk, materials=codes, promised_on=promised_on, now=now)
    if renews is not None:
        choose_renewal(actor=actor, case_id=case.pk, licence_id=renews, now=now)
    return submit(actor=actor, case_id=case.pk, now=now, client_token=client_token)
