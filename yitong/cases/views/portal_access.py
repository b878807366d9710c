"""The portal's door: pages of one's own affairs ask for a citizen's log-in and come back afterwards."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import redirect
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache

from yitong.cases.models import Case
from yitong.cases.queries import CaseNotVisible
from yitong.cases.queries import portal as queries
from yitong.cases.views.portal_draft import open_draft
from yitong.kernel.reasons import Conflict
from yitong.parties.actors import Actor, ActorKind

View = Callable[..., HttpResponseBase]


class CitizenRequest(HttpRequest):
    """A request whose actor is a citizen."""

    actor: Actor


def citizen_page(view: View) -> View:
    """Lets citizens in; others log in first. What belongs to somebody else does not exist."""

    @never_cache
    @wraps(view)
    def guarded(request: Any, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.actor.kind is not ActorKind.CITIZEN:
            return HttpResponseRedirect(f"/login/?{urlencode({'next': _back_to(request)})}")
        try:
            return view(request, *args, **kwargs)
        except CaseNotVisible:
            raise Http404 from None

    return guarded


def _back_to(request: HttpRequest) -> str:
    # What was posted cannot be repeated after a log-in; the page it came from can.
    return request.get_full_path() if request.method == "GET" else request.path


def draft_page(view: View) -> View:
    """For a page of the wizard: hands over the open draft. One that was submitted meanwhile leads to its confirmation."""

    @citizen_page
    @wraps(view)
    def guarded(request: CitizenRequest, case_id: int, *args: Any, **kwargs: Any) -> HttpResponseBase:
        case = queries.wizard_case(request.actor, case_id)
        if case.state != "draft":
            return redirect("cases:submitted", number=case.number)
        try:
            return view(request, open_draft(case), *args, **kwargs)
        except Conflict:
            text = gettext(
                "This application was changed in another window. This is how it stands now; please look at it again."
            )
            messages.warning(request, text)
            return HttpResponseRedirect(request.path)

    return guarded


def case_page(view: View) -> View:
    """For a page of a submitted case of one's own: hands over the case."""

    @citizen_page
    @wraps(view)
    def guarded(request: CitizenRequest, number: str, *args: Any, **kwargs: Any) -> HttpResponseBase:
        return view(request, queries.own_case(request.actor, number), *args, **kwargs)

    return guarded


def open_case(request: CitizenRequest, number: str) -> Case:
    """The case anew, as a command left it."""
    return queries.own_case(request.actor, number)


def address_of(request: HttpRequest) -> str:
    """The client's network address; behind a proxy the entry that the proxy itself wrote."""
    forwarded = request.META.get("HTTP_X_FORWARDED_FOR", "")
    if forwarded and getattr(settings, "SECURE_PROXY_SSL_HEADER", None):
        return str(forwarded.rsplit(",", 1)[-1].strip())[:45]
    return str(request.META.get("REMOTE_ADDR") or "")[:45]


def not_found_unless(condition: object) -> None:
    """Http404 unless ``condition`` holds."""
    if not condition:
        raise Http404
