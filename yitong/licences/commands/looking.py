"""Looks of a register's keeper at what is sensitive: logged before anything is shown."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from yitong.audit.commands import record
from yitong.kernel.reasons import N_, NotAllowed, Reason, Refused
from yitong.licences.models import Licence
from yitong.licences.permissions import keeps_register, visible_to
from yitong.licences.queries.register import Filters
from yitong.parties.actors import Actor
from yitong.parties.roles import Permission

LOOK_LAW = "《中华人民共和国个人信息保护法》第六条"
LONGEST = 100


@transaction.atomic
def open_by_keeper(*, actor: Actor, licence: Licence, purpose: str, now: datetime) -> None:
    """Note that the keeper looks at this licence's sensitive fields and why. Raises NotAllowed, Refused without a purpose."""
    if not keeps_register(actor) or not visible_to(actor).filter(pk=licence.pk).exists():
        raise NotAllowed(Permission.LICENCE_OPEN)
    purpose = purpose.strip()
    if not 2 <= len(purpose) <= LONGEST:
        message = N_("Say in 2 to %(most)s characters what you need it for; it is kept in the log.")
        raise Refused(Reason("purpose_needed", message, law=LOOK_LAW, field="purpose", params={"most": LONGEST}))
    record(
        actor_ref=actor.ref,
        tag="licences:licence:opened",
        subject=f"licence:{licence.number}",
        detail={"identifier": licence.identifier, "purpose": purpose},
        now=now,
    )


@transaction.atomic
def log_export(*, actor: Actor, filters: Filters, now: datetime) -> None:
    """Note that a list left the platform, and what was filtered."""
    if not keeps_register(actor):
        raise NotAllowed(Permission.LICENCE_VIEW)
    detail = {"type": filters.type_code, "standing": filters.standing, "holder": bool(filters.holder)}
    record(actor_ref=actor.ref, tag="licences:register:exported", subject="licences:register", detail=detail, now=now)
