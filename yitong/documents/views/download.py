"""Files and sealed documents, streamed to whoever may read them; anybody else is told there is nothing."""

from __future__ import annotations

from typing import BinaryIO
from urllib.parse import quote

from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from yitong.documents import queries, storage
from yitong.parties.doors import actor_of

SHOWN_INLINE = frozenset({"application/pdf", "image/jpeg", "image/png"})


def streamed(handle: BinaryIO, *, name: str, content_type: str, inline: bool = False) -> FileResponse:
    """A download that no browser will take for a page: fixed type, no sniffing, no scripts, nothing cached by others."""
    response = FileResponse(handle, content_type=content_type)
    kind = "inline" if inline and content_type in SHOWN_INLINE else "attachment"
    response["Content-Disposition"] = f"{kind}; filename*=UTF-8''{quote(name)}"
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    return response


@require_safe
def stored_file(request: HttpRequest, file_id: int) -> HttpResponseBase:
    """An uploaded file; ``?inline=1`` shows a PDF or picture beside the case instead of saving it."""
    file = queries.file_for(actor_of(request), file_id)
    if file is None:
        raise Http404
    try:
        handle = storage.current().open(file.sha256)
    except storage.FileMissing:
        return render(request, "documents/missing.html", {"name": file.original_name}, status=410)
    inline = request.GET.get("inline") == "1"
    return streamed(handle, name=file.original_name, content_type=file.content_type, inline=inline)


@require_safe
def sealed_document(request: HttpRequest, code: str) -> HttpResponseBase:
    """The sealed PDF; sealed now if the worker has not come to it yet."""
    document = queries.document_for(actor_of(request), code)
    if document is None:
        raise Http404
    try:
        queries.pdf(document, timezone.now())
        handle = storage.current().open(document.sha256, "sealed")
    except queries.SealingFailed:
        return _later(request, queries.title(document))
    except storage.FileMissing:
        return render(request, "documents/missing.html", {"name": document.number}, status=410)
    name = f"{queries.title(document)}-{document.number}.pdf"
    return streamed(handle, name=name, content_type="application/pdf", inline=request.GET.get("inline") == "1")


def _later(request: HttpRequest, title: str) -> HttpResponse:
    response = render(request, "documents/not_sealed_yet.html", {"title": title}, status=503)
    response["Retry-After"] = "60"
    return response
