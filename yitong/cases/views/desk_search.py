"""Case search over everything the officer may see, closed cases too."""

from __future__ import annotations

from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from yitong.cases.forms.desk_filters import SearchForm
from yitong.cases.queries import lists
from yitong.cases.views import desk_rows
from yitong.cases.views.desk_access import StaffRequest
from yitong.cases.views.desk_inbox import export_url
from yitong.catalog.queries.items import of_departments
from yitong.parties.doors import staff_with
from yitong.parties.roles import Permission


@staff_with(Permission.CASE_VIEW)
@require_safe
def search(request: StaffRequest) -> HttpResponse:
    """The page before a search shows how to search, not the newest million."""
    now, actor = timezone.now(), request.actor
    form = SearchForm(request.GET, items=of_departments(actor.department_ids))
    filters, asked = form.filters(), form.in_use
    page = lists.CasePage([], 1, False)
    if asked:
        page = lists.search_page(actor, filters, desk_rows.page_number(request.GET.get("page", "")))
    context = {
        "filters": form,
        "filtered": asked,
        "clear_url": "?",
        "rows": desk_rows.rows(page.cases, actor, now),
        "page": desk_rows.paging(page),
        "export_url": export_url("cases:desk_search_export", request) if actor.may(Permission.CASE_EXPORT) else "",
    }
    return render(request, "cases/desk/search.html", context)


@staff_with(Permission.CASE_EXPORT)
@require_safe
def export(request: StaffRequest) -> HttpResponseBase:
    """The hits as CSV; nothing without a filter."""
    now, actor = timezone.now(), request.actor
    form = SearchForm(request.GET, items=of_departments(actor.department_ids))
    filters = form.filters()
    parts = lists.search_parts(actor, filters) if form.in_use else []
    return desk_rows.csv_response(lists.all_of(parts, ("-id",), desk_rows.EXPORT_MOST), actor, now)
