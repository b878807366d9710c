"""Writes of the licences context."""

from yitong.licences.commands.ending import cancel, report_lost, revoke, transfer_out
from yitong.licences.commands.issue_licence import issue
from yitong.licences.commands.linking import link_holder
from yitong.licences.commands.renewing import applied, choose_present, intend, not_granted, reissue, renew
from yitong.licences.commands.terms import deem_renewed, remind_renewals
from yitong.licences.commands.type_editing import TypeValues, edit_type
from yitong.licences.commands.types import ensure_types

__all__ = [
    "TypeValues",
    "applied",
    "cancel",
    "choose_present",
    "deem_renewed",
    "edit_type",
    "ensure_types",
    "intend",
    "issue",
    "link_holder",
    "not_granted",
    "reissue",
    "remind_renewals",
    "renew",
    "report_lost",
    "revoke",
    "transfer_out",
]
