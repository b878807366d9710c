"""Progress for whoever has the number and the last four characters of the ID, without a log-in: the minimum."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from yitong.cases.models import Case
from yitong.cases.queries import portal as queries
from yitong.cases.rules.deadlines import local_date
from yitong.cases.views.portal_standing import left_words, light_of, sentence, state_words
from yitong.documents.commands.lookups import allowed
from yitong.kernel.reasons import N_, Reason
from yitong.parties.doors import address_of

MOST_NUMBER = 60


@never_cache
@sensitive_post_parameters("tail")
@require_http_methods(["GET", "HEAD", "POST"])
def progress(request: HttpRequest) -> HttpResponse:
    """The form, and below it the answer. A wrong number and a wrong ID look alike."""
    source = request.POST if request.method == "POST" else request.GET
    number = source.get("number", "").replace("\x00", "").strip()[:MOST_NUMBER]
    context: dict[str, object] = {"number": number}
    if request.method != "POST":
        return render(request, "cases/portal/progress.html", context)
    tail = request.POST.get("tail", "").replace("\x00", "").strip()
    reasons, status = _refusal(request, number, tail)
    found = None if reasons else queries.progress(number, tail)
    if not reasons and found is None:
        message = N_(
            "No application fits. Compare the number with your receipt, and the last four characters with the ID card."
        )
        reasons, status = (Reason("no_such_case", message, field="number"),), 404
    if found is not None:
        context |= _minimum(found)
    return render(request, "cases/portal/progress.html", context | {"reasons": reasons}, status=status)


def _refusal(request: HttpRequest, number: str, tail: str) -> tuple[tuple[Reason, ...], int]:
    now = timezone.now()
    # Per address, and per number whatever the address: four characters could be tried out from many places.
    often = not allowed(address=address_of(request), now=now, limit="case_progress")
    if often or (number and not allowed(address=number.upper(), now=now, limit="case_progress_number")):
        return (Reason("too_many", N_("Too many look-ups. Wait some minutes, or log in to see your cases.")),), 429
    reasons = []
    if not number:
        reasons.append(Reason("empty", N_("Enter the case number from your receipt."), field="number"))
    if len(tail) != queries.TAIL:
        message = N_("Enter the last four characters of the applicant's ID card or credit code.")
        reasons.append(Reason("tail", message, field="tail"))
    return tuple(reasons), 422 if reasons else 200


def _minimum(case: Case) -> dict[str, object]:
    """Nothing personal: no name, no material, no reason of a refusal."""
    now = timezone.now()
    notice = queries.correction(case) if case.state == "correcting" else None
    running = case.state in ("accepted", "deciding") and not case.suspended and case.committed_due_on is not None
    return {
        "case": case,
        "state": state_words(case),
        "light": light_of(case, now),
        "sentence": sentence(case, notice.supply_by_on if notice else None),
        "left": left_words(case.committed_due_on, local_date(now)) if running and case.committed_due_on else "",
    }
