"""My in-app messages."""

from __future__ import annotations

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from yitong.notifications import commands, queries
from yitong.notifications.views.forms import PagedForm
from yitong.parties.actors import Actor


def _actor(request: HttpRequest) -> Actor | None:
    """Who reads, None for somebody who is not logged in."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    return None if actor.account_id is None else actor


@require_safe
@never_cache
def messages(request: HttpRequest) -> HttpResponse:
    actor = _actor(request)
    if actor is None:
        return redirect_to_login(request.get_full_path())
    form = PagedForm(request.GET)
    page = queries.mine(actor, form.cleaned_data["before"] if form.is_valid() else None)
    context = {"page": page, "older": form.older(page.older), "unread": queries.unread_count(actor)}
    return render(request, "notifications/mine.html", context)


@require_POST
def read(request: HttpRequest, message_id: int | None = None) -> HttpResponse:
    """Mark one message, or all of them, as read."""
    actor = _actor(request)
    if actor is None:
        return redirect_to_login("/my/messages/")
    commands.mark_read(actor=actor, message_id=message_id, now=timezone.now())
    return redirect("notifications:mine")
