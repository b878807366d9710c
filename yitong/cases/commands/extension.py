"""Extensions: asked for by the officer, approved once by the head, told with the reason (行政许可法 第四十二条)."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from yitong.cases.commands import clock, notices
from yitong.cases.commands.journal import begin, finish, require
from yitong.cases.models import Case, Extension
from yitong.cases.queries import facts as facts_queries
from yitong.cases.rules.clock_replay import ClockEvent
from yitong.cases.rules.contents import filled
from yitong.cases.rules.transitions import ART_42, Action, CaseFacts
from yitong.catalog.queries.items import version
from yitong.kernel.reasons import N_, Reason, Refused
from yitong.parties.actors import Actor


def _facts(case: Case, actor: Actor, now: datetime) -> CaseFacts:
    record = version(case.version_id).record
    return facts_queries.extension(case, facts_queries.row_facts(case, record, actor, now))


@transaction.atomic
def request_extension(
    *, actor: Actor, case_id: int, days: int, reason: str, now: datetime, rev: int | None = None
) -> Case:
    """Ask the head for ``days`` more, at most what the version allows; nothing moves until he approves."""
    case, now = begin(Action.REQUEST_EXTENSION, actor=actor, case_id=case_id, rev=rev, now=now)
    require(Action.REQUEST_EXTENSION, _facts(case, actor, now))
    if not 1 <= days <= case.extension_limit:
        message = N_("The limit of this item can be extended by 1 to %(most)s days.")
        raise Refused(Reason("extension_days", message, ART_42, "days", {"most": case.extension_limit}))
    reason = filled("reason", reason, law=ART_42)
    Extension.objects.create(
        case=case,
        region_id=case.region_id,
        days=days,
        reason=reason,
        requested_by_ref=actor.ref,
        requested_by_name=actor.name,
        requested_at=now,
    )
    data = {"days": days, "reason": reason}
    finish(case, actor=actor, now=now, tag="cases:extension:requested", events=[("extension_requested", data)])
    return case


@transaction.atomic
def approve_extension(
    *, actor: Actor, case_id: int, now: datetime, government_approval: str = "", rev: int | None = None
) -> Case:
    """The head approves: both clocks get the days, the applicant the reason.

    An item handled jointly (统一、联合、集中办理) needs the approval of the head of the people's government, whose
    number is given as ``government_approval``. Who asked cannot approve.
    """
    case, now = begin(Action.APPROVE_EXTENSION, actor=actor, case_id=case_id, rev=rev, now=now)
    require(Action.APPROVE_EXTENSION, _facts(case, actor, now))
    extension = Extension.objects.select_for_update().get(case=case, state="requested")
    _check_approver(case, extension, actor, government_approval)
    _answer(extension, "approved", actor, now)
    if government_approval.strip():
        extension.government_approval = filled("government_approval", government_approval, most=60)
    extension.save()
    data = {"days": extension.days, "reason": extension.reason, "government_approval": extension.government_approval}
    clock.apply(case, [*clock.events_of(case.pk), ClockEvent("extension_approved", data)])
    case.extension_days = extension.days
    notices.document(
        case,
        "extension_notice",
        actor=actor,
        now=now,
        days=str(extension.days),
        reason=extension.reason,
        approved_by=extension.government_approval or actor.name,
        new_due_on=case.statutory_due_on,
    )
    notices.tell(
        case,
        "extension_approved",
        now=now,
        days=extension.days,
        due_on=notices.words(case.committed_due_on),
        reason=extension.reason[:60],
    )
    finish(
        case,
        actor=actor,
        now=now,
        tag="cases:extension:approved",
        events=[("extension_approved", data)],
        changed=["extension_days", *clock.DUE_COLUMNS],
        detail={"days": extension.days},
    )
    return case


def _check_approver(case: Case, extension: Extension, actor: Actor, government_approval: str) -> None:
    if extension.requested_by_ref == actor.ref:
        raise Refused(Reason("own_request", N_("Whoever asked for the extension cannot approve it."), ART_42))
    if case.joint and not government_approval.strip():
        message = N_(
            "A joint item is extended by the head of the people's government: give the number of his approval."
        )
        raise Refused(Reason("government_approval", message, ART_42, "government_approval"))


@transaction.atomic
def refuse_extension(*, actor: Actor, case_id: int, note: str, now: datetime, rev: int | None = None) -> Case:
    """The head refuses, with a word why; the limit stays."""
    case, now = begin(Action.REFUSE_EXTENSION, actor=actor, case_id=case_id, rev=rev, now=now)
    require(Action.REFUSE_EXTENSION, _facts(case, actor, now))
    note = filled("note", note, most=1000)
    extension = Extension.objects.select_for_update().get(case=case, state="requested")
    _answer(extension, "refused", actor, now)
    extension.answer_note = note
    extension.save()
    data = {"days": extension.days, "note": note}
    finish(case, actor=actor, now=now, tag="cases:extension:refused", events=[("extension_refused", data)])
    return case


def _answer(extension: Extension, state: str, actor: Actor, now: datetime) -> None:
    extension.state, extension.answered_at = state, now
    extension.answered_by_ref, extension.answered_by_name = actor.ref, actor.name
