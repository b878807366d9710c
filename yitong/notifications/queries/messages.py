"""Messages as their readers see them. Every list is newest first and paged by id."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, TypeVar

from django.db.models import Count, Model, Q, QuerySet

from yitong.notifications.models import LocalDelivery, Message
from yitong.notifications.permissions import require_view, visible_to
from yitong.notifications.rules.states import OPEN, Channel, State
from yitong.parties.actors import Actor

PAGE_SIZE = 30
Row = TypeVar("Row", bound=Model)


@dataclass(frozen=True, slots=True)
class Page(Generic[Row]):
    """``older``: the id to pass as ``before`` for the next page, None on the last one."""

    rows: tuple[Row, ...]
    older: int | None


@dataclass(frozen=True, slots=True)
class DeliveryFilters:
    """Empty means any."""

    state: str = ""
    channel: str = ""
    template: str = ""
    subject: str = ""


def unread_count(actor: Actor) -> int:
    """How many of the actor's in-app messages are unread; 0 without a query for somebody who has none."""
    if actor.person_id is None and actor.staff_id is None:
        return 0
    return visible_to(actor).filter(read_at__isnull=True).count()


def mine(actor: Actor, before: int | None = None) -> Page[Message]:
    """The actor's in-app messages."""
    return _page(visible_to(actor), before)


def deliveries(actor: Actor, filters: DeliveryFilters, before: int | None = None) -> Page[Message]:
    """All messages on all channels. NotAllowed without ``notifications:message:view``; the page masks addresses."""
    require_view(actor)
    given: dict[str, Any] = {
        name: value for name in ("state", "channel", "template", "subject") if (value := getattr(filters, name))
    }
    return _page(Message.objects.filter(**given), before)


def counts_by_state(actor: Actor) -> dict[str, int]:
    """How many messages are in each state that needs watching; delivered ones are not counted. NotAllowed as above."""
    require_view(actor)
    watched = [*OPEN, State.DEAD]
    rows = Message.objects.filter(state__in=watched).order_by().values_list("state").annotate(n=Count("pk"))
    return {**{state.value: 0 for state in watched}, **dict(rows)}


def local_outbox(address: str = "", before: int | None = None) -> Page[LocalDelivery]:
    """What the local provider took, of one phone number or e-mail address if given. For the demonstration page only."""
    found = LocalDelivery.objects.all()
    return _page(found.filter(address=address) if address else found, before)


def on_its_way(now: datetime, address: str = "") -> bool:
    """Whether a text message or an e-mail is due and not delivered yet, to one address if given."""
    due = Message.objects.filter(state__in=OPEN, next_attempt_at__lte=now).exclude(channel=Channel.INAPP)
    return (due.filter(Q(phone=address) | Q(email=address)) if address else due).exists()


def _page(found: QuerySet[Row], before: int | None) -> Page[Row]:
    if before is not None:
        found = found.filter(pk__lt=before)
    rows = tuple(found.order_by("-pk")[: PAGE_SIZE + 1])
    return Page(rows[:PAGE_SIZE], rows[PAGE_SIZE - 1].pk if len(rows) > PAGE_SIZE else None)
