"""Acceptance: both clocks start, the review steps are laid out (行政许可法 第三十二条, 第四十二条)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from django.db import transaction

from yitong.cases.commands import clock, notices
from yitong.cases.commands.journal import begin, finish, happened, require
from yitong.cases.commands.provisional import broken_promise
from yitong.cases.events import CaseAccepted, DeemedAccepted
from yitong.cases.models import Case, CaseMaterial, CaseStep, ProvisionalAcceptance, ProvisionalItem
from yitong.cases.queries.facts import row_facts
from yitong.cases.rules.clock_replay import ClockEvent
from yitong.cases.rules.deadlines import REMIND_BEFORE, end_of, local_date, workdays_before
from yitong.cases.rules.promises import offer_refusals, promise_term_refusal
from yitong.cases.rules.transitions import Action
from yitong.catalog.queries.items import version
from yitong.catalog.records import ItemRecord, Step
from yitong.catalog.rules.scenarios import selected
from yitong.kernel.calendar import load_calendar
from yitong.kernel.clock import ClockInput, Limit, Unit, due
from yitong.kernel.events import publish
from yitong.kernel.reasons import N_, Reason, Refused
from yitong.parties.actors import Actor
from yitong.parties.queries.organisation import department_by_code
from yitong.storage import writes

ACCEPTED_COLUMNS = (
    "state",
    "stage",
    "handler",
    "accepted_at",
    "deemed_accepted",
    "provisional_open",
    *clock.LIMIT_COLUMNS,
    *clock.DUE_COLUMNS,
)


@transaction.atomic
def accept(*, actor: Actor, case_id: int, now: datetime, rev: int | None = None) -> Case:
    """Accept: notice, clocks, steps. Two statements.

    After the five working days to tell it counts as accepted from the receipt, whoever presses the button: the notice
    and the clock then say so.
    """
    case, now = begin(Action.ACCEPT, actor=actor, case_id=case_id, rev=rev, now=now)
    record = version(case.version_id).record
    require(Action.ACCEPT, row_facts(case, record, actor, now))
    if case.provisional_offer and not _all_given(case):
        raise Refused(
            Reason("offered_provisional", N_("Materials are missing; accept provisionally, or ask for a correction."))
        )
    late = case.tell_by_at is not None and now > case.tell_by_at
    if late:
        return open_review(case, record, actor=actor, now=now, mode="deemed", start_at=_receipt(case))
    return open_review(case, record, actor=actor, now=now, mode="normal", start_at=now)


def _receipt(case: Case) -> datetime:
    assert case.received_at is not None  # set by submit
    return case.received_at


def _all_given(case: Case) -> bool:
    given = set(CaseMaterial.objects.filter(case=case, superseded_at=None).values_list("code", flat=True))
    return set((case.provisional_offer or {}).get("materials", ())) <= given


def open_review(
    case: Case,
    record: ItemRecord,
    *,
    actor: Actor,
    now: datetime,
    mode: str,
    start_at: datetime,
    extra: dict[str, Any] | None = None,
) -> Case:
    """Start the clocks at ``start_at``, lay out the steps, tell the applicant, write it all.

    ``mode``: normal, provisional or deemed. Under a commitment there are no steps: it is decided at once (国办发〔2020〕42号).
    """
    data = {"mode": mode, **clock.acceptance_data(record, start_at), **(extra or {})}
    clock.copy_limits(case, record)
    clock.apply(case, [ClockEvent("accepted", data)])
    steps = [] if case.committed_by_promise else _steps(case, record, now)
    case.state = "accepted" if steps else "deciding"
    case.stage = steps[0].stage if steps else 0
    # The reviewers' pool: whoever accepted does not review it by having accepted.
    case.handler = None
    case.accepted_at = start_at
    case.deemed_accepted = mode == "deemed"
    case.provisional_open = mode == "provisional"
    with writes.together():
        _tell(case, record, mode, actor, now)
        finish(
            case,
            actor=actor,
            now=now,
            tag={"deemed": "deemed_accepted", "provisional": "accepted_provisionally"}.get(mode, "accepted"),
            events=[("accepted", data)],
            changed=ACCEPTED_COLUMNS,
            rows=steps,
        )
    publish((DeemedAccepted if mode == "deemed" else CaseAccepted)(**happened(case, now)))
    return case


def _steps(case: Case, record: ItemRecord, now: datetime) -> list[CaseStep]:
    chosen = selected(record, case.answers, case.form).steps
    first = chosen[0].stage if chosen else 0
    rows = []
    for step in chosen:
        department_id = _department(step, case)
        opened = step.stage == first
        rows.append(
            CaseStep(
                case_id=case.pk,
                region_id=case.region_id,
                code=step.code,
                name=step.name,
                kind=step.kind,
                stage=step.stage,
                role=step.role,
                department_id=department_id,
                foreign=department_id != case.department_id,
                state="open" if opened else "pending",
                opened_at=now if opened else None,
                due_at=step_due(step, now) if opened else None,
            )
        )
    return rows


def _department(step: Step, case: Case) -> int:
    if not step.department:
        return case.department_id
    found = department_by_code(step.department)
    if found is None:
        raise Refused(
            Reason(
                "unknown_department",
                N_('The step "%(step)s" names department %(code)s, which does not exist; correct the item.'),
                params={"step": step.name, "code": step.department},
            )
        )
    return found.pk


def step_due(step: Step, opened_at: datetime) -> datetime | None:
    """The last instant of a step's own limit; None when the version sets none. An aim of the office, not a legal date."""
    if step.limit is None:
        return None
    return due(ClockInput(opened_at, Limit(step.limit.amount, Unit(step.limit.unit))), load_calendar()).due_at


def _tell(case: Case, record: ItemRecord, mode: str, actor: Actor, now: datetime) -> None:
    """The written receipt the law asks for (第三十二条第二款); a provisional one is told by its own notice."""
    due_on = notices.words(case.committed_due_on)
    dates = {"statutory_due_on": case.statutory_due_on, "committed_due_on": case.committed_due_on}
    if mode == "deemed":
        received = local_date(_receipt(case))
        notices.document(case, "deemed_acceptance_notice", actor=actor, now=now, received_on=received, **dates)
        notices.tell(case, "deemed_accepted", now=now, accepted_on=notices.words(received), due_on=due_on)
    elif mode == "normal":
        notices.document(
            case,
            "acceptance_notice",
            actor=actor,
            now=now,
            accepted_on=local_date(now),
            basis=notices.basis(record),
            contact=notices.contact(record),
            **dates,
        )
        notices.tell(case, "case_accepted", now=now, due_on=due_on)


@transaction.atomic
def accept_provisionally(
    *,
    actor: Actor,
    case_id: int,
    now: datetime,
    materials: Sequence[str] | None = None,
    promised_on: date | None = None,
    rev: int | None = None,
) -> Case:
    """容缺受理 on the applicant's own offer: its materials (or some of them), its day (or an earlier one).

    Refused without an offer: nobody can be made to promise. The result is withheld until all is supplied.
    """
    case, now = begin(Action.ACCEPT_PROVISIONALLY, actor=actor, case_id=case_id, rev=rev, now=now)
    record = version(case.version_id).record
    require(Action.ACCEPT_PROVISIONALLY, row_facts(case, record, actor, now))
    codes, day = _offered(case, record, materials, promised_on, now)
    probe = ClockInput(
        now, Limit(record.committed_limit.amount, Unit(record.committed_limit.unit)), closing=clock.closing()
    )
    too_late = promise_term_refusal(day, due(probe, load_calendar()).due_on)
    if too_late is not None:
        raise Refused(too_late)
    names = {code: record.material(code).name for code in codes}
    _promise(case, names, day, now)
    extra = {"materials": sorted(codes), "promised_on": day.isoformat()}
    case = open_review(case, record, actor=actor, now=now, mode="provisional", start_at=now, extra=extra)
    _tell_provisional(case, record, names, day, actor, now)
    return case


def _offered(
    case: Case, record: ItemRecord, materials: Sequence[str] | None, promised_on: date | None, now: datetime
) -> tuple[list[str], date]:
    offer = case.provisional_offer
    if not offer:
        raise Refused(
            Reason("no_promise", N_("The applicant made no promise; provisional acceptance must be his own wish."))
        )
    given = set(CaseMaterial.objects.filter(case=case, superseded_at=None).values_list("code", flat=True))
    missing = [code for code in offer["materials"] if code not in given]
    codes = missing if materials is None else list(materials)
    day = date.fromisoformat(offer["promised_on"]) if promised_on is None else promised_on
    reasons = offer_refusals(record, codes, day, local_date(now))
    if set(codes) != set(missing):
        reasons.append(
            Reason(
                "not_offered", N_("Accept exactly what the applicant promised and has not given."), field="materials"
            )
        )
    if day > date.fromisoformat(offer["promised_on"]):
        reasons.append(
            Reason("later_than_promised", N_("Set no later day than the applicant promised."), field="promised_on")
        )
    if not codes:
        reasons.append(Reason("nothing_missing", N_("Nothing is missing any more; accept in the ordinary way.")))
    if broken_promise(case):
        reasons.append(
            Reason(
                "promise_broken", N_("An earlier promise was broken; provisional acceptance is possible after repair.")
            )
        )
    if reasons:
        raise Refused(*reasons)
    return codes, day


def _promise(case: Case, names: dict[str, str], day: date, now: datetime) -> None:
    acceptance = ProvisionalAcceptance.objects.create(
        case=case,
        region_id=case.region_id,
        promised_on=day,
        promised_until_at=end_of(day),
        remind_on=workdays_before(day, REMIND_BEFORE, load_calendar()),
        promised_by_ref=(case.provisional_offer or {})["by"],
        accepted_at=now,
    )
    ProvisionalItem.objects.bulk_create(
        ProvisionalItem(case=case, region_id=case.region_id, acceptance=acceptance, code=code, name=name)
        for code, name in names.items()
    )


def _tell_provisional(
    case: Case, record: ItemRecord, names: dict[str, str], day: date, actor: Actor, now: datetime
) -> None:
    rows = [
        {
            "name": name,
            "form": "原件",
            "requirement": record.material(code).guidance or record.material(code).source_note,
        }
        for code, name in names.items()
    ]
    notices.document(
        case,
        "provisional_notice",
        actor=actor,
        now=now,
        materials=rows,
        promised_on=day,
        accepted_on=local_date(now),
        committed_due_on=case.committed_due_on,
        contact=notices.contact(record),
    )
    notices.tell(case, "provisional_accepted", now=now, due_on=notices.words(day), materials="、".join(names.values()))


@transaction.atomic
def deem_case_accepted(*, actor: Actor, case_id: int, now: datetime) -> Case:
    """Nobody told within five working days: accepted from the receipt. For the sweep alone."""
    case, now = begin(Action.DEEM_ACCEPTED, actor=actor, case_id=case_id, rev=None, now=now)
    record = version(case.version_id).record
    require(Action.DEEM_ACCEPTED, replace(row_facts(case, record, actor, now), claimed_by=""))
    return open_review(case, record, actor=actor, now=now, mode="deemed", start_at=_receipt(case))
