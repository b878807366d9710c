"""Taking a commitment back before the decision: the case goes the ordinary way (国办发〔2020〕42号: 撤回承诺, 按原程序办理)."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from yitong.cases.commands import clock, notices
from yitong.cases.commands.journal import EventDraft, begin, finish, happened, require
from yitong.cases.events import CommitmentWithdrawn
from yitong.cases.models import Case, Commitment, CorrectionNotice, Extension
from yitong.cases.queries.facts import row_facts
from yitong.cases.rules.contents import filled
from yitong.cases.rules.deadlines import SUPPLY_DAYS_DEFAULT, first_reminder, local_date, tell_by
from yitong.cases.rules.states import REVIEW_STATES
from yitong.cases.rules.transitions import COMMITMENT_RULES, Action
from yitong.catalog.queries.items import version
from yitong.catalog.records import ItemRecord, Material
from yitong.catalog.rules.scenarios import selected
from yitong.kernel.calendar import load_calendar
from yitong.kernel.events import publish
from yitong.parties.actors import Actor

PROBLEM = "告知承诺已撤回，承诺不再替代该材料"
REMEDY = "请提交该材料"
WITHDRAWN_COLUMNS = (
    "committed_by_promise",
    "state",
    "stage",
    "handler",
    "received_at",
    "accepted_at",
    "deemed_accepted",
    "tell_by_on",
    "tell_by_at",
    "extension_days",
    *clock.LIMIT_COLUMNS,
    *clock.DUE_COLUMNS,
)


@transaction.atomic
def withdraw_commitment(*, actor: Actor, case_id: int, now: datetime, reason: str = "", rev: int | None = None) -> Case:
    """The applicant takes the commitment back; after submission with a ``reason``, which the rules ask for (合理理由).

    - In a draft nothing was promised to anybody yet: the signature is deleted and may be given again.
    - Later the signed letter stays on file as withdrawn, and is not signed again in this case.
    - Required materials it stood for, and that were not given, are now owed: they make a correction list of their own, or
      join the open one. That list follows from the applicant's own act and is no demand of the office, so that the one
      notice of 行政许可法 第三十二条 stays as it was, used or not. What is not supplied in time may end the case as usual.
    - An acceptance that rested on the commitment falls, and both clocks with it: the case waits for the materials, or, with
      all of them given, for a new acceptance within five working days; then the steps of the review are laid out.

    Refused while a special procedure is open or materials are promised for later, and after the decision.
    """
    case, now = begin(Action.WITHDRAW_COMMITMENT, actor=actor, case_id=case_id, rev=rev, now=now, given=True)
    record = version(case.version_id).record
    require(Action.WITHDRAW_COMMITMENT, row_facts(case, record, actor, now))
    if case.state == "draft":
        return _unsign(case, actor, now)
    reason = filled("reason", reason, law=COMMITMENT_RULES, most=500)
    Commitment.objects.filter(case=case, state="signed").update(state="withdrawn", withdrawn_at=now)
    was = case.state
    case.committed_by_promise = False
    if was in REVIEW_STATES:
        _undo_acceptance(case)
    owed = _owed(case, record)
    due_on = _ask(case, owed, actor, now)
    if not owed and was in REVIEW_STATES:
        _receive_anew(case, now)
    _tell(case, owed, due_on, now)
    data = {"reason": reason, "from_state": was, "materials": [material.code for material in owed]}
    events: list[EventDraft] = [("commitment_withdrawn", {**data, "supply_by_on": due_on})]
    finish(case, actor=actor, now=now, tag="cases:commitment:withdrawn", events=events, changed=WITHDRAWN_COLUMNS)
    publish(CommitmentWithdrawn(**happened(case, now)))
    return case


def _unsign(case: Case, actor: Actor, now: datetime) -> Case:
    Commitment.objects.filter(case=case).delete()
    case.committed_by_promise = False
    finish(case, actor=actor, now=now, tag="cases:commitment:withdrawn", events=(), changed=["committed_by_promise"])
    return case


def _undo_acceptance(case: Case) -> None:
    """As before the acceptance. An extension of its limit, asked for or approved, falls with it."""
    Extension.objects.filter(case=case, state__in=["requested", "approved"]).update(state="lapsed")
    clock.clear(case)
    case.accepted_at, case.deemed_accepted, case.stage, case.handler = None, False, 0, None
    case.state, case.tell_by_on, case.tell_by_at = "submitted", None, None


def _owed(case: Case, record: ItemRecord) -> list[Material]:
    """Required materials the commitment stood for that were neither given nor promised."""
    given = {row["code"] for row in case.given}  # type: ignore[attr-defined]
    offered = set((case.provisional_offer or {}).get("materials", ()))
    required = selected(record, case.answers, case.form).required_materials
    return [each for each in required if each.may_be_commitment and each.code not in given | offered]


def _ask(case: Case, owed: list[Material], actor: Actor, now: datetime) -> str | None:
    """Put what is owed on the open list, or on a new one; the day it is to be supplied by, if there is anything."""
    if not owed:
        return None
    lines = [{"material": m.code, "name": m.name, "problem": PROBLEM, "remedy": REMEDY} for m in owed]
    today, calendar = local_date(now), load_calendar()
    supply_by = calendar.nth_workday_after(today, SUPPLY_DAYS_DEFAULT)
    if case.state == "correcting":
        notice = CorrectionNotice.objects.select_for_update().get(case=case, state="open")
        told = {item.get("material") for item in notice.items}
        notice.items = [*notice.items, *(line for line in lines if line["material"] not in told)]
        supply_by = notice.supply_by_on = max(notice.supply_by_on, supply_by)
    else:
        notice = CorrectionNotice(case=case, region_id=case.region_id, origin="applicant", items=lines, given_at=now)
        notice.given_by_ref, notice.given_by_name, notice.supply_by_on = actor.ref, actor.name, supply_by
        case.state, case.tell_by_on, case.tell_by_at = "correcting", None, None
    notice.remind_on = first_reminder(today, supply_by, calendar)
    notice.save()
    return supply_by.isoformat()


def _receive_anew(case: Case, now: datetime) -> None:
    """Nothing is missing: the application counts as received in the ordinary way now, and the five days to tell begin."""
    told = tell_by(now, clock.closing(), load_calendar())
    case.received_at, case.tell_by_on, case.tell_by_at = now, told.due_on, told.due_at


def _tell(case: Case, owed: list[Material], due_on: str | None, now: datetime) -> None:
    if due_on is None:
        further = "材料已齐，无需补交"
    else:
        names = "、".join(material.name for material in owed)
        short = names if len(names) <= 50 else f"{len(owed)} 项材料"
        further = f"请于 {notices.words(datetime.fromisoformat(due_on).date())} 前补交：{short}"
    notices.tell(case, "commitment_withdrawn", now=now, further=further)
