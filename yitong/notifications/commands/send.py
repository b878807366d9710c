"""Put messages into the outbox, as part of the sender's transaction."""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection

from yitong.notifications.models import Message
from yitong.notifications.rules.states import Channel, State
from yitong.notifications.rules.texts import MissingValues, plain_values
from yitong.notifications.templates_data import SEEDS
from yitong.storage import writes

log = logging.getLogger(__name__)

_COLUMNS = (
    "template",
    "channel",
    "dedup_key",
    "subject",
    "person_id",
    "staff_id",
    "name",
    "phone",
    "email",
    "context",
    "title",
    "text",
    "state",
    "attempts",
    "created_at",
    "expires_at",
    "next_attempt_at",
    "last_error",
    "provider_ref",
)
_ROW = "(" + ", ".join("%s::jsonb" if column == "context" else "%s" for column in _COLUMNS) + ")"
_INSERT = f"INSERT INTO notifications_message ({', '.join(_COLUMNS)}) VALUES "
_ONCE = " ON CONFLICT (dedup_key, channel) DO NOTHING RETURNING id, channel"


class UnknownTemplate(ValueError):
    """No template has this code; the message lists those that exist. A fault of the caller."""

    def __init__(self, code: str) -> None:
        super().__init__(f"there is no message template {code!r}; write one of: {', '.join(sorted(SEEDS))}")


@dataclass(frozen=True, slots=True)
class Recipient:
    """Who is told. Each channel needs its address: sms a phone, email an e-mail, inapp a person's or staff id."""

    person_id: int | None = None
    staff_id: int | None = None
    phone: str = ""
    email: str = ""
    name: str = ""

    def reachable_by(self, channel: Channel) -> bool:
        """Whether the address ``channel`` needs is known."""
        if channel is Channel.INAPP:
            return self.person_id is not None or self.staff_id is not None
        return bool(self.phone if channel is Channel.SMS else self.email)


def send(
    *,
    template: str,
    recipient: Recipient,
    context: Mapping[str, Any],
    dedup_key: str,
    now: datetime,
    channels: Sequence[str] = ("sms", "inapp"),
    subject: str = "",
    expires_at: datetime | None = None,
) -> list[Message]:
    """Write one outbox row a channel with one INSERT; the worker delivers them after the transaction commits.

    Returns the messages written: fewer than ``channels`` when the recipient has no address there (the channel is left
    out) or when ``dedup_key`` was sent before (nothing happens). ``dedup_key`` names the event and the recipient.
    ``context``: a value for every placeholder of the template. After ``expires_at`` it is no longer delivered.
    Within ``writes.together`` the list is filled at its end. Raises UnknownTemplate and MissingValues, faults of
    the caller.
    """
    if template not in SEEDS:
        raise UnknownTemplate(template)
    missing = sorted(SEEDS[template].placeholders - context.keys())
    if missing:
        raise MissingValues(template, missing)
    if not dedup_key or len(dedup_key) > 200:
        raise ValueError(f"dedup_key {dedup_key!r} must have 1 to 200 characters")
    messages = [
        Message(
            template=template,
            channel=channel.value,
            dedup_key=dedup_key,
            subject=subject,
            person_id=recipient.person_id,
            staff_id=recipient.staff_id,
            name=recipient.name,
            phone=recipient.phone,
            email=recipient.email,
            context=plain_values(context),
            state=State.PENDING.value,
            created_at=now,
            expires_at=expires_at,
            next_attempt_at=now,
        )
        for channel in map(Channel, dict.fromkeys(channels))
        if recipient.reachable_by(channel)
    ]
    if not messages:
        log.warning("message %s about %s reaches nobody: no address for %s", template, subject, "/".join(channels))
    return _insert(messages)


def _insert(messages: list[Message]) -> list[Message]:
    """Not ``bulk_create(ignore_conflicts=True)``: that cannot say which rows were written, nor their ids."""
    if not messages:
        return []
    values: list[Any] = []
    for message in messages:
        values += [
            json.dumps(message.context, ensure_ascii=False) if column == "context" else getattr(message, column)
            for column in _COLUMNS
        ]
    fresh: list[Message] = []

    def written(rows: list[dict[str, Any]]) -> None:
        keys = {row["channel"]: row["id"] for row in rows}
        for message in messages:
            if key := keys.get(message.channel):
                message.pk = key
                message._state.adding = False
                message._state.db = connection.alias
                fresh.append(message)

    writes.write(_INSERT + ", ".join([_ROW] * len(messages)) + _ONCE, values, written)
    return fresh
