"""Who gets to the pages of the analysis, and which frame they see around them."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps

from django.http import Http404, HttpRequest, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.utils.http import urlencode

from yitong.parties.roles import Permission
from yitong.waiving.permissions import may_view

View = Callable[..., HttpResponseBase]


def viewers_only(view: View) -> View:
    """Others are sent to log in, or told there is nothing here."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponseBase:
        actor = request.actor  # type: ignore[attr-defined]
        if not actor.is_staff:
            return HttpResponseRedirect(f"/desk/login/?{urlencode({'next': request.get_full_path()})}")
        if not may_view(actor):
            raise Http404
        return view(request, *args, **kwargs)

    return guarded


def frame(request: HttpRequest) -> str:
    """Supervisors come from the board, authors and registrars from the console."""
    actor = request.actor  # type: ignore[attr-defined]
    return "board/base.html" if actor.may(Permission.BOARD_VIEW) else "console/base.html"
