"""Who holds a case: claim it, hand it over."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from yitong.cases.commands import notices
from yitong.cases.commands.journal import begin, finish, require
from yitong.cases.models import Case
from yitong.cases.queries.facts import row_facts
from yitong.cases.rules.contents import filled
from yitong.cases.rules.deadlines import local_date
from yitong.cases.rules.transitions import Action
from yitong.catalog.queries.items import version
from yitong.kernel.reasons import N_, NotAllowed, Reason, Refused
from yitong.notifications.commands.send import Recipient, send
from yitong.parties.actors import Actor
from yitong.parties.queries.organisation import handlers_in
from yitong.parties.roles import Role


@transaction.atomic
def claim(*, actor: Actor, case_id: int, now: datetime, rev: int | None = None) -> Case:
    """Take the case; nobody else of this stage acts on it until it is handed over. Claiming one's own again is harmless."""
    case, now = begin(Action.CLAIM, actor=actor, case_id=case_id, rev=rev, now=now)
    if case.handler_id is not None and case.handler_id == actor.staff_id:
        return case
    require(Action.CLAIM, row_facts(case, version(case.version_id).record, actor, now))
    case.handler_id = actor.staff_id
    data = {"staff_id": actor.staff_id}
    finish(case, actor=actor, now=now, tag="claimed", events=[("claimed", data)], changed=["handler"])
    return case


@transaction.atomic
def hand_over(
    *, actor: Actor, case_id: int, to_staff_id: int, reason: str, now: datetime, rev: int | None = None
) -> Case:
    """Give the case to a colleague who works a post of its department today.

    The holder may, and the chief representative or head when the holder is away; with a reason everybody can read later.
    """
    case, now = begin(Action.HAND_OVER, actor=actor, case_id=case_id, rev=rev, now=now)
    require(Action.HAND_OVER, row_facts(case, version(case.version_id).record, actor, now))
    leads = Role.CHIEF in actor.roles or Role.HEAD in actor.roles
    if case.handler_id not in (None, actor.staff_id) and not leads:
        raise NotAllowed("cases:case:hand_over")
    reason = filled("reason", reason, most=500)
    target = next((s for s in handlers_in(case.department_id, local_date(now)) if s.pk == to_staff_id), None)
    if target is None or target.pk == case.handler_id:
        message = N_("Choose a colleague who works a post of this department today and does not hold the case already.")
        raise Refused(Reason("not_a_colleague", message, field="to_staff_id"))
    case.handler_id = target.pk
    send(
        template="staff_handed_over",
        recipient=Recipient(staff_id=target.pk, name=target.name),
        context={
            "number": case.number,
            "item": case.item_name,
            "from_staff": actor.name,
            "due_on": notices.words(case.committed_due_on),
            "reason": reason,
        },
        dedup_key=f"case:{case.pk}:{case.rev}:staff_handed_over",
        now=now,
        channels=("inapp",),
        subject=notices.case_subject(case),
    )
    data = {"to_staff_id": target.pk, "to": target.name, "note": reason}
    finish(case, actor=actor, now=now, tag="handed_over", events=[("handed_over", data)], changed=["handler"])
    return case
