"""Give the one rating of a closed case."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from yitong.audit.commands import record
from yitong.cases.queries import CaseNotVisible, case_for
from yitong.feedback.models import Rating
from yitong.feedback.rules.levels import refusals
from yitong.kernel.reasons import NotAllowed, Refused
from yitong.parties.actors import Actor, ActorKind
from yitong.parties.roles import Permission


@transaction.atomic
def rate(
    *, actor: Actor, case_number: str, level: int, tags: list[str], text: str, channel: str, now: datetime
) -> Rating:
    """One rating a case, for ever. Raises NotAllowed (staff, strangers) and Refused (not closed, rated already, bad input).

    Two presses at once: the unique constraint lets one win, the other is told that the case is rated.
    """
    if actor.kind is not ActorKind.CITIZEN or not actor.may(Permission.RATING_GIVE):
        raise NotAllowed(Permission.RATING_GIVE)
    try:
        case = case_for(actor, case_number)
    except CaseNotVisible as stranger:
        raise NotAllowed(Permission.RATING_GIVE) from stranger
    if case.number is None:  # a draft
        raise NotAllowed(Permission.RATING_GIVE)
    rated = Rating.objects.filter(case_id=case.id).exists()
    reasons = refusals(
        level=level, tags=tags, text=text.strip(), closed=case.state == "closed", is_applicant=True, rated=rated
    )
    if reasons:
        raise Refused(*reasons)
    rating, created = Rating.objects.get_or_create(
        case_id=case.id,
        defaults={
            "case_number": case.number,
            "item_name": case.item_name,
            "department_id": case.department_id,
            "region_id": case.region_id,
            "rated_by_ref": actor.ref,
            "level": level,
            "tags": tags,
            "text": text.strip(),
            "channel": channel,
            "at": now,
        },
    )
    if not created:
        raise Refused(*refusals(level=level, tags=tags, text="", closed=True, is_applicant=True, rated=True))
    record(
        actor_ref=actor.ref,
        tag="feedback:rating:given",
        subject=f"case:{case.number}",
        detail={"level": level, "channel": channel},
        now=now,
    )
    return rating
