"""The console: documents that could not be sealed."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext, ngettext
from django.views.decorators.http import require_POST, require_safe

from yitong.documents import commands
from yitong.documents.queries import failures as queries
from yitong.kernel.reasons import Conflict
from yitong.parties.doors import actor_of, staff_with
from yitong.parties.roles import Permission

PER_PAGE = 25
tries_again = staff_with(Permission.DOCUMENT_RETRY)


@tries_again
@require_safe
def failed(request: HttpRequest) -> HttpResponse:
    """What could not be sealed, with reason, attempts and when; ``?state=failed`` only what was given up."""
    actor, given_up = actor_of(request), request.GET.get("state") == "failed"
    page: Any = Paginator(queries.failures(actor, given_up=given_up), PER_PAGE).get_page(request.GET.get("page"))
    page.total = page.paginator.count
    context = {
        "page": page,
        "lines": [queries.line(document) for document in page.object_list],
        "counts": queries.counts(actor),
        "given_up": given_up,
    }
    return render(request, "documents/console/failed.html", context)


@tries_again
@require_POST
def retry(request: HttpRequest, document_id: int) -> HttpResponse:
    try:
        commands.retry(document_id=document_id, actor=actor_of(request), now=timezone.now())
        messages.success(request, gettext("The document is tried again within seconds. Reload the list to see."))
    except Conflict as conflict:
        messages.warning(request, gettext(conflict.reason.message))
    return redirect("documents:failed")


@tries_again
@require_POST
def retry_all(request: HttpRequest) -> HttpResponse:
    count = commands.retry_all(actor=actor_of(request), now=timezone.now())
    told = ngettext("%(n)s document is tried again.", "%(n)s documents are tried again.", count) % {"n": count}
    messages.success(request, told if count else gettext("No document was given up; there is nothing to try again."))
    return redirect("documents:failed")
