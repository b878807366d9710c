"""Somebody registers: the licences that arrived for him before become his."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from yitong.audit.commands import record
from yitong.licences.holders import key_of_holder
from yitong.licences.models import Licence
from yitong.licences.rules.holders import Holder


@transaction.atomic
def link_holder(*, holder: Holder, now: datetime) -> int:
    """Note the registered person or enterprise on every licence with his key; returns how many. Safe to repeat.

    He sees them by key already; the link serves the statements that join the registers.
    """
    rows = Licence.objects.filter(
        holder_key=key_of_holder(holder), holder_person=None, holder_enterprise=None, holder_kind=holder.kind
    )
    linked = rows.update(holder_person=holder.person_id, holder_enterprise=holder.enterprise_id, updated_at=now)
    if linked:
        record(
            actor_ref="system:registration",
            tag="licences:holder:linked",
            subject=f"{holder.kind}:{holder.person_id or holder.enterprise_id}",
            detail={"count": linked},
            now=now,
        )
    return linked
