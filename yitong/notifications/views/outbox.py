"""What the local provider would have sent. Demonstration only: it shows everybody's text messages."""

from __future__ import annotations

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from yitong.notifications import queries
from yitong.notifications.views.forms import OutboxForm


@require_safe
@never_cache
def outbox(request: HttpRequest) -> HttpResponse:
    if not settings.YITONG_DEMO:
        raise Http404
    form = OutboxForm(request.GET)
    page = queries.local_outbox(form.address(), form.cleaned_data["before"]) if form.is_valid() else None
    coming = page is not None and queries.on_its_way(timezone.now(), form.address())
    context = {"form": form, "page": page, "coming": coming, "older": form.older(page.older) if page else ""}
    return render(request, "notifications/outbox.html", context, status=200 if page else 422)
