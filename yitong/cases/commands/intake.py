"""What else may become of an application before acceptance: not required, refused, one correction (行政许可法 第三十二条)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction

from yitong.cases.commands import clock, notices
from yitong.cases.commands.ending import close
from yitong.cases.commands.journal import begin, finish, happened, require
from yitong.cases.commands.submission import missing_materials
from yitong.cases.events import CorrectionRequested
from yitong.cases.models import Case, CaseMaterial, CorrectionNotice
from yitong.cases.queries.facts import renewal, row_facts
from yitong.cases.rules.contents import filled
from yitong.cases.rules.corrections import item_refusals
from yitong.cases.rules.deadlines import SUPPLY_DAYS_DEFAULT, first_reminder, local_date, tell_by
from yitong.cases.rules.transitions import Action
from yitong.catalog.queries.items import version
from yitong.catalog.records import ItemRecord
from yitong.catalog.rules.forms import kept, title, validate
from yitong.catalog.rules.scenarios import selected
from yitong.kernel.calendar import load_calendar
from yitong.kernel.events import publish
from yitong.kernel.reasons import N_, Reason, Refused
from yitong.parties.actors import Actor


@transaction.atomic
def declare_not_required(*, actor: Actor, case_id: int, reason: str, now: datetime, rev: int | None = None) -> Case:
    """不受理: no permit is needed for this; told at once, with the reason."""
    case, now = begin(Action.DECLARE_NOT_REQUIRED, actor=actor, case_id=case_id, rev=rev, now=now)
    record = version(case.version_id).record
    require(Action.DECLARE_NOT_REQUIRED, renewal(case, record, row_facts(case, record, actor, now), now))
    reason = filled("reason", reason)
    notices.document(case, "not_required_notice", actor=actor, now=now, reasons=[reason], basis=notices.basis(record))
    notices.tell(case, "case_not_required", now=now, reason=reason)
    close(case, actor=actor, now=now, outcome="not_required", kind="not_required", data={"reason": reason})
    return case


@transaction.atomic
def refuse_acceptance(
    *, actor: Actor, case_id: int, right_organ: str, reason: str, now: datetime, rev: int | None = None
) -> Case:
    """不予受理: not in this organ's power; the written refusal names the right one."""
    case, now = begin(Action.REFUSE_ACCEPTANCE, actor=actor, case_id=case_id, rev=rev, now=now)
    record = version(case.version_id).record
    require(Action.REFUSE_ACCEPTANCE, renewal(case, record, row_facts(case, record, actor, now), now))
    organ = filled("right_organ", right_organ, law="《行政许可法》第三十二条第一款第二项")
    reason = filled("reason", reason)
    notices.document(
        case,
        "acceptance_refusal",
        actor=actor,
        now=now,
        reasons=[reason],
        right_organ=organ,
        basis=notices.basis(record),
    )
    notices.tell(case, "case_acceptance_refused", now=now, reason=reason, right_organ=organ)
    data = {"reason": reason, "right_organ": organ}
    close(case, actor=actor, now=now, outcome="acceptance_refused", kind="acceptance_refused", data=data)
    return case


@transaction.atomic
def request_correction(
    *,
    actor: Actor,
    case_id: int,
    items: Sequence[Mapping[str, str]],
    now: datetime,
    supply_days: int = SUPPLY_DAYS_DEFAULT,
    rev: int | None = None,
) -> Case:
    """The one notice that tells everything: ``items`` are {"material" or "field": code, "problem", "remedy"}.

    ``supply_days``: working days the applicant is given. The time until supply counts for nobody.
    """
    case, now = begin(Action.REQUEST_CORRECTION, actor=actor, case_id=case_id, rev=rev, now=now)
    record = version(case.version_id).record
    require(Action.REQUEST_CORRECTION, row_facts(case, record, actor, now))
    selection = selected(record, case.answers, case.form)
    reasons = item_refusals(selection, record, items, supply_days)
    if reasons:
        raise Refused(*reasons)
    rows = [_named(record, item) for item in items]
    supply_by = load_calendar().nth_workday_after(local_date(now), supply_days)
    CorrectionNotice.objects.create(
        case=case,
        region_id=case.region_id,
        items=rows,
        given_at=now,
        given_by_ref=actor.ref,
        given_by_name=actor.name,
        supply_by_on=supply_by,
        remind_on=first_reminder(local_date(now), supply_by, load_calendar()),
    )
    case.state, case.correction_given, case.tell_by_on, case.tell_by_at = "correcting", True, None, None
    _tell_correction(case, record, rows, supply_by, actor, now)
    finish(
        case,
        actor=actor,
        now=now,
        tag="correction_requested",
        events=[("correction_requested", {"items": rows, "supply_by_on": supply_by.isoformat()})],
        changed=["state", "correction_given", "tell_by_on", "tell_by_at"],
    )
    publish(CorrectionRequested(**happened(case, now)))
    return case


def _named(record: ItemRecord, item: Mapping[str, str]) -> dict[str, str]:
    """The item with the name people know it by."""
    if item.get("material"):
        name = record.material(item["material"]).name
        return {"material": item["material"], "name": name, "problem": item["problem"], "remedy": item["remedy"]}
    name = title(record, item["field"])
    return {"field": item["field"], "name": name, "problem": item["problem"], "remedy": item["remedy"]}


def _tell_correction(
    case: Case, record: ItemRecord, rows: list[dict[str, str]], supply_by: Any, actor: Actor, now: datetime
) -> None:
    assert case.received_at is not None
    notices.document(
        case,
        "correction_notice",
        actor=actor,
        now=now,
        items=[{key: row[key] for key in ("name", "problem", "remedy")} for row in rows],
        received_on=local_date(case.received_at),
        supply_by=supply_by,
        contact=notices.contact(record),
    )
    problems = "；".join(f"{row['name']}：{row['problem']}" for row in rows)
    short = problems if len(problems) <= 60 else f"{len(rows)} 项，详见补正告知书"
    notices.tell(case, "correction_requested", now=now, problems=short, due_on=notices.words(supply_by))


@transaction.atomic
def supply_correction(*, actor: Actor, case_id: int, now: datetime, rev: int | None = None) -> Case:
    """Hand the corrections in: everything the notice names, and the form must be valid. The five days begin anew.

    After it the organ accepts or refuses; it cannot ask again. Silence for five working days accepts from this day.
    """
    case, now = begin(Action.SUPPLY_CORRECTION, actor=actor, case_id=case_id, rev=rev, now=now, given=True)
    record = version(case.version_id).record
    require(Action.SUPPLY_CORRECTION, row_facts(case, record, actor, now))
    notice = CorrectionNotice.objects.select_for_update().get(case=case, state="open")
    selection = selected(record, case.answers, case.form)
    reasons = validate(record, selection, case.form) + _not_supplied(notice)
    reasons += missing_materials(case, selection, {row["code"] for row in case.given})  # type: ignore[attr-defined]
    if reasons:
        raise Refused(*reasons)
    notice.state, notice.supplied_at = "supplied", now
    notice.save(update_fields=["state", "supplied_at"])
    told = tell_by(now, clock.closing(), load_calendar())
    case.state, case.received_at, case.form = "submitted", now, kept(selection, case.form)
    case.tell_by_on, case.tell_by_at = told.due_on, told.due_at
    notices.tell(case, "correction_supplied", now=now)
    finish(
        case,
        actor=actor,
        now=now,
        tag="correction_supplied",
        events=[("correction_supplied", {"received_at": now.isoformat(), "tell_by_on": str(told.due_on)})],
        changed=["state", "received_at", "form", "tell_by_on", "tell_by_at"],
    )
    return case


def _not_supplied(notice: CorrectionNotice) -> list[Reason]:
    codes = [item["material"] for item in notice.items if item.get("material")]
    fresh = CaseMaterial.objects.filter(case=notice.case_id, superseded_at=None, added_at__gte=notice.given_at)
    given = set(fresh.filter(code__in=codes).values_list("code", flat=True))
    message = N_('The correction notice asks for "%(name)s": add it.')
    return [
        Reason("correction_missing", message, field=item["material"], params={"name": item["name"]})
        for item in notice.items
        if item.get("material") and item["material"] not in given
    ]
