"""Who asks, and where to send somebody who has to log in first."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect

from yitong.catalog.permissions import sees_drafts
from yitong.parties.actors import Actor

View = Callable[..., HttpResponse]


def actor_of(request: HttpRequest) -> Actor:
    """Who asks, as the actor middleware found."""
    return request.actor  # type: ignore[attr-defined,no-any-return]


def author(view: View) -> View:
    """For the console: staff without a part in the catalogue see what strangers see, nothing."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        actor = actor_of(request)
        if not actor.is_staff:
            return HttpResponseRedirect(f"/desk/login/?{urlencode({'next': request.get_full_path()})}")
        if not sees_drafts(actor):
            raise Http404
        return view(request, *args, **kwargs)

    return guarded
