"""The acts of the case page: which form each needs, which command it calls, what the officer reads."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from yitong.cases.commands import (
    acceptance,
    basis,
    commitment,
    commitment_withdrawal,
    credit_repair,
    decision,
    delivery,
    ending,
    extension,
    handling,
    intake,
    provisional,
    review,
    special,
)
from yitong.cases.forms import desk_acceptance, desk_basis, desk_promises, desk_result, desk_review
from yitong.cases.forms.desk_base import ActionForm
from yitong.cases.models import Case
from yitong.cases.rules.transitions import Action


@dataclass(frozen=True, slots=True)
class Act:
    """``done``: what the page says afterwards. ``danger``: ends or refuses something. ``hint``: what follows from it."""

    action: Action
    label: Any
    form: type[ActionForm]
    run: Callable[..., Case]
    done: Any
    primary: bool = False
    danger: bool = False
    hint: Any = ""


A = Action
_ACTS = (
    Act(A.CLAIM, _("Claim"), desk_acceptance.Claim, handling.claim, _("The case is yours.")),
    Act(
        A.ACCEPT,
        _("Accept"),
        desk_acceptance.Accept,
        acceptance.accept,
        _("Accepted; the notice is issued and both clocks run."),
        primary=True,
        hint=_("Issues the sealed acceptance notice; both clocks start, the acceptance day itself is not counted."),
    ),
    Act(
        A.REQUEST_CORRECTION,
        _("Ask for a correction"),
        desk_acceptance.RequestCorrection,
        intake.request_correction,
        _("The correction notice is issued and the applicant told."),
    ),
    Act(
        A.ASK_BASIS,
        _("Ask for another proof"),
        desk_basis.AskBasis,
        basis.ask_basis,
        _("The notice is issued and the applicant told."),
        primary=True,
        hint=_("No correction notice: the ground was lost after the case was handed in. The clock runs on."),
    ),
    Act(
        A.SETTLE_BASIS,
        _("Let it count all the same"),
        desk_basis.SettleBasis,
        basis.settle_basis,
        _("Recorded why the material counts."),
        hint=_("What was lawfully examined before stays lawful; you answer for it by name."),
    ),
    Act(
        A.ACCEPT_PROVISIONALLY,
        _("Accept provisionally"),
        desk_acceptance.AcceptProvisionally,
        acceptance.accept_provisionally,
        _("Accepted on the applicant's promise."),
        hint=_("The result is withheld until the promised materials are here."),
    ),
    Act(
        A.DECLARE_NOT_REQUIRED,
        _("No permit required"),
        desk_acceptance.DeclareNotRequired,
        intake.declare_not_required,
        _("The applicant is told that no permit is needed; the case is closed."),
    ),
    Act(
        A.REFUSE_ACCEPTANCE,
        _("Refuse acceptance"),
        desk_acceptance.RefuseAcceptance,
        intake.refuse_acceptance,
        _("Acceptance is refused in writing and the right organ named."),
        danger=True,
    ),
    Act(
        A.COMPLETE_STEP,
        _("Give the opinion"),
        desk_review.CompleteStep,
        review.complete_step,
        _("The step is complete."),
        primary=True,
    ),
    Act(
        A.RECORD_SITE_CHECK,
        _("Record a site check"),
        desk_review.RecordSiteCheck,
        review.record_site_check,
        _("The site check is recorded."),
    ),
    Act(
        A.RETURN_TO_STEP,
        _("Return to a step"),
        desk_review.ReturnToStep,
        review.return_to_step,
        _("The case is back at the step; the clock runs on."),
        hint=_("The clock runs on: going back is the office's own affair."),
    ),
    Act(
        A.START_SPECIAL_PROCEDURE,
        _("Start a special procedure"),
        desk_review.StartSpecialProcedure,
        special.start_special_procedure,
        _("The clock stands; the applicant is told in writing."),
    ),
    Act(
        A.END_SPECIAL_PROCEDURE,
        _("End the special procedure"),
        desk_review.EndSpecialProcedure,
        special.end_special_procedure,
        _("The clock runs again; the new due date is told."),
        primary=True,
    ),
    Act(
        A.REQUEST_EXTENSION,
        _("Ask for an extension"),
        desk_review.RequestExtension,
        extension.request_extension,
        _("The head is asked; nothing moves until he approves."),
    ),
    Act(
        A.APPROVE_EXTENSION,
        _("Approve the extension"),
        desk_review.ApproveExtension,
        extension.approve_extension,
        _("Approved; the applicant is told the new date."),
        primary=True,
    ),
    Act(
        A.REFUSE_EXTENSION,
        _("Refuse the extension"),
        desk_review.RefuseExtension,
        extension.refuse_extension,
        _("The extension is refused; the limit stays."),
    ),
    Act(
        A.DECIDE,
        _("Decide"),
        desk_result.Decide,
        decision.decide,
        _("Decided; the decision is issued."),
        primary=True,
        hint=_("A grant issues the licence at the same moment; delivery follows within ten working days."),
    ),
    Act(
        A.ISSUE_RESULT,
        _("Issue the result"),
        desk_result.IssueResult,
        decision.issue_result,
        _("The result is issued."),
        primary=True,
    ),
    Act(
        A.DELIVER,
        _("Deliver"),
        desk_result.Deliver,
        delivery.deliver,
        _("The delivery is recorded."),
        primary=True,
    ),
    Act(
        A.CONFIRM_DELIVERY,
        _("Confirm the delivery"),
        desk_result.ConfirmDelivery,
        delivery.confirm_delivery,
        _("Recorded."),
        primary=True,
    ),
    Act(
        A.CHECK_COMMITMENT,
        _("Check the commitment"),
        desk_review.CheckCommitment,
        commitment.check_commitment,
        _("The check is recorded."),
        primary=True,
    ),
    Act(
        A.SUPPLY_PROVISIONAL,
        _("Promised materials are here"),
        desk_acceptance.SupplyProvisional,
        provisional.supply_provisional,
        _("Everything promised is here."),
    ),
    Act(
        A.EXTEND_PROMISE,
        _("Move the promised day"),
        desk_promises.ExtendPromise,
        provisional.extend_promise,
        _("The promised day is moved and the applicant told."),
        hint=_("For force majeure only. Reminders and the end of the case follow the new day; the clocks run on."),
    ),
    Act(
        A.APPROVE_REPAIR,
        _("Approve the credit repair"),
        desk_promises.AnswerRepair,
        credit_repair.approve_repair,
        _("The credit is repaired and the applicant told."),
        primary=True,
        hint=_("This case no longer bars the applicant from provisional acceptance and commitments."),
    ),
    Act(
        A.REFUSE_REPAIR,
        _("Refuse the credit repair"),
        desk_promises.AnswerRepair,
        credit_repair.refuse_repair,
        _("The credit repair is refused and the applicant told."),
        danger=True,
    ),
    Act(
        A.WITHDRAW_COMMITMENT,
        _("Take the commitment back for the applicant"),
        desk_promises.WithdrawCommitment,
        commitment_withdrawal.withdraw_commitment,
        _("The commitment is taken back; the case goes the ordinary way."),
        danger=True,
        hint=_(
            "Only on the applicant's own wish, with his signature on paper. What it stood for must then be supplied."
        ),
    ),
    Act(
        A.HAND_OVER,
        _("Hand over"),
        desk_acceptance.HandOver,
        handling.hand_over,
        _("Handed over; the colleague is told."),
    ),
    Act(
        A.WITHDRAW,
        _("Withdraw for the applicant"),
        desk_acceptance.Withdraw,
        ending.withdraw,
        _("The application is withdrawn."),
        danger=True,
        hint=_("Only on the applicant's own wish, with his signature on paper."),
    ),
    Act(
        A.TERMINATE,
        _("Terminate"),
        desk_acceptance.Terminate,
        ending.terminate,
        _("The case is terminated in writing."),
        danger=True,
    ),
)
ACTS: Mapping[str, Act] = {act.action.value: act for act in _ACTS}
"""By action code, in the order the panel shows them."""
