"""What an applicant may promise: provisional acceptance and commitments."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from yitong.cases.rules.deadlines import PROMISE_EXTENSION_MOST
from yitong.catalog.records import ItemRecord
from yitong.kernel.reasons import N_, Reason


def offer_refusals(record: ItemRecord, materials: Sequence[str], promised_on: date, today: date) -> list[Reason]:
    """Why the promise cannot be made: only materials flagged in the published record, and a day from today on (B3)."""
    known = {material.code: material for material in record.materials}
    reasons = [
        Reason(
            "not_provisional",
            N_('"%(name)s" cannot be supplied later: only materials marked so in the guide can.'),
            field=code,
            params={"name": known[code].name if code in known else code},
        )
        for code in materials
        if code not in known or not known[code].may_be_provisional
    ]
    if materials and promised_on < today:
        reasons.append(Reason("promised_in_past", N_("Promise a day that has not passed."), field="promised_on"))
    return reasons


def promise_term_refusal(promised_on: date, committed_due_on: date | None) -> Reason | None:
    """The promised day must not lie after the committed end of the case (DOMAIN B3)."""
    if committed_due_on is not None and promised_on > committed_due_on:
        return Reason(
            "promised_too_late",
            N_("The promised day lies after the committed end %(due_on)s of the case; agree on an earlier one."),
            field="promised_on",
            params={"due_on": committed_due_on.isoformat()},
        )
    return None


def extension_refusal(new: date, promised_on: date, today: date) -> Reason | None:
    """Why a promise cannot be moved to ``new``: only ahead, to a coming day. The committed limit is no bar here (B3)."""
    if new <= max(promised_on, today):
        message = N_("Choose a day to come, after the promised day %(promised_on)s.")
        return Reason(
            "not_later", message, field="promised_on", params={"promised_on": max(promised_on, today).isoformat()}
        )
    if new > today + timedelta(days=PROMISE_EXTENSION_MOST):
        message = N_("Choose a day within a year; if the obstacle lasts, extend again.")
        return Reason("too_late", message, field="promised_on")
    return None
