"""The owner's pages: the list, one paper with what was read from it, deleting it."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from yitong.archive import commands, contents, queries
from yitong.archive.models import ArchivedFile
from yitong.archive.permissions import pending_case
from yitong.archive.rules.papers import Kind, fields_of
from yitong.archive.rules.retention import on_request
from yitong.archive.views import shown
from yitong.documents import queries as documents
from yitong.kernel.reasons import Reason, Refused
from yitong.parties.doors import actor_of, log_in

PER_PAGE = 20


@require_safe
def mine(request: HttpRequest) -> HttpResponse:
    """The list, by class and name; classes with their counts above it."""
    actor = actor_of(request)
    if actor.person_id is None:
        return log_in(request)
    holder = shown.chosen_holder(request)
    kind = request.GET.get("class", "") if request.GET.get("class") in list(Kind) else ""
    text = request.GET.get("q", "")[:100].replace("\0", "")
    page: Any = Paginator(queries.listed(actor, holder, kind=kind, text=text), PER_PAGE).get_page(
        request.GET.get("page")
    )
    page.total = page.paginator.count
    counts = queries.class_counts(actor, holder)
    context = {
        **shown.archive_context(request, holder),
        "page": page,
        "ended": queries.ended(page.object_list, timezone.localdate()),
        "kind": kind,
        "q": text,
        "counts": counts,
        "total": sum(counts.values()),
        "keeping": queries.keeping(actor, holder),
        "traces": queries.traces(actor, holder).count(),
    }
    return render(request, "archive/mine.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def one(request: HttpRequest, archived_id: int) -> HttpResponse:
    """The picture, and beside it what was read from it, to confirm or correct."""
    if actor_of(request).person_id is None:
        return log_in(request)
    file = _own(request, archived_id)
    reasons: tuple[Reason, ...] = ()
    if request.method == "POST":
        try:
            values = {field.name: request.POST.get(field.name, "") for field in fields_of(file.paper)}
            commands.confirm(actor=actor_of(request), file_id=file.pk, values=values, now=timezone.now())
        except Refused as refused:
            reasons = refused.reasons
        else:
            messages.success(request, _("Saved. From now on these values fill in your forms."))
            return redirect(request.get_full_path())
    context = _paper(request, file, request.POST if reasons else None)
    return render(request, "archive/one.html", {**context, "reasons": reasons}, status=422 if reasons else 200)


@require_safe
def picture(request: HttpRequest, archived_id: int) -> HttpResponse:
    """The file itself; ``?save=1`` as a download."""
    file = _own(request, archived_id)
    if file.stored_file is None:
        raise Http404
    return sent(request, file)


@require_POST
def again(request: HttpRequest, archived_id: int) -> HttpResponse:
    file = _own(request, archived_id)
    try:
        commands.read_again(actor=actor_of(request), file_id=file.pk, now=timezone.now())
    except Refused as refused:
        for reason in refused.reasons:
            messages.error(request, _(reason.message))
    return redirect("archive:one", archived_id=file.pk)


@require_http_methods(["GET", "HEAD", "POST"])
def delete(request: HttpRequest, archived_id: int) -> HttpResponse:
    """Says what deleting will do, and why a law may ask to store the paper, before it does it."""
    if actor_of(request).person_id is None:
        return log_in(request)
    file, now = _own(request, archived_id), timezone.now()
    holder = queries.owner_of(file)
    reasons: tuple[Reason, ...] = ()
    if request.method == "POST":
        try:
            standing = commands.forget(actor=actor_of(request), file_id=file.pk, now=now)
        except Refused as refused:
            reasons = refused.reasons
        else:
            said = (
                _("The paper is deleted.")
                if standing.outcome == "deleted"
                else _("The paper is locked and used no more.")
            )
            messages.success(request, said)
            return redirect(f"/my/archive/{shown.suffix(holder)}")
    standing = on_request(file.keep_rule, file.keep_until, timezone.localdate(now))
    context = {
        **shown.archive_context(request, holder),
        "file": file,
        "standing": standing,
        "pending": pending_case(file),
        "reasons": reasons,
    }
    return render(request, "archive/delete.html", context, status=422 if reasons else 200)


def sent(request: HttpRequest, file: ArchivedFile) -> HttpResponse:
    """The stored bytes, shown in the page unless they are to be saved; fixed type, no sniffing, nothing cached by others."""
    assert file.stored_file is not None
    stored = file.stored_file
    try:
        response = HttpResponse(documents.read_file(stored), content_type=stored.content_type)
    except FileNotFoundError:
        return render(request, "documents/missing.html", {"name": stored.original_name}, status=410)
    kind = "attachment" if request.GET.get("save") == "1" else "inline"
    response["Content-Disposition"] = f"{kind}; filename*=UTF-8''{quote(stored.original_name)}"
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    return response


def _own(request: HttpRequest, archived_id: int) -> ArchivedFile:
    file = queries.one(actor_of(request), archived_id)
    if file is None:
        raise Http404
    return file


def _paper(request: HttpRequest, file: ArchivedFile, typed: Any = None) -> dict[str, Any]:
    found = contents.of(file)
    rows = shown.field_rows(file, found)
    busy = file.reading in (ArchivedFile.Reading.WAITING, ArchivedFile.Reading.READING)
    return {
        **shown.archive_context(request, queries.owner_of(file)),
        "file": file,
        "ended": queries.ended([file], timezone.localdate()),
        "paper": shown.PAPERS.get(file.paper),
        "found": found,
        "rows": rows,
        "typed": {row.name: typed.get(row.name, "") for row in rows} if typed is not None else None,
        "busy": busy,
        "is_picture": shown.is_picture(file),
        "marks": shown.marks(file),
        "overlay": bool(file.stamps) and found.turned == 0 and found.size[0] > 0 and shown.is_picture(file),
        "shapes": shown.SHAPES,
        "problem": shown.PROBLEMS.get(file.reading_problem, ""),
        "comparison": None if busy else queries.comparison(file, timezone.localdate()),
        "compared": shown.COMPARED,
        "log": queries.log(file)[:20],
        "standing": on_request(file.keep_rule, file.keep_until, timezone.localdate()),
    }
