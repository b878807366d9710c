"""信用修复: the applicant asks that a broken promise bars him no longer."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from yitong.cases.commands import request_repair
from yitong.cases.models import Case
from yitong.cases.queries import portal as queries
from yitong.cases.queries.facts import credit, row_facts
from yitong.cases.rules.transitions import Action, CaseFacts, refusals
from yitong.cases.views.portal_access import CitizenRequest, case_page, open_case
from yitong.cases.views.portal_draft import by_field
from yitong.cases.views.portal_standing import Step
from yitong.cases.views.portal_uploads import posted_id
from yitong.catalog.queries.items import version
from yitong.documents.commands.uploads import store
from yitong.kernel.reasons import Conflict, Reason, Refused

ACCEPT = ("pdf", "jpg", "png")
MOST_MB = 10
STATES = {"requested": _("waits for the office"), "approved": _("approved"), "refused": _("refused")}


@require_http_methods(["GET", "HEAD", "POST"])
@case_page
def repair(request: CitizenRequest, case: Case) -> HttpResponse:
    """What was asked for before and what came of it; the form while something can be asked for."""
    reasons: list[Reason] = []
    if request.method == "POST":
        reasons = _ask(request, case)
        if not reasons:
            messages.success(
                request, gettext("Your request is with the office. You hear of its answer by text message.")
            )
            return redirect("cases:credit_repair", number=case.number)
    case = open_case(request, case.number or "")
    facts = _facts(request, case)
    context: dict[str, Any] = {
        "case": case,
        "broken": facts.broken_promise,
        "refused": refusals(Action.REQUEST_REPAIR, facts),
        "rows": [(row, STATES[row.state]) for row in queries.repairs(case)],
        "reasons": tuple(reasons),
        "wrong": by_field(reasons),
        "typed": request.POST,
        "accept": ",".join(f".{kind}" for kind in ACCEPT),
        "kinds": "、".join(kind.upper() for kind in ACCEPT),
        "most_mb": MOST_MB,
    }
    return render(request, "cases/portal/credit_repair.html", context, status=422 if reasons else 200)


def _facts(request: CitizenRequest, case: Case) -> CaseFacts:
    return credit(case, row_facts(case, version(case.version_id).record, request.actor, timezone.now()))


def _ask(request: CitizenRequest, case: Case) -> list[Reason]:
    """Not in one transaction: the quarantine row of a refused file must outlive the refusal."""
    refused_now = refusals(Action.REQUEST_REPAIR, _facts(request, case))
    if refused_now:
        return refused_now
    place: dict[str, Any] = {"actor": request.actor, "now": timezone.now()}
    upload, stored_file_id = request.FILES.get("file"), None
    try:
        if upload is not None:
            kept = store(upload=upload, purpose="cases:repair", accept=ACCEPT, max_mb=MOST_MB, **place)
            stored_file_id = kept.pk
        request_repair(
            case_id=case.pk,
            reason=request.POST.get("reason", "").replace("\x00", ""),
            stored_file_id=stored_file_id,
            rev=posted_id(request, "rev"),
            **place,
        )
    except Refused as refused:
        return list(refused.reasons)
    except Conflict as conflict:
        return [conflict.reason]
    return []


def step(case: Case) -> Step | None:
    """What the page of the case says of it; None when no promise was broken here. Three queries."""
    facts = credit(case, CaseFacts(state=case.state))
    if not facts.broken_promise:
        return None
    url = reverse("cases:credit_repair", args=[case.number])
    if facts.repair == "requested":
        text = gettext("Your request for credit repair is with the office.")
        return Step(gettext("Credit repair"), text, url, gettext("See the request"))
    text = gettext(
        "A promise of this case was not kept. Until credit repair you can neither promise materials nor commit yourself."
    )
    return Step(gettext("Credit repair"), text, url, gettext("Ask for credit repair"))
