"""Another proof in place of one whose ground was lost: at once, or when the office asks for it."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods

from yitong.cases.models import Case, CaseMaterial
from yitong.cases.queries import reuse as queries
from yitong.cases.rules.basis import PENDING_STATES, law_of
from yitong.cases.rules.deadlines import local_date
from yitong.cases.views.portal_access import CitizenRequest, case_page, open_case
from yitong.cases.views.portal_draft import by_field, open_draft
from yitong.cases.views.portal_mending import Wanted, give
from yitong.cases.views.portal_reuse import lost_words, offers
from yitong.cases.views.portal_standing import left_words
from yitong.cases.views.portal_uploads import accept_attribute
from yitong.kernel.reasons import N_, Conflict, Reason


@require_http_methods(["GET", "HEAD", "POST"])
@case_page
def replace(request: CitizenRequest, case: Case) -> HttpResponse:
    """Each lost material with why, and the ways to bring another proof. What is supplied counts at once."""
    if not case.basis_lost or case.state not in PENDING_STATES:
        messages.info(request, gettext("Everything this application relies on stands; nothing to replace."))
        return redirect("cases:case", number=case.number)
    if case.state == "correcting":
        return redirect("cases:correction", number=case.number)
    reasons: list[Reason] = []
    if request.method == "POST":
        try:
            reasons = _give(request, case)
        except Conflict as conflict:
            reasons = [conflict.reason]
        if not reasons:
            messages.success(request, gettext("Thank you. The office is told."))
            still = open_case(request, case.number or "").basis_lost
            return redirect("cases:replace" if still else "cases:case", number=case.number)
    case = open_case(request, case.number or "")
    notice = queries.open_notice(case)
    remedies = {item["material"]: item["remedy"] for item in notice.items} if notice is not None else {}
    context = {
        "case": case,
        "notice": notice,
        "left": left_words(notice.supply_by_on, local_date(timezone.now())) if notice is not None else "",
        "wanted": [_wanted(request, case, row, remedies) for row in queries.lost(case)],
        "reasons": tuple(reasons),
        "wrong": by_field(reasons),
        "touched": request.POST.get("code", ""),
    }
    return render(request, "cases/portal/replace.html", context, status=422 if reasons else 200)


def _give(request: CitizenRequest, case: Case) -> list[Reason]:
    code = request.POST.get("code", "")
    if code not in {row.code for row in queries.lost(case)}:
        return [Reason("not_asked", N_("This material stands; choose something from the list."))]
    return give(request, case, open_draft(case).record.material(code), request.POST.get("act", ""))


def _wanted(request: CitizenRequest, case: Case, row: CaseMaterial, remedies: dict[str, str]) -> Wanted:
    material = open_draft(case).record.material(row.code)
    return Wanted(
        row.code,
        row.name,
        problem=f"{lost_words(row)} {law_of(row.standing)}",
        remedy=remedies.get(row.code) or material.guidance,
        material=material,
        old=[row],
        accept=accept_attribute(material),
        kinds="、".join(kind.upper() for kind in material.accept),
        found=offers(request, case, {row.code: row.name}, [row.code]).get(row.code, []),
    )
