"""容缺受理: the applicant offers to bring secondary materials later; the officer accepts on that promise (DOMAIN B3)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from django.db import transaction

from yitong.cases.commands import notices
from yitong.cases.commands.journal import begin, finish, happened, require
from yitong.cases.events import PromiseExtended
from yitong.cases.models import Case, CaseMaterial, ProvisionalAcceptance, ProvisionalItem
from yitong.cases.queries.facts import BROKEN_STATES, row_facts
from yitong.cases.rules.contents import filled
from yitong.cases.rules.deadlines import REMIND_BEFORE, end_of, local_date, workdays_before
from yitong.cases.rules.promises import extension_refusal, offer_refusals
from yitong.cases.rules.transitions import Action
from yitong.catalog.queries.items import version
from yitong.kernel.calendar import load_calendar
from yitong.kernel.events import publish
from yitong.kernel.reasons import N_, Reason, Refused
from yitong.parties.actors import Actor


@transaction.atomic
def offer_provisional(
    *,
    actor: Actor,
    case_id: int,
    materials: Sequence[str],
    promised_on: date,
    now: datetime,
    rev: int | None = None,
) -> Case:
    """The applicant's own, voluntary promise to supply ``materials`` by ``promised_on``; an empty list takes it back."""
    case, now = begin(Action.OFFER_PROVISIONAL, actor=actor, case_id=case_id, rev=rev, now=now)
    record = version(case.version_id).record
    require(Action.OFFER_PROVISIONAL, row_facts(case, record, actor, now))
    reasons = offer_refusals(record, materials, promised_on, local_date(now))
    if materials and broken_promise(case):
        reasons.append(
            Reason(
                "promise_broken", N_("An earlier promise was broken; provisional acceptance is possible after repair.")
            )
        )
    if materials and ProvisionalAcceptance.objects.filter(case=case).exists():
        message = N_("This case was accepted on a promise once already; give the materials now.")
        reasons.append(Reason("promised_once", message))
    if reasons:
        raise Refused(*reasons)
    offer = {"materials": sorted(set(materials)), "promised_on": promised_on.isoformat(), "by": actor.ref}
    case.provisional_offer = offer if materials else None
    events = [] if case.state == "draft" else [("provisional_offered", offer)]
    finish(
        case,
        actor=actor,
        now=now,
        tag="cases:provisional:offered",
        events=events,
        changed=["provisional_offer"],
        detail={"materials": offer["materials"], "promised_on": promised_on},
    )
    return case


def broken_promise(case: Case) -> bool:
    """Whether this applicant broke a provisional promise that is not repaired yet. One query."""
    return ProvisionalAcceptance.objects.filter(
        case__applicant_person=case.applicant_person_id,
        case__applicant_enterprise=case.applicant_enterprise_id,
        state__in=BROKEN_STATES,
        repaired_at=None,
    ).exists()


@transaction.atomic
def supply_provisional(*, actor: Actor, case_id: int, now: datetime, rev: int | None = None) -> Case:
    """Say that everything promised is there; attach the materials first. Refused while one is missing."""
    case, now = begin(Action.SUPPLY_PROVISIONAL, actor=actor, case_id=case_id, rev=rev, now=now)
    require(Action.SUPPLY_PROVISIONAL, row_facts(case, version(case.version_id).record, actor, now))
    acceptance = ProvisionalAcceptance.objects.select_for_update().get(case=case)
    owed = list(ProvisionalItem.objects.filter(acceptance=acceptance, supplied_at=None))
    codes = CaseMaterial.objects.filter(case=case, superseded_at=None, added_at__gte=acceptance.accepted_at)
    given = set(codes.values_list("code", flat=True))
    missing = [item for item in owed if item.code not in given]
    if missing:
        message = N_('The promised material "%(name)s" is missing: add it.')
        raise Refused(
            *(Reason("promised_missing", message, field=item.code, params={"name": item.name}) for item in missing)
        )
    ProvisionalItem.objects.filter(acceptance=acceptance, supplied_at=None).update(supplied_at=now)
    acceptance.state, acceptance.supplied_at = "supplied", now
    acceptance.save(update_fields=["state", "supplied_at"])
    case.provisional_open = False
    data = {"materials": [item.code for item in owed]}
    finish(
        case,
        actor=actor,
        now=now,
        tag="cases:provisional:supplied",
        events=[("provisional_supplied", data)],
        changed=["provisional_open"],
    )
    return case


@transaction.atomic
def extend_promise(
    *, actor: Actor, case_id: int, reason: str, promised_on: date, now: datetime, rev: int | None = None
) -> Case:
    """Force majeure (不可抗力): the head of the department moves the promised day; the applicant is told (DOMAIN B3).

    The only way past the committed limit. Both clocks run on: force majeure is no ground of 行政许可法 第四十五条, so that the
    limit itself needs an extension of its own (第四十二条). Reminders and the end follow the new day. It can be moved again.
    """
    case, now = begin(Action.EXTEND_PROMISE, actor=actor, case_id=case_id, rev=rev, now=now)
    require(Action.EXTEND_PROMISE, row_facts(case, version(case.version_id).record, actor, now))
    reason = filled("reason", reason, most=500)
    acceptance = ProvisionalAcceptance.objects.select_for_update().get(case=case)
    before, today = acceptance.promised_on, local_date(now)
    refusal = extension_refusal(promised_on, before, today)
    if refusal is not None:
        raise Refused(refusal)
    acceptance.promised_on, acceptance.promised_until_at = promised_on, end_of(promised_on)
    acceptance.remind_on = workdays_before(promised_on, REMIND_BEFORE, load_calendar())
    # Where the first reminder would be due already, the message of this act is it.
    acceptance.reminded_before_at = now if acceptance.remind_on <= today else None
    acceptance.reminded_last_at = None
    acceptance.save()
    notices.tell(
        case,
        "provisional_extended",
        now=now,
        due_on=notices.words(promised_on),
        reason=reason[:40],
        materials=owed_names(case),
    )
    data = {"from_on": before.isoformat(), "promised_on": promised_on.isoformat(), "reason": reason}
    finish(
        case,
        actor=actor,
        now=now,
        tag="cases:provisional:extended",
        events=[("promise_extended", data)],
        detail={"from_on": before, "promised_on": promised_on},
    )
    publish(PromiseExtended(**happened(case, now), promised_on=promised_on.isoformat()))
    return case


def owed_names(case: Case) -> str:
    """Names of the materials still owed, for messages. One query."""
    names = ProvisionalItem.objects.filter(case=case, supplied_at=None).values_list("name", flat=True)
    return "、".join(names)


def remind(case: Case, acceptance: ProvisionalAcceptance, *, last: bool, now: datetime) -> None:
    """Write the reminder of two days before, or of the promised day itself."""
    notices.tell(
        case,
        "provisional_due_today" if last else "provisional_reminder",
        now=now,
        due_on=notices.words(acceptance.promised_on),
        materials=owed_names(case),
    )
