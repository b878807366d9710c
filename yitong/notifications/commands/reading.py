"""Mark in-app messages as read."""

from __future__ import annotations

from datetime import datetime

from yitong.notifications.permissions import visible_to
from yitong.parties.actors import Actor


def mark_read(*, actor: Actor, now: datetime, message_id: int | None = None) -> int:
    """Mark one of the actor's own in-app messages, or all of them, as read; returns how many were unread.

    Another person's message counts as none. Reading is no act on a case and is not logged.
    """
    unread = visible_to(actor).filter(read_at__isnull=True)
    if message_id is not None:
        unread = unread.filter(pk=message_id)
    return unread.update(read_at=now)
