"""The console's log: search, one entry with its proof, its receipt as a file."""

from __future__ import annotations

import json

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from yitong.audit import queries
from yitong.audit.names import NAMES, name_of
from yitong.audit.offline import verify
from yitong.audit.permissions import Reader, require_view
from yitong.audit.views.forms import FilterForm


def _reader(request: HttpRequest) -> Reader:
    actor: Reader = request.actor  # type: ignore[attr-defined]
    require_view(actor)
    return actor


@require_safe
def entries(request: HttpRequest) -> HttpResponse:
    """The log, newest first."""
    actor, form = _reader(request), FilterForm(request.GET)
    page = queries.search(actor, form.filters(), form.cleaned_data["before"]) if form.is_valid() else None
    older = request.GET.copy()
    if page is not None and page.older:
        older["before"] = str(page.older)
    context = {
        "form": form,
        "rows": [(entry, name_of(entry.tag)) for entry in page.entries] if page else [],
        "page": page,
        "older": older.urlencode(),
        "names": sorted({name_of(tag) for tag in NAMES}),
    }
    return render(request, "audit/entries.html", context, status=200 if page else 422)


@require_safe
def entry(request: HttpRequest, entry_id: int) -> HttpResponse:
    """One entry, with its proof checked while the page is made."""
    found = queries.entry_receipt(_reader(request), entry_id)
    if found is None:
        raise Http404
    context = {
        "entry": found.entry,
        "name": name_of(found.entry.tag),
        "damaged": found.damaged,
        "detail": json.dumps(found.entry.detail, ensure_ascii=False, indent=2, sort_keys=True),
        "receipt": found.receipt,
        "verdict": verify(found.receipt) if found.receipt else None,
    }
    return render(request, "audit/entry.html", context)


@require_safe
def entry_receipt(request: HttpRequest, entry_id: int) -> HttpResponse:
    """The receipt as a file for `yitong audit verify`."""
    found = queries.entry_receipt(_reader(request), entry_id)
    if found is None or found.receipt is None:
        raise Http404
    content = json.dumps(found.receipt, ensure_ascii=False, indent=1)
    headers = {"Content-Disposition": f'attachment; filename="audit-{entry_id}.json"'}
    return HttpResponse(content, content_type="application/json", headers=headers)
