"""Taking a signed commitment back after the application was handed in."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods

from yitong.cases.commands import withdraw_commitment
from yitong.cases.models import Case
from yitong.cases.queries import portal as queries
from yitong.cases.queries.facts import row_facts
from yitong.cases.rules.transitions import Action, refusals
from yitong.cases.views.portal_access import CitizenRequest, case_page, open_case
from yitong.cases.views.portal_draft import by_field
from yitong.cases.views.portal_uploads import posted_id
from yitong.catalog.queries.items import version
from yitong.kernel.reasons import N_, Conflict, Reason, Refused


@require_http_methods(["GET", "HEAD", "POST"])
@case_page
def take_back(request: CitizenRequest, case: Case) -> HttpResponse:
    """Says what follows, asks why, and does it."""
    now, record = timezone.now(), version(case.version_id).record
    reasons: tuple[Reason, ...] = ()
    if request.method == "POST":
        reasons = _withdraw(request, case)
        case = open_case(request, case.number or "")
        if not reasons:
            messages.success(request, gettext("The commitment is taken back; the case goes the ordinary way."))
            return redirect("cases:correction" if case.state == "correcting" else "cases:case", number=case.number)
    commitment = queries.commitment(case)
    context = {
        "case": case,
        "commitment": commitment,
        "replaced": [record.material(code).name for code in commitment.materials] if commitment else [],
        "refused": refusals(Action.WITHDRAW_COMMITMENT, row_facts(case, record, request.actor, now)),
        "reasons": reasons,
        "wrong": by_field(reasons),
        "typed": request.POST,
    }
    return render(request, "cases/portal/take_back.html", context, status=422 if reasons else 200)


def _withdraw(request: CitizenRequest, case: Case) -> tuple[Reason, ...]:
    reason = request.POST.get("reason", "").replace("\x00", "").strip()
    if not reason:
        return (Reason("empty", N_("Say in a few words why; the rules ask for a reason."), field="reason"),)
    rev = posted_id(request, "rev")
    try:
        withdraw_commitment(actor=request.actor, case_id=case.pk, reason=reason, rev=rev, now=timezone.now())
    except Refused as refused:
        return refused.reasons
    except Conflict as conflict:
        return (conflict.reason,)
    return ()
