"""Taking a copy of a whole case is an act of its own, and logged."""

from __future__ import annotations

from datetime import datetime

from yitong.audit.commands.record import record as audit
from yitong.cases.commands.journal import CaseNotFound, subject
from yitong.cases.queries.archive import bundle
from yitong.cases.queries.reading import CaseNotVisible, case_for
from yitong.kernel.reasons import NotAllowed
from yitong.parties.actors import Actor
from yitong.parties.roles import Permission


def export(*, actor: Actor, number: str, now: datetime) -> bytes:
    """The bundle of a case as a zip, with an audit entry. Applicants export their own; staff need the right to export.

    Not one transaction: making the documents in it may seal them, which is another context's affair.
    """
    try:
        case = case_for(actor, number)
    except CaseNotVisible:
        raise CaseNotFound from None
    if actor.is_staff and not actor.may(Permission.CASE_EXPORT):
        raise NotAllowed(Permission.CASE_EXPORT)
    data = bundle(actor, case, now)
    audit(actor_ref=actor.ref, tag="cases:case:exported", subject=subject(case), detail={"size": len(data)}, now=now)
    return data
