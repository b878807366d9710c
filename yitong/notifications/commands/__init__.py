"""Writes of the notifications context."""

from yitong.notifications.commands.drain import drain
from yitong.notifications.commands.reading import mark_read
from yitong.notifications.commands.retry import NoSuchMessage, retry, retry_all
from yitong.notifications.commands.send import Recipient, send
from yitong.notifications.commands.templates import (
    NoSuchTemplate,
    ensure_templates,
    restore_template,
    save_template,
    seeded,
)

__all__ = [
    "NoSuchMessage",
    "NoSuchTemplate",
    "Recipient",
    "drain",
    "ensure_templates",
    "mark_read",
    "restore_template",
    "retry",
    "retry_all",
    "save_template",
    "seeded",
    "send",
]
