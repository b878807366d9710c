"""Import and export in the console."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from yitong.catalog.commands.imports import MOST_BYTES, import_file
from yitong.catalog.exchange.envelope import CellTooLong
from yitong.catalog.models import ImportBatch
from yitong.catalog.queries import drafts
from yitong.catalog.queries.exports import export as export_file
from yitong.catalog.views.access import author
from yitong.kernel.reasons import Reason, Refused
from yitong.parties.doors import actor_of

KINDS = {
    "yaml": ("application/yaml", "catalog.yaml"),
    "excel": ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "catalog.xlsx"),
}


@author
@require_http_methods(["GET", "HEAD", "POST"])
def import_page(request: HttpRequest) -> HttpResponse:
    """Offer a file; what was wrong with it stands on the report page."""
    actor = actor_of(request)
    reasons: list[Reason] = []
    if request.method == "POST":
        upload = request.FILES.get("file")
        if upload is None:
            reasons = [Reason("file_missing", _("Choose a YAML or Excel file."), field="file")]
        elif (upload.size or 0) > MOST_BYTES:
            message = _("The file is larger than %(most)s MB; split it.")
            reasons = [Reason("too_large", message, field="file", params={"most": MOST_BYTES // 1024 // 1024})]
        else:
            name = upload.name or "file"
            batch = import_file(actor=actor, content=upload.read(), file_name=name, now=timezone.now())
            return HttpResponseRedirect(reverse("catalog:report", args=[batch.pk]))
    context = {"reasons": reasons, "batches": drafts.batches(actor)}
    return render(request, "catalog/import.html", context, status=422 if reasons else 200)


@author
@require_safe
def report(request: HttpRequest, batch_id: int) -> HttpResponse:
    """What became of a file: taken in, or every mistake with its place."""
    batch = drafts.batch(actor_of(request), batch_id)
    if batch is None:
        raise Http404
    rejected = batch.state == ImportBatch.State.REJECTED
    return render(request, "catalog/report.html", {"batch": batch, "rejected": rejected, "errors": batch.errors.all()})


@author
@require_safe
def export(request: HttpRequest) -> HttpResponse:
    """The catalogue as a YAML or Excel file."""
    kind = request.GET.get("kind", "yaml")
    if kind not in KINDS:
        raise Http404
    codes = tuple(request.GET.getlist("code"))[:500]
    try:
        content = export_file(actor_of(request), kind, codes, drafts="drafts" in request.GET)  # type: ignore[arg-type]
    except CellTooLong as error:
        raise Refused(Reason("cell_too_long", _("A form is too long for a cell; export as YAML."))) from error
    content_type, name = KINDS[kind]
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "X-Content-Type-Options": "nosniff"}
    return HttpResponse(content, content_type=content_type, headers=headers)
