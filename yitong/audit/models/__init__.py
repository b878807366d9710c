"""Tables of the audit log. Rows are only ever added; triggers in the first migration refuse the rest."""

from yitong.audit.models.entry import Entry
from yitong.audit.models.key import SigningKey
from yitong.audit.models.tree import Checkpoint, Node

__all__ = ["Checkpoint", "Entry", "Node", "SigningKey"]
