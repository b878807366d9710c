"""Who sees which messages."""

from __future__ import annotations

from django.db.models import Q, QuerySet

from yitong.kernel.reasons import NotAllowed
from yitong.notifications.models import Message
from yitong.notifications.rules.states import Channel, State
from yitong.parties.actors import Actor
from yitong.parties.roles import Permission


def visible_to(actor: Actor) -> QuerySet[Message]:
    """The actor's own delivered in-app messages, as a person or as a member of staff."""
    mine = Q(pk__in=[])
    if actor.person_id is not None:
        mine |= Q(person_id=actor.person_id)
    if actor.staff_id is not None:
        mine |= Q(staff_id=actor.staff_id)
    return Message.objects.filter(mine, channel=Channel.INAPP, state=State.DELIVERED)


def require_view(actor: Actor) -> None:
    """NotAllowed unless the actor may watch deliveries (addresses masked, texts hidden)."""
    if not actor.may(Permission.NOTIFICATION_VIEW):
        raise NotAllowed(Permission.NOTIFICATION_VIEW)


def require_edit(actor: Actor) -> None:
    """NotAllowed unless the actor may change what messages say. The wording is the platform's, so there is no scope."""
    if not actor.may(Permission.NOTIFICATION_TEMPLATE_EDIT):
        raise NotAllowed(Permission.NOTIFICATION_TEMPLATE_EDIT)
