"""Writes of the notifications context."""

from yitong.notifications.commands.drain import drain
from yitong.notifications.commands.reading import mark_read
from yitong.notifications.commands.retry import NoSuchMessage, retry
from yitong.notifications.commands.send import Recipient, send
from yitong.notifications.commands.templates import ensure_templates

__all__ = ["NoSuchMessage", "Recipient", "drain", "ensure_templates", "mark_read", "retry", "send"]
