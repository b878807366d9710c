"""What this actor may do to this case now, and why not: the buttons of a page and the answer of the API."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from yitong.cases import permissions
from yitong.cases.models import Case
from yitong.cases.queries.facts import all_facts
from yitong.cases.rules.transitions import Action, refusals
from yitong.catalog.queries.items import version
from yitong.kernel.reasons import N_, Reason
from yitong.parties.actors import Actor

LABELS: dict[Action, str] = {
    Action.EDIT: N_("Edit"),
    Action.SUBMIT: N_("Submit"),
    Action.SIGN_COMMITMENT: N_("Sign the commitment"),
    Action.WITHDRAW_COMMITMENT: N_("Take the commitment back"),
    Action.OFFER_PROVISIONAL: N_("Promise materials later"),
    Action.CHOOSE_DELIVERY: N_("Choose delivery"),
    Action.CLAIM: N_("Claim"),
    Action.HAND_OVER: N_("Hand over"),
    Action.DECLARE_NOT_REQUIRED: N_("Not required"),
    Action.REFUSE_ACCEPTANCE: N_("Refuse acceptance"),
    Action.REQUEST_CORRECTION: N_("Ask for correction"),
    Action.SUPPLY_CORRECTION: N_("Supply the correction"),
    Action.ACCEPT: N_("Accept"),
    Action.ACCEPT_PROVISIONALLY: N_("Accept provisionally"),
    Action.SUPPLY_PROVISIONAL: N_("Supply promised materials"),
    Action.EXTEND_PROMISE: N_("Move the promised day"),
    Action.ASK_BASIS: N_("Ask for another proof"),
    Action.SETTLE_BASIS: N_("Let it count all the same"),
    Action.COMPLETE_STEP: N_("Give an opinion"),
    Action.RETURN_TO_STEP: N_("Return to a step"),
    Action.RECORD_SITE_CHECK: N_("Record a site check"),
    Action.START_SPECIAL_PROCEDURE: N_("Start a special procedure"),
    Action.END_SPECIAL_PROCEDURE: N_("End the special procedure"),
    Action.REQUEST_EXTENSION: N_("Ask for an extension"),
    Action.APPROVE_EXTENSION: N_("Approve the extension"),
    Action.REFUSE_EXTENSION: N_("Refuse the extension"),
    Action.DECIDE: N_("Decide"),
    Action.ISSUE_RESULT: N_("Issue the result"),
    Action.DELIVER: N_("Deliver"),
    Action.CONFIRM_DELIVERY: N_("Confirm delivery"),
    Action.CHECK_COMMITMENT: N_("Check the commitment"),
    Action.REQUEST_REPAIR: N_("Ask for credit repair"),
    Action.APPROVE_REPAIR: N_("Approve the credit repair"),
    Action.REFUSE_REPAIR: N_("Refuse the credit repair"),
    Action.WITHDRAW: N_("Withdraw"),
    Action.TERMINATE: N_("Terminate"),
}


@dataclass(frozen=True, slots=True)
class ActionState:
    """One act: its code and label (msgid), whether it is possible now, and if not, the reasons."""

    code: str
    label: str
    allowed: bool
    reasons: tuple[Reason, ...]


def actions(actor: Actor, case: Case, now: datetime) -> list[ActionState]:
    """Every act this actor's role has on this case, possible now or not, in the order of work.

    Nothing an actor could never do to it is listed. The number of queries does not depend on the case.
    """
    mine = [action for action in LABELS if permissions.can(actor, action, case)]
    if not mine:
        return []
    facts = all_facts(case, version(case.version_id).record, actor, now)
    states = []
    for action in mine:
        reasons = tuple(refusals(action, facts))
        states.append(ActionState(action.value, LABELS[action], not reasons, reasons))
    return states
