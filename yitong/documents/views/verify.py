"""Public verification: by code or number, by file, by the QR code's short address; and the local authority's certificate."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from yitong.documents import queries
from yitong.documents.queries import verification
from yitong.documents.seals import certificates, keys
from yitong.documents.views.access import counted
from yitong.documents.views.forms import LookupForm, UploadForm
from yitong.parties.doors import actor_of


@counted
@require_http_methods(["GET", "HEAD", "POST"])
def verify(request: HttpRequest) -> HttpResponse:
    """Two forms, one page: what is printed on the document, or the file or text itself."""
    by_text, by_file = LookupForm(request.GET if "q" in request.GET else None), UploadForm()
    context: dict[str, Any] = {"finding": None, "asked": False}
    if request.method == "POST":
        by_file = UploadForm(request.POST, request.FILES)
        if by_file.is_valid():
            context["finding"] = verification.of_file(by_file.content(), timezone.now())
            context["asked"] = True
    elif by_text.is_bound and by_text.is_valid():
        asked, now = by_text.cleaned_data["q"], timezone.now()
        context["finding"] = verification.by_text(asked, now)
        context["asked"] = True
    return render(request, "documents/verify.html", {**context, "by_text": by_text, "by_file": by_file})


@counted
@require_safe
def short(request: HttpRequest, code: str) -> HttpResponse:
    """Where a document's QR code leads: the minimum for everybody, the PDF for whoever may read it."""
    finding = verification.by_code(code, timezone.now())
    if finding is None:
        raise Http404
    own = queries.document_for(actor_of(request), finding.code)
    return render(request, "documents/short.html", {"finding": finding, "own": own})


@require_safe
def trust(request: HttpRequest) -> HttpResponse:
    """What the seals rest on, and how to check one without us."""
    certificate = keys.authority_certificate(timezone.now())
    return render(request, "documents/trust.html", {"certificate": certificates.described(certificate)})


@require_safe
def authority_pem(request: HttpRequest) -> HttpResponse:
    """The local authority's certificate as a PEM file."""
    text = certificates.pem(keys.authority_certificate(timezone.now()))
    response = HttpResponse(text, content_type="application/x-pem-file")
    response["Content-Disposition"] = "attachment; filename=yitong-ca.pem"
    return response
