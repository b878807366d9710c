"""Delivery: at a window, by post or electronically, within ten working days (行政许可法 第四十四条); then the case closes."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction

from yitong.cases.commands import notices
from yitong.cases.commands.journal import EventDraft, begin, finish, happened, require
from yitong.cases.events import CaseClosed, CaseDelivered
from yitong.cases.models import Case, Delivery
from yitong.cases.queries import facts as facts_queries
from yitong.cases.rules.contents import character_refusal, filled
from yitong.cases.rules.deadlines import local_date
from yitong.cases.rules.transitions import Action
from yitong.catalog.queries.items import version
from yitong.catalog.records import ItemRecord
from yitong.kernel.events import publish
from yitong.kernel.reasons import N_, Reason, Refused
from yitong.parties.actors import Actor


@transaction.atomic
def choose_delivery(
    *,
    actor: Actor,
    case_id: int,
    method: str,
    now: datetime,
    receiver: str = "",
    address: str = "",
    rev: int | None = None,
) -> Case:
    """How the applicant wishes to have the result; may change until it is sent. By post it needs an address."""
    case, now = begin(Action.CHOOSE_DELIVERY, actor=actor, case_id=case_id, rev=rev, now=now)
    record = version(case.version_id).record
    require(Action.CHOOSE_DELIVERY, facts_queries.delivery(case, facts_queries.row_facts(case, record, actor, now)))
    _check_method(record, method)
    address = filled("address", address, most=300) if method == "post" else ""
    receiver = filled("receiver", receiver or case.applicant_name, most=100)
    case.delivery_wish = {"method": method, "receiver": receiver, "address": address}
    events: list[EventDraft] = [] if case.state == "draft" else [("delivery_chosen", {"method": method})]
    finish(case, actor=actor, now=now, tag="cases:delivery:chosen", events=events, changed=["delivery_wish"])
    return case


def _check_method(record: ItemRecord, method: str) -> None:
    if method not in record.deliveries:
        ways = "、".join(notices.DELIVERY_WORDS[name] for name in record.deliveries)
        message = N_("This item is delivered by: %(ways)s.")
        raise Refused(Reason("method_not_offered", message, field="method", params={"ways": ways}))


@transaction.atomic
def deliver(
    *,
    actor: Actor,
    case_id: int,
    method: str,
    now: datetime,
    receiver: str = "",
    receiver_idcard_tail: str = "",
    address: str = "",
    carrier: str = "",
    tracking: str = "",
    rev: int | None = None,
) -> Case:
    """Hand out at the window (receiver and the last four characters of his ID), post (address and tracking), or send.

    At the window and electronically it is delivered at once and the case closes; the post is confirmed later.
    """
    case, now = begin(Action.DELIVER, actor=actor, case_id=case_id, rev=rev, now=now)
    record = version(case.version_id).record
    require(Action.DELIVER, facts_queries.delivery(case, facts_queries.row_facts(case, record, actor, now)))
    _check_method(record, method)
    wish = case.delivery_wish or {}
    row = Delivery(
        method=method,
        receiver=receiver.strip() or wish.get("receiver") or case.applicant_name,
        address=address.strip() or wish.get("address", ""),
        carrier=carrier.strip(),
        tracking=tracking.strip(),
        receiver_idcard_tail=receiver_idcard_tail.strip().upper(),
    )
    _check_details(row)
    _send(case, record, row, actor, now)
    return case


def deliver_now(case: Case, record: ItemRecord, *, actor: Actor, now: datetime) -> None:
    """Electronic delivery as part of a decision whose applicant wished it."""
    row = Delivery(method="electronic", receiver=(case.delivery_wish or {}).get("receiver") or case.applicant_name)
    _send(case, record, row, actor, now)


def _check_details(row: Delivery) -> None:
    reasons: list[Reason] = []
    if row.method == "post":
        if not row.address:
            reasons.append(Reason("address_missing", N_("Give the address it is posted to."), field="address"))
        if not row.tracking:
            reasons.append(Reason("tracking_missing", N_("Give the tracking number of the post."), field="tracking"))
    if row.method == "window" and not (len(row.receiver_idcard_tail) == 4 and row.receiver_idcard_tail[:3].isdigit()):
        message = N_("Check the receiver's ID card and enter its last four characters.")
        reasons.append(Reason("receiver_id_missing", message, field="receiver_idcard_tail"))
    for field in ("receiver", "address", "carrier", "tracking", "receiver_idcard_tail"):
        if (reason := character_refusal(field, getattr(row, field))) is not None:
            reasons.append(reason)
    for field, most in (("receiver", 100), ("address", 300), ("carrier", 60), ("tracking", 40)):
        if len(getattr(row, field)) > most:
            message = N_("Write at most %(most)s characters.")
            reasons.append(Reason("too_long", message, field=field, params={"most": most}))
    if reasons:
        raise Refused(*reasons)


def _send(case: Case, record: ItemRecord, row: Delivery, actor: Actor, now: datetime) -> None:
    at_once = row.method != "post"
    row.case, row.region_id = case, case.region_id
    row.sent_at, row.sent_by_name = now, actor.name or actor.ref
    row.state, row.delivered_at = ("delivered", now) if at_once else ("sent", None)
    row.save()
    what = record.result.name if case.outcome == "granted" and record.result.name else "决定书"
    data = {"method": row.method, "carrier": row.carrier, "tracking": row.tracking}
    if row.method == "post":
        notices.tell(case, "posted", now=now, result=what, carrier=row.carrier or "邮政", tracking=row.tracking)
        finish(case, actor=actor, now=now, tag="sent", events=[("sent", data)], detail={"method": row.method})
        return
    if row.method == "electronic":
        notices.tell(case, "delivered_electronically", now=now, result=what)
    _delivered(case, row, actor, now, data)


def _delivered(case: Case, row: Delivery, actor: Actor, now: datetime, data: dict[str, Any]) -> None:
    notices.document(
        case,
        "delivery_receipt",
        actor=actor,
        now=now,
        method=notices.DELIVERY_WORDS[row.method],
        recipient=row.receiver,
        delivered_on=local_date(now),
        tracking_number=row.tracking,
    )
    notices.tell(case, "case_closed", now=now, rate_url=notices.rating_address(case))
    case.state, case.closed_at, case.handler = "closed", now, None
    finish(
        case,
        actor=actor,
        now=now,
        tag="delivered",
        events=[("delivered", data), ("closed", {"outcome": case.outcome})],
        changed=["state", "closed_at", "handler"],
        detail={"method": row.method},
    )
    publish(CaseDelivered(**happened(case, now), method=row.method))
    publish(CaseClosed(**happened(case, now), outcome=case.outcome))


@transaction.atomic
def confirm_delivery(
    *, actor: Actor, case_id: int, now: datetime, delivered: bool = True, note: str = "", rev: int | None = None
) -> Case:
    """The post arrived and the case closes; or it came back (``delivered`` False, with a note) and is sent again."""
    case, now = begin(Action.CONFIRM_DELIVERY, actor=actor, case_id=case_id, rev=rev, now=now)
    record = version(case.version_id).record
    require(Action.CONFIRM_DELIVERY, facts_queries.delivery(case, facts_queries.row_facts(case, record, actor, now)))
    row = Delivery.objects.select_for_update().get(case=case, state="sent")
    if not delivered:
        row.state, row.note = "returned", filled("note", note, most=500)
        row.save(update_fields=["state", "note"])
        finish(case, actor=actor, now=now, tag="returned", events=[("returned", {"note": row.note})])
        return case
    row.state, row.delivered_at, row.note = "delivered", now, filled("note", note, most=500) if note.strip() else ""
    row.save(update_fields=["state", "delivered_at", "note"])
    _delivered(case, row, actor, now, {"method": row.method, "carrier": row.carrier, "tracking": row.tracking})
    return case
