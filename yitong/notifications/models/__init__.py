"""Tables of the notifications context."""

from yitong.notifications.models.local_delivery import LocalDelivery
from yitong.notifications.models.message import Message
from yitong.notifications.models.template import Template, TemplateVersion

__all__ = ["LocalDelivery", "Message", "Template", "TemplateVersion"]
