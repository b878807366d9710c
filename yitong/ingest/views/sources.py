"""Console: sources with their freshness, batches, a file brought in by hand."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from yitong.ingest.commands.ingesting import ingest_file
from yitong.ingest.commands.sources import give_key, save_source
from yitong.ingest.models import Batch, Source
from yitong.ingest.permissions import sources_visible_to
from yitong.ingest.queries import overview
from yitong.ingest.views.access import registrar
from yitong.ingest.views.forms import MOST_BY_HAND, BringForm, SourceForm
from yitong.kernel.reasons import Conflict, Reason, Refused
from yitong.licences.queries.library import types_by_code
from yitong.parties.doors import actor_of

PER_PAGE = 50


@registrar
@require_safe
def sources(request: HttpRequest) -> HttpResponse:
    lines = overview.source_lines(actor_of(request), timezone.now())
    names = {code: kind.name for code, kind in types_by_code().items()}
    stale = sum(line.stale for line in lines)
    return render(request, "ingest/sources.html", {"lines": lines, "names": names, "stale": stale, "total": len(lines)})


@registrar
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, source_id: int | None = None) -> HttpResponseBase:
    source = _source(request, source_id) if source_id is not None else None
    initial = _initial(source) if source else None
    form = SourceForm(request.POST or None, initial=initial, fixed=source is not None)
    reasons: tuple[Reason, ...] = ()
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        try:
            saved = save_source(
                actor=actor_of(request),
                source_id=source_id,
                code=values["code"],
                name=values["name"],
                department_id=values["department"],
                type_code=values["type_code"],
                expected_hours=values["expected_hours"],
                contact_name=values["contact_name"],
                contact_phone=values["contact_phone"],
                active=values["active"],
                now=timezone.now(),
            )
        except Refused as refused:
            reasons = tuple(refused.reasons)
        except Conflict as conflict:
            reasons = (conflict.reason,)
        else:
            messages.success(request, gettext("The source is saved."))
            return redirect("ingest:source", saved.pk)
    status = 422 if request.method == "POST" else 200
    return _page(request, source, form, reasons=reasons, status=status)


@registrar
@require_POST
def key(request: HttpRequest, source_id: int) -> HttpResponseBase:
    """A new key, shown on the page that answers and nowhere else."""
    source = _source(request, source_id)
    new = give_key(actor=actor_of(request), source_id=source.pk, now=timezone.now())
    response = _page(request, source, SourceForm(initial=_initial(source), fixed=True), key=new)
    response["Cache-Control"] = "private, no-store"
    return response


@registrar
@require_POST
def bring(request: HttpRequest, source_id: int) -> HttpResponseBase:
    """A file brought in by hand, of a size that is done while one waits."""
    source = _source(request, source_id)
    form = BringForm(request.POST, request.FILES)
    reasons: tuple[Reason, ...] = ()
    if form.is_valid():
        upload = form.cleaned_data["file"]
        if upload.size > MOST_BY_HAND:
            text = gettext(
                "By hand at most %(most)s MB. Bring larger files in with: yitong licences ingest FILE --source %(code)s"
            )
            form.add_error("file", text % {"most": MOST_BY_HAND // 1024**2, "code": source.code})
        else:
            try:
                _told(request, _brought(request, source, upload))
            except Refused as refused:
                reasons = tuple(refused.reasons)
            except Conflict as conflict:
                reasons = (conflict.reason,)
            else:
                return redirect("ingest:batches")
    plain = SourceForm(initial=_initial(source), fixed=True)
    return _page(request, source, plain, bring_form=form, reasons=reasons, status=422)


def _brought(request: HttpRequest, source: Source, upload: Any) -> Batch:
    with tempfile.TemporaryDirectory() as folder:
        # The name only tells the form of the file; what it is, its content says.
        path = Path(folder) / f"upload{Path(upload.name).suffix.lower()[:8]}"
        with path.open("wb") as out:
            for chunk in upload.chunks():
                out.write(chunk)
        return ingest_file(
            actor=actor_of(request), source_code=source.code, path=path, now=timezone.now(), name=upload.name
        )


def _told(request: HttpRequest, batch: Batch) -> None:
    counts = {"new": batch.new, "changed": batch.changed, "unchanged": batch.unchanged, "rejected": batch.rejected}
    text = (
        gettext("Brought in: %(new)s new, %(changed)s changed, %(unchanged)s unchanged, %(rejected)s rejected.")
        % counts
    )
    (messages.warning if batch.rejected else messages.success)(request, text)


@registrar
@require_safe
def batches(request: HttpRequest) -> HttpResponse:
    source, state = request.GET.get("source", "")[:40].replace("\0", ""), request.GET.get("state", "")[:8]
    rows = overview.batches(actor_of(request), source=source, state=state if state in Batch.State.values else "")
    page: Any = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    page.total = page.paginator.count
    context = {
        "page": page,
        "rows": page.object_list,
        "source": source,
        "state": state,
        "sources": sources_visible_to(actor_of(request)),
    }
    return render(request, "ingest/batches.html", context)


def _source(request: HttpRequest, source_id: int) -> Source:
    source = sources_visible_to(actor_of(request)).filter(pk=source_id).first()
    if source is None:
        raise Http404
    return source


def _initial(source: Source) -> dict[str, Any]:
    names = ("code", "name", "type_code", "expected_hours", "contact_name", "contact_phone", "active")
    return {**{name: getattr(source, name) for name in names}, "department": source.department_id}


def _page(
    request: HttpRequest, source: Source | None, form: SourceForm, *, status: int = 200, **more: Any
) -> HttpResponse:
    context = {"source": source, "form": form, "bring_form": BringForm(), **more}
    return render(request, "ingest/source.html", context, status=status)
