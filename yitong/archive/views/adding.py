"""Putting something into the archive: a picture or PDF, or a statement without a paper."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from yitong.archive import commands
from yitong.archive.commands.uploading import ACCEPT, MOST_MB
from yitong.archive.rules.papers import PAPERS, Kind, fields_of
from yitong.archive.views import shown
from yitong.kernel.reasons import N_, Reason, Refused
from yitong.licences.rules.holders import ENTERPRISE, Holder
from yitong.parties.doors import actor_of, log_in

NO_FILE = Reason("no_file", N_("Take a photograph or choose a file."), field="file")


@require_http_methods(["GET", "HEAD", "POST"])
def add(request: HttpRequest) -> HttpResponse:
    """Class and kind of paper, a photograph or file; what was chosen stays chosen after a refusal."""
    if actor_of(request).person_id is None:
        return log_in(request)
    holder = shown.chosen_holder(request)
    reasons: tuple[Reason, ...] = ()
    if request.method == "POST":
        try:
            file = _uploaded(request, holder)
        except Refused as refused:
            reasons = refused.reasons
        else:
            messages.success(request, _("The paper is in your archive."))
            return redirect("archive:one", archived_id=file.pk)
    context = {**_form(request, holder), "reasons": reasons, "accept": ACCEPT, "most_mb": MOST_MB}
    return render(request, "archive/add.html", context, status=422 if reasons else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def declare(request: HttpRequest) -> HttpResponse:
    """First the kind of paper (in the address), then its fields."""
    if actor_of(request).person_id is None:
        return log_in(request)
    holder = shown.chosen_holder(request)
    paper = request.GET.get("paper", "")
    reasons: tuple[Reason, ...] = ()
    if request.method == "POST":
        values = {field.name: request.POST.get(field.name, "") for field in fields_of(paper)}
        try:
            file = commands.declare(
                actor=actor_of(request),
                holder=holder,
                kind=_class_of(paper, holder),
                paper=paper,
                name=request.POST.get("name", ""),
                values=values,
                now=timezone.now(),
            )
        except Refused as refused:
            reasons = refused.reasons
        else:
            messages.success(request, _("Your statement is in your archive."))
            return redirect("archive:one", archived_id=file.pk)
    fields = [(field, request.POST.get(field.name, "")) for field in fields_of(paper)]
    context = {**_form(request, holder), "reasons": reasons, "paper": PAPERS.get(paper), "fields": fields}
    return render(request, "archive/declare.html", context, status=422 if reasons else 200)


def _uploaded(request: HttpRequest, holder: Holder) -> Any:
    upload = request.FILES.get("file")
    if upload is None:
        raise Refused(NO_FILE)
    paper = request.POST.get("paper", "")
    return commands.upload(
        actor=actor_of(request),
        holder=holder,
        kind=request.POST.get("kind", "") or _class_of(paper, holder),
        paper=paper,
        name=request.POST.get("name", ""),
        upload=upload,
        now=timezone.now(),
    )


def _class_of(paper: str, holder: Holder) -> str:
    if holder.kind == ENTERPRISE:
        return Kind.BUSINESS
    return PAPERS[paper].kind if paper in PAPERS else ""


def _form(request: HttpRequest, holder: Holder) -> dict[str, Any]:
    known = [paper for paper in PAPERS.values() if holder.kind != ENTERPRISE or paper.kind == Kind.BUSINESS]
    return {
        **shown.archive_context(request, holder),
        "known": known,
        "typed": {name: request.POST.get(name, request.GET.get(name, "")) for name in ("kind", "paper", "name")},
    }
