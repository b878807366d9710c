"""Writes of the archive."""

from yitong.archive.commands.counter import look_on_in_case, open_in_case, reuse, verify_at_counter
from yitong.archive.commands.exporting import export
from yitong.archive.commands.forgetting import forget, forget_due, sweep_bytes
from yitong.archive.commands.keeping import CaseMaterial, agree_to_keeping, keep_from_case, withdraw_from_keeping
from yitong.archive.commands.reading_uploads import confirm, read_again, read_waiting
from yitong.archive.commands.uploading import declare, upload

__all__ = [
    "CaseMaterial",
    "agree_to_keeping",
    "confirm",
    "declare",
    "export",
    "forget",
    "forget_due",
    "keep_from_case",
    "look_on_in_case",
    "open_in_case",
    "read_again",
    "read_waiting",
    "reuse",
    "sweep_bytes",
    "upload",
    "verify_at_counter",
    "withdraw_from_keeping",
]
