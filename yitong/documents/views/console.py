"""The console: wording of documents, quarantine."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from yitong.documents import storage
from yitong.documents.commands import templates as template_commands
from yitong.documents.commands import uploads
from yitong.documents.queries import quarantine as quarantine_queries
from yitong.documents.queries import templates as template_queries
from yitong.documents.rules.kinds import Kind, Shape, UnknownKind, kind_of
from yitong.documents.views.download import streamed
from yitong.documents.views.forms import TemplateForm
from yitong.kernel.reasons import Conflict, Reason, Refused
from yitong.parties.doors import actor_of, staff_with
from yitong.parties.roles import Permission

PER_PAGE = 25
edits_templates = staff_with(Permission.DOCUMENT_TEMPLATE_EDIT)
sees_quarantine = staff_with(Permission.QUARANTINE_VIEW)


@edits_templates
@require_safe
def template_list(request: HttpRequest) -> HttpResponse:
    rows = template_queries.overview(actor_of(request))
    return render(request, "documents/console/templates.html", {"rows": rows})


@edits_templates
@require_http_methods(["GET", "HEAD", "POST"])
def template_edit(request: HttpRequest, kind: str) -> HttpResponse:
    """Edit the draft; ``preview`` shows what was typed as a PDF without saving it."""
    wanted = _kind(kind)
    versions = template_queries.versions(actor_of(request), kind)
    current = versions[0] if versions else None
    start = {"title": current.title, "body": current.body} if current else {"title": wanted.title}
    form = TemplateForm(request.POST or None, initial=start)
    reasons: tuple[Reason, ...] = ()
    if request.method == "POST" and form.is_valid():
        try:
            return _acted(request, wanted, form.cleaned_data)
        except Refused as refusal:
            reasons = refusal.reasons
        except Conflict as conflict:
            reasons = (conflict.reason,)
    context = {"kind": wanted, "form": form, "versions": versions, "reasons": reasons, "fields": _fields(wanted)}
    return render(request, "documents/console/template.html", context, status=422 if reasons else 200)


@edits_templates
@require_POST
def template_publish(request: HttpRequest, kind: str, template_id: int) -> HttpResponse:
    try:
        published = template_commands.publish(template_id=template_id, actor=actor_of(request), now=timezone.now())
        messages.success(request, gettext("Version %(version)s is in force.") % {"version": published.version})
    except Conflict as conflict:
        messages.warning(request, gettext(conflict.reason.message) % conflict.reason.params)
    return redirect("documents:template", kind=kind)


@edits_templates
@require_safe
def template_version(request: HttpRequest, kind: str, version: int) -> HttpResponseBase:
    """One stored version as a PDF with sample values."""
    rows = template_queries.versions(actor_of(request), _kind(kind).code)
    found = next((row for row in rows if row.version == version), None)
    if found is None:
        raise Http404
    return _pdf(template_queries.preview(_kind(kind), found.title, found.body, timezone.now()))


@sees_quarantine
@require_safe
def quarantine(request: HttpRequest) -> HttpResponse:
    everything = request.GET.get("state") == "all"
    rows = quarantine_queries.held(actor_of(request), all_states=everything)
    page: Any = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    page.total = page.paginator.count
    return render(request, "documents/console/quarantine.html", {"page": page, "everything": everything})


@sees_quarantine
@require_safe
def quarantine_download(request: HttpRequest, quarantined_id: int) -> HttpResponseBase:
    """The refused bytes, under a name and a type that nothing opens by itself."""
    file = quarantine_queries.one(actor_of(request), quarantined_id)
    if file is None:
        raise Http404
    try:
        handle = quarantine_queries.reader(file)
    except storage.FileMissing:
        raise Http404 from None
    return streamed(handle, name=f"{file.original_name}.quarantined", content_type="application/octet-stream")


@sees_quarantine
@require_http_methods(["GET", "HEAD", "POST"])
def quarantine_discard(request: HttpRequest, quarantined_id: int) -> HttpResponse:
    """Asks first; the bytes cannot be had back."""
    actor = actor_of(request)
    file = quarantine_queries.one(actor, quarantined_id)
    if file is None:
        raise Http404
    if request.method == "POST":
        uploads.discard(quarantined_id=file.pk, actor=actor, now=timezone.now())
        messages.success(request, gettext("%(name)s was discarded.") % {"name": file.original_name})
        return redirect("documents:quarantine")
    context = {"file": file, "looks_like": quarantine_queries.looks_like(file)}
    return render(request, "documents/console/discard.html", context)


def _acted(request: HttpRequest, kind: Kind, typed: dict[str, str]) -> HttpResponse:
    reasons = template_commands.checked(kind.code, typed["title"], typed["body"])
    if reasons:
        raise Refused(*reasons)
    now = timezone.now()
    if "preview" in request.POST:
        return _pdf(template_queries.preview(kind, typed["title"], typed["body"], now))
    template_commands.save_draft(
        kind=kind.code, department_id=None, title=typed["title"], body=typed["body"], actor=actor_of(request), now=now
    )
    messages.success(request, gettext("The draft is saved. Look at its preview, then publish it."))
    return redirect("documents:template", kind=kind.code)


def _pdf(content: bytes) -> HttpResponse:
    response = HttpResponse(content, content_type="application/pdf")
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Disposition"] = "inline; filename=preview.pdf"
    return response


def _kind(code: str) -> Kind:
    try:
        return kind_of(code)
    except UnknownKind:
        raise Http404 from None


def _fields(kind: Kind) -> list[dict[str, Any]]:
    alone = (Shape.LIST, Shape.TABLE)
    return [
        {"name": field.name, "label": field.label, "required": field.required, "alone": field.shape in alone}
        for field in kind.all_fields.values()
    ]
