"""Whether what is filed at the counter renews a licence of the applicant: asked only while he has one that may be renewed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from yitong.cases.commands.renewal import choose_renewal
from yitong.cases.models import Case
from yitong.cases.queries.reuse_sources import holder_of
from yitong.cases.views.desk_access import StaffRequest
from yitong.catalog.queries.items import version
from yitong.kernel.reasons import N_, Reason, Refused
from yitong.licences.queries import renewals
from yitong.licences.queries.renewals import Renewable

NEW = "new"
ANSWER = Reason("renewal_or_new", N_("Say whether a licence is renewed or a new one is asked for."), field="renews")


@dataclass(frozen=True, slots=True)
class Asked:
    """The question. ``value``: id of the licence chosen, ``NEW``, or nothing yet."""

    rows: tuple[Renewable, ...]
    value: str
    errors: tuple[Reason, ...] = ()


def asked(request: StaffRequest, case: Case, errors: tuple[Reason, ...], now: datetime) -> Asked | None:
    """The question for this draft, or None when nothing may be renewed."""
    rows = _rows(case, now)
    if not rows:
        return None
    chosen = next((str(row.licence_id) for row in rows if row.chosen), "")
    return Asked(tuple(rows), request.POST.get("renews", "") or chosen, errors)


def save(request: StaffRequest, case: Case, verb: str, now: datetime) -> list[Reason]:
    """Keep the answer; it is owed when the case is filed. Another case may have renewed the licence since the page was shown."""
    value = request.POST.get("renews", "")
    if value != NEW and not (value.isdecimal() and len(value) < 19):
        return [ANSWER] if verb == "submit" and _rows(case, now) else []
    try:
        choose_renewal(actor=request.actor, case_id=case.pk, licence_id=None if value == NEW else int(value), now=now)
    except Refused as refusal:
        return [Reason(each.code, each.message, each.law, "renews", each.params) for each in refusal.reasons]
    return []


def _rows(case: Case, now: datetime) -> list[Renewable]:
    return renewals.open_to_holder(
        holder=holder_of(case),
        type_code=version(case.version_id).record.result.licence_type,
        department_id=case.department_id,
        now=now,
    )
