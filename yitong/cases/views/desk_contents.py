"""The contents of a reused material, opened on the record."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from yitong.cases.commands.contents import open_contents
from yitong.cases.views.desk_access import StaffRequest
from yitong.cases.views.desk_case import found, kept_query
from yitong.kernel.reasons import Reason, Refused
from yitong.parties.doors import staff_with
from yitong.parties.roles import Permission


@staff_with(Permission.LICENCE_OPEN)
@require_POST
def contents(request: StaffRequest, number: str, material_id: int) -> HttpResponse:
    """Only by a press of the button: every showing is one use of the consent and one line in the holder's log."""
    case = found(request, number)
    shown, reasons = None, tuple[Reason, ...]()
    try:
        shown = open_contents(actor=request.actor, case_id=case.pk, material_id=material_id, now=timezone.now())
    except Refused as refused:
        reasons = refused.reasons
    back = reverse("cases:desk_case", args=[number]) + kept_query(request.GET) + "#materials"
    context = {"case": case, "shown": shown, "reasons": reasons, "back": back}
    return render(request, "cases/desk/contents.html", context, status=422 if reasons else 200)
