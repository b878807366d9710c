"""Files, sealed documents and receipts of one's own case, sent so that no browser takes them for a page."""

from __future__ import annotations

import json
from urllib.parse import quote

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from yitong.audit.queries import receipt
from yitong.cases.commands.notices import case_subject
from yitong.cases.models import Case, CaseMaterial
from yitong.cases.queries import portal as queries
from yitong.cases.views.portal_access import CitizenRequest, case_page
from yitong.documents import queries as documents

INLINE = frozenset({"application/pdf", "image/jpeg", "image/png"})


def sent(content: bytes, name: str, content_type: str) -> HttpResponse:
    """A file: shown when it is a PDF or a picture, else saved."""
    response = HttpResponse(content, content_type=content_type)
    kind = "inline" if content_type in INLINE else "attachment"
    response["Content-Disposition"] = f"{kind}; filename*=UTF-8''{quote(name)}"
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    return response


def material_file(row: CaseMaterial) -> HttpResponse:
    """The uploaded file of a material the reader may see."""
    if row.stored_file is None:
        raise Http404
    return sent(documents.read_file(row.stored_file), row.stored_file.original_name, row.stored_file.content_type)


@require_safe
@case_page
def material(request: CitizenRequest, case: Case, material_id: int) -> HttpResponse:
    """What the applicant handed in."""
    rows = [row for group in queries.given(case).values() for row in group if row.pk == material_id]
    if not rows:
        raise Http404
    return material_file(rows[0])


@require_safe
@case_page
def document(request: CitizenRequest, case: Case, document_id: int) -> HttpResponse:
    """A notice or decision of the case as its sealed PDF; sealed now if nobody has yet."""
    row = documents.of_subject(case_subject(case)).filter(pk=document_id).first()
    if row is None:
        raise Http404
    return _pdf(request, case, row, documents.title(row))


@require_safe
@case_page
def licence(request: CitizenRequest, case: Case) -> HttpResponse:
    """The e-licence the case ended with."""
    if case.licence is None:
        raise Http404
    return _pdf(request, case, case.licence.document, case.licence.type.name)


def _pdf(request: CitizenRequest, case: Case, row: object, title: str) -> HttpResponse:
    try:
        content = documents.pdf(row, timezone.now())  # type: ignore[arg-type]
    except documents.SealingFailed:
        messages.error(
            request, gettext("The document could not be sealed just now. Nothing is lost; try again in a few minutes.")
        )
        return redirect("cases:case", number=case.number)
    return sent(content, f"{title}-{case.number}.pdf", "application/pdf")


@require_safe
@case_page
def audit_receipt(request: CitizenRequest, case: Case) -> HttpResponse:
    """Proof that the submission stands in the audit log, for `yitong audit verify`; ready some seconds after the act."""
    found = receipt(f"case:{case.number}", "cases:case:submitted")
    if found is None:
        messages.info(request, gettext("The audit receipt is being made; try again in some seconds."))
        return redirect("cases:submitted", number=case.number)
    content = json.dumps(found, ensure_ascii=False, indent=1)
    headers = {
        "Content-Disposition": f'attachment; filename="audit-{case.number}.json"',
        "Cache-Control": "private, no-store",
    }
    return HttpResponse(content, content_type="application/json", headers=headers)
