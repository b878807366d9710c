"""The words a request, a delivery and a verification go through, and who may still act. Pure."""

from __future__ import annotations

from enum import StrEnum

from yitong.kernel.reasons import N_, Reason


class Way(StrEnum):
    """How a certificate comes about (DOMAIN A1.10, A1.11)."""

    REVIEWED = "reviewed"  # 线上开具: the department reviews
    INSTANT = "instant"  # 即时生成: from data, with the department's seal
    VERIFIED = "verified"  # 部门核验: one department confirms a fact to another
    SHEET = "sheet"  # 政务数据查询单: fields of several sources on one sheet


class State(StrEnum):
    """submitted → reviewing ⇄ asked_back → issued | refused; withdrawn until then. From data: issued at once. issued → revoked."""

    SUBMITTED = "submitted"
    REVIEWING = "reviewing"
    ASKED_BACK = "asked_back"
    ISSUED = "issued"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    REVOKED = "revoked"


OPEN = (State.SUBMITTED, State.REVIEWING, State.ASKED_BACK)
WAITING = (State.SUBMITTED, State.REVIEWING)
"""States in which the department has the next move."""


class Post(StrEnum):
    """none, or wanted → sent → delivered | returned; a returned letter is sent again."""

    NONE = "none"
    WANTED = "wanted"
    SENT = "sent"
    DELIVERED = "delivered"
    RETURNED = "returned"


class Answer(StrEnum):
    """What the asked department said."""

    CONFIRMED = "confirmed"
    DENIED = "denied"
    NOT_OURS = "not_ours"


WAY_WORDS = {
    Way.REVIEWED: N_("Issued after review"),
    Way.INSTANT: N_("Issued at once from data"),
    Way.VERIFIED: N_("Department verification"),
    Way.SHEET: N_("Data inquiry sheet"),
}
STATE_WORDS = {
    State.SUBMITTED: N_("Waiting for review"),
    State.REVIEWING: N_("Under review"),
    State.ASKED_BACK: N_("Waiting for your answer"),
    State.ISSUED: N_("Issued and sealed"),
    State.REFUSED: N_("Not issued"),
    State.WITHDRAWN: N_("Withdrawn"),
    State.REVOKED: N_("Revoked"),
}
POST_WORDS = {
    Post.NONE: N_("Electronic only"),
    Post.WANTED: N_("To be posted"),
    Post.SENT: N_("Posted"),
    Post.DELIVERED: N_("Delivered"),
    Post.RETURNED: N_("Came back"),
}
ANSWER_WORDS = {
    Answer.CONFIRMED: N_("Confirmed as true"),
    Answer.DENIED: N_("Found not true"),
    Answer.NOT_OURS: N_("Not this department's matter"),
}
EVENT_WORDS = {
    "submitted": N_("Request handed in"),
    "claimed": N_("Review begun"),
    "asked_back": N_("Asked to complete"),
    "supplied": N_("Completed by the applicant"),
    "issued": N_("Certificate issued"),
    "refused": N_("Not issued"),
    "withdrawn": N_("Withdrawn"),
    "posted": N_("Posted"),
    "delivered": N_("Delivered"),
    "returned": N_("The letter came back"),
    "revoked": N_("Certificate revoked"),
}
REVOCATION_LAW = "《中华人民共和国行政许可法》第六十九条"
"""An organ takes back what it should not have issued; applied by analogy, no law speaks of certificates alone."""


def revocation_refusal(state: str) -> Reason | None:
    """Why a request in this state cannot be revoked; None when it can."""
    if state == State.REVOKED:
        return Reason("revoked_already", N_("This certificate was revoked already. Nothing was changed."))
    if state != State.ISSUED:
        return Reason("wrong_state", N_("Only a certificate that was issued can be revoked."))
    return None


def review_refusals(
    act: str, *, state: str, handler_id: int | None, staff_id: int | None, asked_back: bool
) -> list[Reason]:
    """Why the review act (claim, approve, refuse, ask_back) is not possible; empty when it is.

    The department may ask back once (行政许可法 第三十二条第一款第四项, applied by analogy: everything missing at one time).
    """
    if state not in WAITING:
        message = N_("This request is no longer waiting for the department.")
        return [Reason("wrong_state", message, params={"state": state})]
    if act == "claim":
        if handler_id is not None and handler_id != staff_id:
            return [Reason("taken", N_("A colleague is reviewing this request."))]
        return []
    if handler_id != staff_id:
        return [Reason("not_claimed", N_("Take the request first, so that only one officer works on it."))]
    if act == "ask_back" and asked_back:
        message = N_("The applicant was asked once already. Everything missing is asked for at one time; decide now.")
        return [Reason("asked_before", message, law="行政许可法 第三十二条第一款第四项")]
    return []
