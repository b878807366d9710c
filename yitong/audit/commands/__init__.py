"""Writes of the audit log."""

from yitong.audit.commands.keys import ensure_keys, rotate_key
from yitong.audit.commands.record import Act, insert_from, insert_values, record, record_many
from yitong.audit.commands.sequencing import sequence, sequence_all

__all__ = [
    "Act",
    "ensure_keys",
    "insert_from",
    "insert_values",
    "record",
    "record_many",
    "rotate_key",
    "sequence",
    "sequence_all",
]
