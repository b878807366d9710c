"""End a licence before its term."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from django.db import transaction

from yitong.audit.commands import record
from yitong.documents import commands as documents
from yitong.kernel.reasons import N_, Conflict, NotAllowed, Reason, Refused
from yitong.licences.models import Licence, LicenceEvent
from yitong.licences.permissions import can_revoke, visible_to
from yitong.parties.actors import Actor
from yitong.parties.roles import Permission

SHANGHAI = ZoneInfo("Asia/Shanghai")
REVOCATION_LAW = "《中华人民共和国行政许可法》第六十九条"
CANCELLATION_LAW = "《中华人民共和国行政许可法》第七十条"
LONGEST_REASON = 200


@transaction.atomic
def revoke(*, licence_id: int, reason: str, actor: Actor, now: datetime, cancel: bool = False) -> Licence:
    """Revoke (撤销, 吊销) a licence, or with ``cancel`` cancel it (注销); its document verifies as revoked from now on.

    Raises NotAllowed (a licence the actor cannot see looks like none), Refused without a reason, Conflict when it has ended
    already, saying when and as what.
    """
    licence = Licence.objects.select_for_update().filter(pk=licence_id).first()
    if licence is None or not visible_to(actor).filter(pk=licence_id).exists() or not can_revoke(actor, licence):
        raise NotAllowed(Permission.LICENCE_REVOKE)
    law = CANCELLATION_LAW if cancel else REVOCATION_LAW
    reason = reason.strip()
    if not reason or len(reason) > LONGEST_REASON:
        message = N_("Give the reason in 1 to %(most)s characters; it is shown to the holder and to whoever verifies.")
        raise Refused(Reason("reason_needed", message, law=law, field="reason", params={"most": LONGEST_REASON}))
    if licence.status != Licence.Status.VALID:
        raise Conflict(_ended(licence))
    licence.status = Licence.Status.CANCELLED if cancel else Licence.Status.REVOKED
    licence.save(update_fields=["status"])
    LicenceEvent.objects.create(
        licence=licence, at=now, status=licence.status, reason=reason, actor_ref=actor.ref, actor_name=actor.name
    )
    documents.revoke(document_id=licence.document_id, reason=reason, actor=actor, now=now)
    record(
        actor_ref=actor.ref,
        tag=f"licences:licence:{licence.status}",
        subject=f"licence:{licence.number}",
        detail={"identifier": licence.identifier},
        now=now,
    )
    return licence


def _ended(licence: Licence) -> Reason:
    event = licence.events.exclude(status=Licence.Status.VALID).latest("id")
    if event.status == Licence.Status.REVOKED:
        message = N_("%(who)s revoked this licence already (%(at)s). Nothing was changed.")
    else:
        message = N_("%(who)s cancelled this licence already (%(at)s). Nothing was changed.")
    at = event.at.astimezone(SHANGHAI).strftime("%Y-%m-%d %H:%M")
    return Reason("already_ended", message, params={"who": event.actor_name or event.actor_ref, "at": at})
