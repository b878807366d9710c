"""A case that renews a licence (行政许可法 第五十条): bound to it at the counter, and ended when its term ran out undecided.

An applicant who comes by himself chooses on his licence's page (``licences.commands.intend``); both ways the case is bound when
it is submitted.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction

from yitong.cases.commands import notices
from yitong.cases.commands.decision import DECIDED_COLUMNS, accepted_on, settle
from yitong.cases.commands.delivery import deliver_now
from yitong.cases.commands.ending import close_children
from yitong.cases.commands.journal import EventDraft, begin, finish, happened, require
from yitong.cases.events import CaseClosed, DeemedRenewed
from yitong.cases.models import Case, Decision
from yitong.cases.queries import facts as facts_queries
from yitong.cases.queries.reuse_sources import holder_of
from yitong.cases.rules.states import REVIEW_STATES
from yitong.cases.rules.transitions import ART_50, Action
from yitong.catalog.queries.items import version
from yitong.kernel.events import publish
from yitong.licences import commands as licences
from yitong.licences.queries import library
from yitong.parties.actors import Actor

OPEN_BESIDE = ("suspended", "provisional_open", "tell_by_on", "tell_by_at", "closed_at")


@transaction.atomic
def choose_renewal(*, actor: Actor, case_id: int, licence_id: int | None, now: datetime) -> None:
    """A clerk notes in a draft which licence of the applicant it renews; None: it asks for a new one.

    Raises CaseNotFound, NotAllowed (no clerk, or somebody else's licence), Refused while it cannot be renewed.
    """
    case, now = begin(Action.EDIT, actor=actor, case_id=case_id, rev=None, now=now)
    record = version(case.version_id).record
    require(Action.EDIT, facts_queries.row_facts(case, record, actor, now))
    licences.choose_present(
        holder=holder_of(case),
        type_code=record.result.licence_type,
        department_id=case.department_id,
        licence_id=licence_id,
        actor=actor,
        now=now,
    )


@transaction.atomic
def deem_case_renewed(*, actor: Actor, case_id: int, now: datetime) -> bool:
    """The term ended without a decision: the renewal counts as granted, with its licence. For the sweep alone.

    Whatever holds the case up holds the law up no longer: an open correction, special procedure or promise ends with it. A
    case under review goes on to delivery; one that was never accepted closes at once, its licence being in the library.
    False when there is nothing left to renew (revoked or lost meanwhile): the case then asks for a new licence.
    """
    case, now = begin(Action.DEEM_RENEWED, actor=actor, case_id=case_id, rev=None, now=now)
    record = version(case.version_id).record
    require(
        Action.DEEM_RENEWED,
        facts_queries.renewal(case, record, facts_queries.row_facts(case, record, actor, now), now),
    )
    new = licences.deem_renewed(case_number=case.number or "", actor=actor, now=now)
    if new is None:
        return False
    assert new.previous_id is not None  # a renewal follows a licence
    old = library.by_id(new.previous_id)
    assert old is not None  # foreign key
    reviewed = case.state in REVIEW_STATES
    close_children(case, now)
    settle(case, "granted", now)
    case.suspended, case.provisional_open, case.licence = False, False, new
    case.tell_by_on = case.tell_by_at = None
    if not reviewed:
        case.state, case.closed_at, case.deliver_by_on, case.deliver_by_at = "closed", now, None, None
    _tell(case, old, new, actor, now)
    data = {"until": str(old.valid_until), "licence": new.pk, "law": ART_50}
    events: list[EventDraft] = [("deemed_renewed", data)]
    if not reviewed:
        events.append(("closed", {"outcome": "granted"}))
    columns = (*DECIDED_COLUMNS, *OPEN_BESIDE)
    finish(case, actor=actor, now=now, tag="deemed_renewed", events=events, changed=columns)
    publish(DeemedRenewed(**happened(case, now)))
    if not reviewed:
        publish(CaseClosed(**happened(case, now), outcome="granted"))
    elif (case.delivery_wish or {}).get("method") == "electronic":
        deliver_now(case, record, actor=actor, now=now)
    return True


def _tell(case: Case, old: Any, new: Any, actor: Actor, now: datetime) -> None:
    """The notice, the decision it stands for, and the message."""
    document_id = notices.document_id(
        case,
        "deemed_renewal_notice",
        actor=actor,
        now=now,
        accepted_on=accepted_on(case),
        renewed_name=new.type.name,
        renewed_number=new.number,
        expired_on=old.valid_until,
        renewed_until=notices.words(new.valid_until) if new.valid_until else "长期",
    )
    Decision.objects.create(
        case=case,
        region_id=case.region_id,
        outcome="granted",
        deemed=True,
        staff_name="视为准予延续",
        document_id=document_id,
        decided_at=now,
    )
    notices.tell(
        case,
        "licence_deemed_renewed",
        now=now,
        licence=new.type.name,
        licence_number=new.number,
        until=new.valid_until or "长期",
    )
