"""Writes of the cases context: one verb a function, keyword-only, taking ``actor`` and ``now``.

Every command locks the case, refuses with reasons (``Refused``), with ``NotAllowed`` or with ``Conflict``, and writes events
and one audit entry in the same transaction. ``rev`` is the revision the caller looked at.
"""

from yitong.cases.commands.acceptance import accept, accept_provisionally
from yitong.cases.commands.archive import export
from yitong.cases.commands.basis import ask_basis, settle_basis
from yitong.cases.commands.commitment import check_commitment, sign_commitment
from yitong.cases.commands.commitment_withdrawal import withdraw_commitment
from yitong.cases.commands.credit_repair import approve_repair, refuse_repair, request_repair
from yitong.cases.commands.decision import REMEDIES, decide, issue_result
from yitong.cases.commands.delivery import choose_delivery, confirm_delivery, deliver
from yitong.cases.commands.drafts import discard_draft, save_answers, save_form, start_draft
from yitong.cases.commands.ending import GROUNDS, terminate, withdraw
from yitong.cases.commands.extension import approve_extension, refuse_extension, request_extension
from yitong.cases.commands.handling import claim, hand_over
from yitong.cases.commands.intake import (
    declare_not_required,
    refuse_acceptance,
    request_correction,
    supply_correction,
)
from yitong.cases.commands.journal import CaseNotFound
from yitong.cases.commands.materials import attach_material, attach_paper, remove_material
from yitong.cases.commands.presenting import attach_presented
from yitong.cases.commands.provisional import extend_promise, offer_provisional, supply_provisional
from yitong.cases.commands.renewal import choose_renewal
from yitong.cases.commands.reuse import agree
from yitong.cases.commands.review import OPINIONS, complete_step, record_site_check, return_to_step
from yitong.cases.commands.special import end_special_procedure, start_special_procedure
from yitong.cases.commands.submission import file_at_counter, submit
from yitong.cases.commands.sweeps import (
    deem_accepted,
    deem_approved,
    deem_renewed,
    remind_corrections,
    remind_provisional,
    terminate_overdue_provisional,
)
from yitong.cases.commands.taking import Choice
from yitong.cases.rules.applicants import Applicant

__all__ = [
    "GROUNDS",
    "OPINIONS",
    "REMEDIES",
    "Applicant",
    "CaseNotFound",
    "Choice",
    "accept",
    "accept_provisionally",
    "agree",
    "approve_extension",
    "approve_repair",
    "ask_basis",
    "attach_material",
    "attach_paper",
    "attach_presented",
    "check_commitment",
    "choose_delivery",
    "choose_renewal",
    "claim",
    "complete_step",
    "confirm_delivery",
    "decide",
    "declare_not_required",
    "deem_accepted",
    "deem_approved",
    "deem_renewed",
    "deliver",
    "discard_draft",
    "end_special_procedure",
    "export",
    "extend_promise",
    "file_at_counter",
    "hand_over",
    "issue_result",
    "offer_provisional",
    "record_site_check",
    "refuse_acceptance",
    "refuse_extension",
    "refuse_repair",
    "remind_corrections",
    "remind_provisional",
    "remove_material",
    "request_correction",
    "request_extension",
    "request_repair",
    "return_to_step",
    "save_answers",
    "save_form",
    "settle_basis",
    "sign_commitment",
    "start_draft",
    "start_special_procedure",
    "submit",
    "supply_correction",
    "supply_provisional",
    "terminate",
    "terminate_overdue_provisional",
    "withdraw",
    "withdraw_commitment",
]
