"""A person tries a failed or dead message again."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import Q

from yitong.audit.commands import record
from yitong.kernel.reasons import N_, NotAllowed, Reason, Refused
from yitong.notifications.models import Message
from yitong.notifications.rules.states import RETRYABLE, State
from yitong.parties.actors import Actor
from yitong.parties.roles import Permission


class NoSuchMessage(LookupError):
    """There is no message with this id."""


def retry(*, actor: Actor, message_id: int, now: datetime) -> Message:
    """Put a failed or dead message back to pending with its attempts counted anew.

    Raises NotAllowed, NoSuchMessage, or Refused (``not_failed``, ``expired``).
    """
    if not actor.may(Permission.NOTIFICATION_RETRY):
        raise NotAllowed(Permission.NOTIFICATION_RETRY)
    with transaction.atomic():
        message = Message.objects.select_for_update().filter(pk=message_id).first()
        if message is None:
            raise NoSuchMessage(message_id)
        if message.state not in RETRYABLE:
            raise Refused(Reason("not_failed", N_("Only a message that failed can be sent again; reload the list.")))
        if message.expires_at is not None and message.expires_at <= now:
            raise Refused(Reason("expired", N_("This message has expired; nobody needs it any more.")))
        message.state, message.attempts, message.next_attempt_at = State.PENDING, 0, now
        message.save(update_fields=["state", "attempts", "next_attempt_at"])
        record(
            actor_ref=actor.ref,
            tag="notifications:message:retried",
            subject=f"message:{message.pk}",
            detail={"template": message.template, "channel": message.channel},
            now=now,
        )
    return message


@transaction.atomic
def retry_all(*, actor: Actor, now: datetime) -> int:
    """Put every message that was given up back to pending, but those that expired; returns how many. Idempotent."""
    if not actor.may(Permission.NOTIFICATION_RETRY):
        raise NotAllowed(Permission.NOTIFICATION_RETRY)
    dead = Message.objects.filter(Q(expires_at=None) | Q(expires_at__gt=now), state=State.DEAD)
    count = dead.update(state=State.PENDING, attempts=0, next_attempt_at=now)
    if count:
        record(
            actor_ref=actor.ref,
            tag="notifications:message:retried",
            subject="notifications:dead",
            detail={"messages": count},
            now=now,
        )
    return count
