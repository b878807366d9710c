"""The requests for credit repair that wait for the office."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from yitong.cases.queries.repairs import waiting_repairs
from yitong.cases.views import desk_rows
from yitong.cases.views.desk_access import StaffRequest
from yitong.parties.doors import staff_with
from yitong.parties.roles import Permission

KINDS = {"provisional": _("Promised materials not supplied"), "commitment": _("Commitment proved false")}


@staff_with(Permission.CASE_CREDIT_REPAIR)
@require_safe
def repairs(request: StaffRequest) -> HttpResponse:
    """The oldest first; each is decided on the page of its case."""
    found = waiting_repairs(request.actor, desk_rows.page_number(request.GET.get("page", "")))
    context = {
        "rows": [(row, KINDS[row.kind]) for row in found.rows],
        "page": desk_rows.Paging(found.page, found.more),
    }
    return render(request, "cases/desk/repairs.html", context)
