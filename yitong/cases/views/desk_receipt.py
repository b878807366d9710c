"""What the applicant takes home from the counter: the receipt with its number and QR code."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.safestring import mark_safe
from django.views.decorators.http import require_safe

from yitong.cases import queries
from yitong.cases.views.desk_access import StaffRequest
from yitong.cases.views.desk_case import found
from yitong.cases.views.desk_detail import CaseFile, current_materials
from yitong.documents import qr
from yitong.documents import queries as documents
from yitong.parties.doors import staff_with
from yitong.parties.roles import Permission


@staff_with(Permission.CASE_FILE)
@require_safe
def receipt(request: StaffRequest, number: str) -> HttpResponse:
    """The printable page; the sealed PDF of the same receipt is one click away."""
    case = found(request, number)
    parts = queries.parts(case)
    file = CaseFile(case, parts, {})
    receipts = [row for row in documents.of_subject(f"case:{case.pk}") if row.kind == "receipt_of_materials"]
    context = {
        "case": case,
        "materials": current_materials(file.parts),
        "promised": (case.provisional_offer or {}).get("promised_on", ""),
        "qr": mark_safe(qr.svg(f"{settings.YITONG_BASE_URL}/progress/?number={case.number}", scale=3)),
        "pdf_url": f"{reverse('documents:pdf', args=[receipts[-1].code])}?inline=1" if receipts else "",
    }
    return render(request, "cases/desk/counter/receipt.html", context)
