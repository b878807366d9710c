"""Writes of the certificates context."""

from yitong.certificates.commands.instant import issue_instant
from yitong.certificates.commands.posting import confirm_post, post
from yitong.certificates.commands.reminders import remind_overdue
from yitong.certificates.commands.requesting import attach, request, supply, withdraw
from yitong.certificates.commands.reviewing import approve, ask_back, claim, refuse
from yitong.certificates.commands.revoking import revoke
from yitong.certificates.commands.sheets import draw_sheet
from yitong.certificates.commands.types import ensure_types, save_type
from yitong.certificates.commands.verifying import answer, ask_department, take_back
from yitong.certificates.commands.windows import open_by_code, open_window

__all__ = [
    "answer",
    "approve",
    "ask_back",
    "ask_department",
    "attach",
    "claim",
    "confirm_post",
    "draw_sheet",
    "ensure_types",
    "issue_instant",
    "open_by_code",
    "open_window",
    "post",
    "refuse",
    "remind_overdue",
    "request",
    "revoke",
    "save_type",
    "supply",
    "take_back",
    "withdraw",
]
