"""The switch 留存复用, the export, the log of uses, and what was deleted."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from yitong.archive import commands, queries
from yitong.archive.views import shown
from yitong.parties.doors import actor_of, log_in

PER_PAGE = 30


@require_http_methods(["GET", "HEAD", "POST"])
def keeping(request: HttpRequest) -> HttpResponse:
    """What the switch means, how long laws ask for storage, and the switch itself."""
    actor = actor_of(request)
    if actor.person_id is None:
        return log_in(request)
    holder = shown.chosen_holder(request)
    if request.method == "POST":
        now = timezone.now()
        if request.POST.get("keep") == "1":
            commands.agree_to_keeping(actor=actor, holder=holder, now=now)
            messages.success(request, _("What you submit in cases from now on is kept for your next one."))
        else:
            deleted, locked = commands.withdraw_from_keeping(actor=actor, holder=holder, now=now)
            done = ngettext("%(n)s paper was deleted", "%(n)s papers were deleted", deleted) % {"n": deleted}
            kept = ngettext("%(n)s is locked", "%(n)s are locked", locked) % {"n": locked}
            messages.success(request, _("Nothing is kept any more: %(done)s, %(kept)s.") % {"done": done, "kept": kept})
        return redirect(f"/my/archive/{shown.suffix(holder)}")
    context = {**shown.archive_context(request, holder), "keeping": queries.keeping(actor, holder)}
    return render(request, "archive/keeping.html", context)


@require_POST
def export(request: HttpRequest) -> HttpResponseBase:
    """Everything in a zip."""
    actor = actor_of(request)
    if actor.person_id is None:
        return log_in(request)
    holder, now = shown.chosen_holder(request), timezone.now()

    def page(index: dict[str, Any]) -> str:
        return render_to_string("archive/export_index.html", {**shown.archive_context(request, holder), "index": index})

    whole = commands.export(actor=actor, holder=holder, page=page, now=now)
    name = f"{holder.name}-{timezone.localdate(now):%Y%m%d}.zip"
    response = FileResponse(whole, as_attachment=True, filename=name, content_type="application/zip")
    response["Cache-Control"] = "private, no-store"
    return response


@require_safe
def log(request: HttpRequest) -> HttpResponse:
    """Who did what with any paper of the archive, and what is no longer there."""
    actor = actor_of(request)
    if actor.person_id is None:
        return log_in(request)
    holder = shown.chosen_holder(request)
    page: Any = Paginator(queries.log_of(actor, holder), PER_PAGE).get_page(request.GET.get("page"))
    page.total = page.paginator.count
    context = {
        **shown.archive_context(request, holder),
        "page": page,
        "traces": queries.traces(actor, holder).filter(state="locked")[:50],
    }
    return render(request, "archive/log.html", context)
