"""The portal's door: pages of one's own affairs ask for a citizen's log-in and come back afterwards."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import redirect
from django.utils.translation import gettext

from yitong.cases.models import Case
from yitong.cases.queries import CaseNotVisible
from yitong.cases.queries import portal as queries
from yitong.cases.views.portal_draft import open_draft
from yitong.kernel.reasons import Conflict
from yitong.parties.actors import Actor
from yitong.parties.doors import citizen

View = Callable[..., HttpResponseBase]


class CitizenRequest(HttpRequest):
    """A request whose actor is a citizen."""

    actor: Actor


def citizen_page(view: View) -> View:
    """Lets citizens in; others log in first. What belongs to somebody else does not exist."""

    @citizen
    @wraps(view)
    def guarded(request: Any, *args: Any, **kwargs: Any) -> HttpResponseBase:
        try:
            return view(request, *args, **kwargs)
        except CaseNotVisible:
            raise Http404 from None

    return guarded


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


def not_found_unless(condition: object) -> None:
    """Http404 unless ``condition`` holds."""
    if not condition:
        raise Http404
