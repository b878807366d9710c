"""Deliver what waits in the outbox.

Three short steps a batch: claim (a transaction that marks messages as sending until a lease ends), deliver (no
transaction at all), note the outcome (one statement a message). A worker that dies in between lets the lease run out;
the next one delivers again under the same key, which providers know.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import F, Q

from yitong.notifications.models import Message, Template
from yitong.notifications.providers import DeliveryFailed, DeliveryImpossible, Parcel, Provider, provider_for
from yitong.notifications.rules.backoff import LEASE, LEASE_BATCH, LONGEST_WAIT, MAX_ATTEMPTS, wait_after
from yitong.notifications.rules.states import Channel, State
from yitong.notifications.rules.texts import MissingValues, Texts, rendered
from yitong.notifications.templates_data import SEEDS

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _Outcome:
    """What an attempt came to; ``error`` is empty exactly when the state is delivered."""

    state: State
    error: str = ""
    provider_ref: str = ""


def drain(*, now: datetime, limit: int = 500) -> int:
    """Attempt up to ``limit`` messages that are due; returns how many were delivered.

    Several workers may drain at once. Must not be called inside a transaction: it refuses with RuntimeError.
    """
    delivered = attempted = 0
    providers: dict[str, Provider] = {}
    texts: Mapping[str, Texts] | None = None
    while attempted < limit:
        messages = _claim(now, min(LEASE_BATCH, limit - attempted))
        if not messages:
            break
        texts = texts_in_force() if texts is None else texts
        attempted += len(messages)
        for message in messages:
            outcome = _attempt(message, texts, providers, now)
            delivered += _note(message, outcome, now)
    return delivered


def _due(now: datetime) -> Q:
    """Messages to attempt now. An instant further ahead than we ever set one means that the clock was put back."""
    waits_over = Q(next_attempt_at__lte=now) | Q(next_attempt_at__gt=now + 2 * LONGEST_WAIT)
    lease_over = Q(claimed_until__lte=now) | Q(claimed_until__gt=now + 2 * LEASE)
    return Q(state=State.PENDING) | Q(state=State.FAILED) & waits_over | Q(state=State.SENDING) & lease_over


def _claim(now: datetime, count: int) -> list[Message]:
    with transaction.atomic(durable=True):
        found = Message.objects.select_for_update(skip_locked=True).filter(_due(now))
        messages = list(found.order_by("next_attempt_at", "id")[:count])
        if messages:
            Message.objects.filter(pk__in=[message.pk for message in messages]).update(
                state=State.SENDING, claimed_until=now + LEASE, attempts=F("attempts") + 1
            )
    for message in messages:
        message.attempts += 1
    return messages


def texts_in_force() -> dict[str, Texts]:
    """Every kind's texts: as edited in the table, else as seeded."""
    return {**SEEDS, **{row.code: row.texts() for row in Template.objects.all()}}


def _attempt(message: Message, texts: Mapping[str, Texts], providers: dict[str, Provider], now: datetime) -> _Outcome:
    if message.expires_at is not None and message.expires_at <= now:
        return _Outcome(State.DEAD, "expired before it could be delivered")
    if message.attempts > MAX_ATTEMPTS:
        # Only a worker that died holding it gets here: the message may be what kills it.
        return _Outcome(State.DEAD, message.last_error or "every worker that tried it died")
    try:
        if not message.text:
            title, message.text = rendered(texts[message.template], message.channel, message.context)
            message.title = title[:500]
        if message.channel == Channel.INAPP:
            return _Outcome(State.DELIVERED)
        return _handed_over(message, providers, now)
    except (MissingValues, KeyError) as error:
        return _failed(message, f"the template cannot be filled: {error}")


def _handed_over(message: Message, providers: dict[str, Provider], now: datetime) -> _Outcome:
    parcel = Parcel(f"message:{message.pk}", message.channel, message.address, message.title, message.text)
    try:
        provider = providers.setdefault(message.channel, provider_for(message.channel))
        return _Outcome(State.DELIVERED, provider_ref=provider.deliver(parcel, now)[:200])
    except DeliveryImpossible as error:
        return _Outcome(State.DEAD, str(error))
    except DeliveryFailed as error:
        return _failed(message, str(error))
    except Exception as error:
        # A provider's fault must not stop the messages behind this one. It is logged with its trace, noted on the
        # message and ends as dead, in front of a person.
        log.exception("the provider of %s failed on message %s", message.channel, message.pk)
        return _failed(message, f"{type(error).__name__}: {error}")


def _failed(message: Message, error: str) -> _Outcome:
    return _Outcome(State.DEAD if message.attempts >= MAX_ATTEMPTS else State.FAILED, error)


def _note(message: Message, outcome: _Outcome, now: datetime) -> bool:
    """Save the outcome if the message is still ours; returns whether it was delivered.

    The number of attempts fences: when our lease ran out and another worker claimed it, that worker's outcome counts.
    """
    ours = Message.objects.filter(pk=message.pk, state=State.SENDING, attempts=message.attempts)
    delivered = outcome.state is State.DELIVERED
    noted = ours.update(
        state=outcome.state,
        claimed_until=None,
        title=message.title,
        text=message.text,
        last_error=outcome.error[:2000],
        provider_ref=outcome.provider_ref,
        delivered_at=now if delivered else None,
        next_attempt_at=now + wait_after(message.attempts),
    )
    if outcome.state is State.DEAD:
        log.error("message %s (%s by %s) is given up: %s", message.pk, message.template, message.channel, outcome.error)
    return bool(noted and delivered)
