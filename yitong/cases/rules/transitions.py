"""What may be done to a case now, and if not, why not: the one table behind commands, disabled buttons and the API.

Pure. Who may do it is ``permissions``; what the act itself must contain (a reason, days, an address) is ``rules.contents``.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from yitong.cases.rules.basis import ART_34 as EXAMINED
from yitong.cases.rules.basis import PENDING_STATES
from yitong.cases.rules.states import REVIEW_STATES, STATE_WORDS
from yitong.kernel.reasons import N_, Reason

ART_32_ONCE = "《行政许可法》第三十二条第一款第四项"
ART_34 = "《行政许可法》第三十四条第三款"
ART_42 = "《行政许可法》第四十二条"
ART_45 = "《行政许可法》第四十五条"
ART_50 = "《行政许可法》第五十条第二款"
"""A renewal not decided before the licence's term ends counts as granted."""
COMMITMENT_RULES = "国办发〔2020〕42号"


class Action(StrEnum):
    """Every act on a case. The value is its code in the API, in permissions and in forms."""

    EDIT = "edit"
    SUBMIT = "submit"
    SIGN_COMMITMENT = "sign_commitment"
    OFFER_PROVISIONAL = "offer_provisional"
    WITHDRAW_COMMITMENT = "withdraw_commitment"
    CHOOSE_DELIVERY = "choose_delivery"
    CLAIM = "claim"
    HAND_OVER = "hand_over"
    DECLARE_NOT_REQUIRED = "declare_not_required"
    REFUSE_ACCEPTANCE = "refuse_acceptance"
    REQUEST_CORRECTION = "request_correction"
    SUPPLY_CORRECTION = "supply_correction"
    ACCEPT = "accept"
    ACCEPT_PROVISIONALLY = "accept_provisionally"
    SUPPLY_PROVISIONAL = "supply_provisional"
    EXTEND_PROMISE = "extend_promise"
    COMPLETE_STEP = "complete_step"
    RETURN_TO_STEP = "return_to_step"
    RECORD_SITE_CHECK = "record_site_check"
    START_SPECIAL_PROCEDURE = "start_special_procedure"
    END_SPECIAL_PROCEDURE = "end_special_procedure"
    REQUEST_EXTENSION = "request_extension"
    APPROVE_EXTENSION = "approve_extension"
    REFUSE_EXTENSION = "refuse_extension"
    DECIDE = "decide"
    ISSUE_RESULT = "issue_result"
    DELIVER = "deliver"
    CONFIRM_DELIVERY = "confirm_delivery"
    CHECK_COMMITMENT = "check_commitment"
    REQUEST_REPAIR = "request_repair"
    APPROVE_REPAIR = "approve_repair"
    REFUSE_REPAIR = "refuse_repair"
    WITHDRAW = "withdraw"
    TERMINATE = "terminate"
    DEEM_ACCEPTED = "deem_accepted"
    DEEM_APPROVED = "deem_approved"
    DEEM_RENEWED = "deem_renewed"
    TERMINATE_OVERDUE = "terminate_overdue"
    REMIND_CORRECTION = "remind_correction"
    ASK_BASIS = "ask_basis"
    SETTLE_BASIS = "settle_basis"
    REPLACE_BASIS = "replace_basis"


@dataclass(frozen=True, slots=True)
class CaseFacts:
    """What the table looks at. Defaults describe a fresh draft, so that a test names only what matters.

    ``claimed_by``: name of another officer who holds the case, empty when free or held by the actor.
    ``delivery``: "" none, "sent", "delivered". ``extension``: "" none, "requested", "approved", "refused".
    ``broken_promise``: "" none unrepaired, "provisional" or "commitment". ``repair``: "" none, "requested", "approved",
    "refused". ``commitment``: "" or a state of the commitment. ``authority``: why the actor's letter does not allow deciding.
    ``renewal``: what silence did to the renewal the case is about: "" nothing, "lapsed" (its term ended undecided), "deemed".
    """

    state: str = "draft"
    now: datetime | None = None
    suspended: bool = False
    correction_given: bool = False
    tell_by_at: datetime | None = None
    statutory_due_at: datetime | None = None
    claimed_by: str = ""
    provisional_open: bool = False
    provisional_overdue: bool = False
    item_may_be_provisional: bool = False
    provisional_offered: bool = True
    item_has_commitment: bool = False
    commitment: str = ""
    broken_promise: str = ""
    repair: str = ""
    special_kinds: tuple[str, ...] = ()
    extension: str = ""
    extension_limit: int = 0
    deemed_approval_listed: bool = False
    deemed_approved: bool = False
    outcome: str = ""
    result_owed: bool = False
    delivery: str = ""
    steps_open: int = 0
    steps_any: int = 0
    site_checks_open: int = 0
    authority: Reason | None = None
    basis_lost: bool = False
    renewal: str = ""


A = Action
ENDED_BY_THE_ORGAN = (A.DECIDE, A.TERMINATE, A.REFUSE_ACCEPTANCE, A.DECLARE_NOT_REQUIRED)
"""Acts that come too late once a renewal counts as granted."""
ALLOWED_STATES: dict[Action, tuple[str, ...]] = {
    A.EDIT: ("draft", "correcting"),
    A.SUBMIT: ("draft",),
    A.SIGN_COMMITMENT: ("draft", "submitted", "correcting"),
    A.OFFER_PROVISIONAL: ("draft", "submitted", "correcting"),
    A.WITHDRAW_COMMITMENT: ("draft", "submitted", "correcting", *REVIEW_STATES),
    A.CHOOSE_DELIVERY: ("draft", "submitted", "correcting", "accepted", "deciding", "delivering"),
    A.CLAIM: ("submitted", "accepted", "deciding", "delivering"),
    A.HAND_OVER: ("submitted", "correcting", "accepted", "deciding", "delivering"),
    A.DECLARE_NOT_REQUIRED: ("submitted",),
    A.REFUSE_ACCEPTANCE: ("submitted",),
    A.REQUEST_CORRECTION: ("submitted",),
    A.SUPPLY_CORRECTION: ("correcting",),
    A.ACCEPT: ("submitted",),
    A.ACCEPT_PROVISIONALLY: ("submitted",),
    A.SUPPLY_PROVISIONAL: ("accepted", "deciding"),
    A.EXTEND_PROMISE: ("accepted", "deciding"),
    A.COMPLETE_STEP: ("accepted",),
    A.RETURN_TO_STEP: ("accepted", "deciding"),
    A.RECORD_SITE_CHECK: ("accepted",),
    A.START_SPECIAL_PROCEDURE: ("accepted", "deciding"),
    A.END_SPECIAL_PROCEDURE: ("accepted", "deciding"),
    A.REQUEST_EXTENSION: ("accepted", "deciding"),
    A.APPROVE_EXTENSION: ("accepted", "deciding"),
    A.REFUSE_EXTENSION: ("accepted", "deciding"),
    A.DECIDE: ("deciding",),
    A.ISSUE_RESULT: ("delivering",),
    A.DELIVER: ("delivering",),
    A.CONFIRM_DELIVERY: ("delivering",),
    A.CHECK_COMMITMENT: ("delivering", "closed"),
    A.REQUEST_REPAIR: ("delivering", "closed"),
    A.APPROVE_REPAIR: ("delivering", "closed"),
    A.REFUSE_REPAIR: ("delivering", "closed"),
    A.WITHDRAW: ("submitted", "correcting", "accepted", "deciding"),
    A.TERMINATE: ("correcting", "accepted", "deciding"),
    A.DEEM_ACCEPTED: ("submitted",),
    A.DEEM_APPROVED: ("accepted", "deciding"),
    A.DEEM_RENEWED: PENDING_STATES,
    A.TERMINATE_OVERDUE: ("accepted", "deciding"),
    A.REMIND_CORRECTION: ("correcting",),
    A.ASK_BASIS: ("submitted", "accepted", "deciding"),
    A.SETTLE_BASIS: PENDING_STATES,
    A.REPLACE_BASIS: PENDING_STATES,
}
_AFTER_ACCEPTANCE = (*REVIEW_STATES, "delivering", "closed")


def refusals(action: Action, facts: CaseFacts) -> list[Reason]:
    """Why ``action`` is not possible on a case with ``facts``; empty when it is. The first reason is the main one."""
    if facts.state not in ALLOWED_STATES[action]:
        return [_wrong_state(action, facts)]
    return [reason for guard in _GUARDS.get(action, ()) if (reason := guard(facts)) is not None]


def _wrong_state(action: Action, facts: CaseFacts) -> Reason:
    if action is A.REQUEST_CORRECTION and facts.state in _AFTER_ACCEPTANCE:
        return Reason(
            "correction_after_acceptance",
            N_("The case was accepted: nothing may be demanded of the applicant any more."),
            ART_32_ONCE,
        )
    if action is A.REQUEST_CORRECTION and facts.correction_given:
        return _told_once(facts) or _state_reason(facts)
    if action is A.WITHDRAW_COMMITMENT and facts.state in ("delivering", "closed"):
        message = N_("A decision was made on the commitment; it can be taken back only before it.")
        return Reason("already_decided", message, COMMITMENT_RULES)
    if action is A.WITHDRAW and facts.state in ("delivering", "closed"):
        return Reason("already_decided", N_("A decision was made; an application can be withdrawn only before it."))
    if action in ENDED_BY_THE_ORGAN and facts.renewal:
        return _renewed()
    return _state_reason(facts)


def _renewed() -> Reason:
    return Reason(
        "deemed_renewed",
        N_(
            "The term of the licence ended without a decision: its renewal counts as granted, nothing else can be decided."
        ),
        ART_50,
    )


def _silence_renewed(facts: CaseFacts) -> Reason | None:
    return _renewed() if facts.renewal else None


def _renewal_lapsed(facts: CaseFacts) -> Reason | None:
    message = N_("This case renews no licence whose term ended without a decision.")
    return None if facts.renewal else Reason("not_lapsed", message, ART_50)


def _state_reason(facts: CaseFacts) -> Reason:
    return Reason(
        "wrong_state",
        N_("This is not possible now: the case is %(state)s."),
        params={"state": STATE_WORDS.get(facts.state, facts.state)},
    )


def _told_once(facts: CaseFacts) -> Reason | None:
    if facts.correction_given:
        return Reason(
            "second_correction",
            N_(
                "The applicant was told once what is missing; a second correction notice is unlawful. Accept or refuse."
            ),
            ART_32_ONCE,
        )
    return None


def _silence_accepted(facts: CaseFacts) -> Reason | None:
    if facts.now is not None and facts.tell_by_at is not None and facts.now > facts.tell_by_at:
        return Reason(
            "deemed_accepted",
            N_(
                "Five working days passed and the applicant was not told: the case counts as accepted from its receipt."
            ),
            ART_32_ONCE,
        )
    return None


def _still_time_to_tell(facts: CaseFacts) -> Reason | None:
    if facts.tell_by_at is None or facts.now is None or facts.now <= facts.tell_by_at:
        return Reason("not_yet_deemed", N_("The five working days to tell the applicant are not over."), ART_32_ONCE)
    return None


def _claimed(facts: CaseFacts) -> Reason | None:
    if facts.claimed_by:
        return Reason(
            "claimed_by_other",
            N_("%(name)s is handling this case; ask for it to be handed over."),
            params={"name": facts.claimed_by},
        )
    return None


def _stands(facts: CaseFacts) -> Reason | None:
    if facts.suspended:
        return Reason("suspended", N_("A special procedure is open and the clock stands; end it first."), ART_45)
    return None


def _runs(facts: CaseFacts) -> Reason | None:
    return None if facts.suspended else Reason("not_suspended", N_("No special procedure is open."))


def _special_kind_exists(facts: CaseFacts) -> Reason | None:
    if not facts.special_kinds:
        return Reason("no_special_procedure", N_("The published record of this item has no special procedure."), ART_45)
    return None


def _extension_possible(facts: CaseFacts) -> Reason | None:
    if facts.extension_limit == 0:
        return Reason("no_extension", N_("The limit of this item cannot be extended."), ART_42)
    if facts.extension == "approved":
        return Reason("extended_once", N_("The limit was extended once already and cannot be extended again."), ART_42)
    return None


def _extension_not_requested(facts: CaseFacts) -> Reason | None:
    if facts.extension == "requested":
        return Reason("extension_requested", N_("An extension was already asked for and waits for the head."))
    return None


def _extension_requested(facts: CaseFacts) -> Reason | None:
    if facts.extension != "requested":
        return Reason("no_extension_request", N_("No extension was asked for."))
    return None


def _before_due(facts: CaseFacts) -> Reason | None:
    if facts.now is not None and facts.statutory_due_at is not None and facts.now > facts.statutory_due_at:
        return Reason("overdue", N_("The statutory limit has passed; only a running limit can be extended."), ART_42)
    return None


def _running_limit(facts: CaseFacts) -> Reason | None:
    if facts.now is not None and facts.statutory_due_at is not None and facts.now > facts.statutory_due_at:
        return Reason("overdue", N_("The statutory limit has passed; stopping the clock now would hide it."), ART_45)
    return None


def _silence_granted(facts: CaseFacts) -> Reason | None:
    overdue = facts.now is not None and facts.statutory_due_at is not None and facts.now > facts.statutory_due_at
    if overdue and facts.deemed_approval_listed and not facts.suspended and not facts.provisional_open:
        return Reason(
            "deemed_approved", N_("The limit passed without a decision: this listed item counts as approved.")
        )
    return None


def _authority(facts: CaseFacts) -> Reason | None:
    return facts.authority


def _provisional_item(facts: CaseFacts) -> Reason | None:
    if not facts.item_may_be_provisional:
        return Reason("nothing_provisional", N_("No material of this item may be supplied later."))
    return None


def _provisional_offered(facts: CaseFacts) -> Reason | None:
    if not facts.provisional_offered:
        message = N_("The applicant made no promise; provisional acceptance must be his own wish.")
        return Reason("no_promise", message)
    return None


def _provisional_owed(facts: CaseFacts) -> Reason | None:
    return None if facts.provisional_open else Reason("nothing_owed", N_("No material is owed for this case."))


def _provisional_overdue(facts: CaseFacts) -> Reason | None:
    if not facts.provisional_overdue:
        return Reason("promise_not_overdue", N_("The promised day has not passed."))
    return None


def _commitment_offered(facts: CaseFacts) -> Reason | None:
    if not facts.item_has_commitment:
        return Reason("no_commitment", N_("This item cannot be handled by notification and commitment."))
    if facts.commitment == "withdrawn":
        message = N_("The commitment was taken back in this case; give the materials, or apply anew.")
        return Reason("commitment_withdrawn", message, COMMITMENT_RULES)
    if facts.commitment:
        return Reason("already_signed", N_("The commitment was signed already."))
    return None


def _commitment_signed(facts: CaseFacts) -> Reason | None:
    if facts.commitment != "signed":
        return Reason("nothing_signed", N_("No commitment is signed in this case."))
    return None


def _nothing_promised(facts: CaseFacts) -> Reason | None:
    if facts.provisional_open:
        message = N_("Materials are promised for later; supply them first, then the commitment can be taken back.")
        return Reason("provisional_outstanding", message)
    return None


def _promise_broken(facts: CaseFacts) -> Reason | None:
    if not facts.broken_promise:
        return Reason("nothing_to_repair", N_("No broken promise of this case waits for repair."))
    return None


def _repair_not_requested(facts: CaseFacts) -> Reason | None:
    if facts.repair == "requested":
        return Reason("repair_requested", N_("The repair was already asked for and waits for the office."))
    return None


def _repair_requested(facts: CaseFacts) -> Reason | None:
    return None if facts.repair == "requested" else Reason("no_repair_request", N_("No credit repair was asked for."))


def _basis_is_lost(facts: CaseFacts) -> Reason | None:
    if not facts.basis_lost:
        return Reason("basis_stands", N_("Everything this case relies on still holds."))
    return None


def _correction_used(facts: CaseFacts) -> Reason | None:
    if facts.state == "submitted" and not facts.correction_given:
        message = N_("The one correction notice is still free: name it there, with everything else.")
        return Reason("correction_is_free", message, ART_32_ONCE)
    return None


def _basis_stands(facts: CaseFacts) -> Reason | None:
    if facts.basis_lost:
        message = N_("A material this case relies on no longer holds; have it replaced, or record why it still counts.")
        return Reason("basis_lost", message, EXAMINED)
    return None


def _commitment_checkable(facts: CaseFacts) -> Reason | None:
    if facts.commitment not in ("signed", "rectifying"):
        return Reason("nothing_to_check", N_("No commitment of this case waits for a check."))
    if facts.outcome != "granted":
        return Reason("not_granted", N_("A commitment is checked after the approval."))
    return None


def _step_open(facts: CaseFacts) -> Reason | None:
    return None if facts.steps_open else Reason("no_open_step", N_("No review step is open."))


def _step_exists(facts: CaseFacts) -> Reason | None:
    return None if facts.steps_any else Reason("no_steps", N_("This case has no review steps to return to."))


def _site_check_open(facts: CaseFacts) -> Reason | None:
    return (
        None if facts.site_checks_open else Reason("no_site_check", N_("No open step asks for a site check."), ART_34)
    )


def _result_made(facts: CaseFacts) -> Reason | None:
    if facts.result_owed:
        return Reason("result_owed", N_("The result was not issued yet; issue it before delivery."))
    return None


def _result_owed(facts: CaseFacts) -> Reason | None:
    return None if facts.result_owed else Reason("result_issued", N_("There is no result left to issue."))


def _not_sent(facts: CaseFacts) -> Reason | None:
    if facts.delivery:
        return Reason("already_sent", N_("It was sent already; confirm the delivery or record its return."))
    return None


def _sent(facts: CaseFacts) -> Reason | None:
    return None if facts.delivery == "sent" else Reason("not_sent", N_("Nothing was sent that could be confirmed."))


def _listed(facts: CaseFacts) -> Reason | None:
    if not facts.deemed_approval_listed:
        return Reason("not_listed", N_("This item is not on the deemed-approval list; being late never approves it."))
    return None


def _overdue(facts: CaseFacts) -> Reason | None:
    if facts.now is None or facts.statutory_due_at is None or facts.now <= facts.statutory_due_at:
        return Reason("not_overdue", N_("The statutory limit has not passed."))
    return None


def _nothing_owed(facts: CaseFacts) -> Reason | None:
    if facts.provisional_open:
        return Reason("provisional_outstanding", N_("Promised materials are still missing; the result is withheld."))
    return None


_GUARDS: dict[Action, tuple[Callable[[CaseFacts], Reason | None], ...]] = {
    A.SIGN_COMMITMENT: (_commitment_offered,),
    A.WITHDRAW_COMMITMENT: (_commitment_signed, _stands, _nothing_promised),
    A.OFFER_PROVISIONAL: (_provisional_item,),
    A.CHOOSE_DELIVERY: (_not_sent,),
    A.CLAIM: (_claimed,),
    A.DECLARE_NOT_REQUIRED: (_silence_renewed, _silence_accepted, _claimed),
    A.REFUSE_ACCEPTANCE: (_silence_renewed, _silence_accepted, _claimed),
    A.REQUEST_CORRECTION: (_told_once, _silence_accepted, _claimed),
    A.ACCEPT: (_basis_stands, _claimed),
    A.ACCEPT_PROVISIONALLY: (_provisional_item, _provisional_offered, _silence_accepted, _basis_stands, _claimed),
    A.SUPPLY_PROVISIONAL: (_provisional_owed,),
    A.EXTEND_PROMISE: (_provisional_owed,),
    A.COMPLETE_STEP: (_stands, _step_open, _claimed),
    A.RETURN_TO_STEP: (_stands, _step_exists),
    A.RECORD_SITE_CHECK: (_site_check_open, _claimed),
    A.START_SPECIAL_PROCEDURE: (_stands, _special_kind_exists, _running_limit),
    A.END_SPECIAL_PROCEDURE: (_runs,),
    A.REQUEST_EXTENSION: (_stands, _extension_possible, _extension_not_requested, _before_due),
    A.APPROVE_EXTENSION: (_stands, _extension_requested, _extension_possible, _before_due),
    A.REFUSE_EXTENSION: (_extension_requested,),
    A.DECIDE: (_silence_renewed, _stands, _claimed, _silence_granted, _authority),
    A.ISSUE_RESULT: (_result_owed, _authority),
    A.DELIVER: (_result_made, _not_sent),
    A.CONFIRM_DELIVERY: (_sent,),
    A.CHECK_COMMITMENT: (_commitment_checkable,),
    A.REQUEST_REPAIR: (_promise_broken, _repair_not_requested),
    A.APPROVE_REPAIR: (_promise_broken, _repair_requested),
    A.REFUSE_REPAIR: (_repair_requested,),
    A.DEEM_ACCEPTED: (_still_time_to_tell,),
    A.DEEM_APPROVED: (_silence_renewed, _listed, _stands, _overdue, _nothing_owed),
    A.DEEM_RENEWED: (_renewal_lapsed,),
    A.TERMINATE: (_silence_renewed,),
    A.TERMINATE_OVERDUE: (_silence_renewed, _provisional_owed, _provisional_overdue),
    A.ASK_BASIS: (_basis_is_lost, _correction_used, _claimed),
    A.SETTLE_BASIS: (_basis_is_lost, _claimed),
    A.REPLACE_BASIS: (_basis_is_lost,),
}
