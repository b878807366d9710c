"""A message as the delivery list shows it: where to, masked, and never what it says."""

from __future__ import annotations

from typing import Any

from yitong.notifications.models import Message
from yitong.notifications.rules.states import RETRYABLE, Channel, State
from yitong.notifications.templates_data import SEEDS
from yitong.notifications.views.forms import CHANNEL_LABELS, STATE_LABELS
from yitong.parties.rules.masking import mask_phone, masked_name

STATE_COLOURS = {
    State.PENDING: "blue",
    State.SENDING: "azure",
    State.DELIVERED: "green",
    State.FAILED: "yellow",
    State.DEAD: "red",
}


def delivery_row(message: Message) -> dict[str, Any]:
    """What the template shows of one message."""
    state, kind = State(message.state), SEEDS.get(message.template)
    return {
        "message": message,
        "kind": kind.name if kind else message.template,
        "channel": CHANNEL_LABELS[Channel(message.channel)],
        "state": STATE_LABELS[state],
        "colour": STATE_COLOURS[state],
        "name": masked_name(message.name),
        "address": masked_address(message),
        "retryable": state in RETRYABLE,
    }


def masked_address(message: Message) -> str:
    """138****0001, l***@example.cn, or the recipient's id for an in-app message."""
    if message.channel == Channel.SMS:
        return mask_phone(message.phone)
    if message.channel == Channel.EMAIL:
        name, _, domain = message.email.partition("@")
        return f"{name[:1]}***@{domain}"
    return f"person:{message.person_id}" if message.person_id is not None else f"staff:{message.staff_id}"
