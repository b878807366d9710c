"""Who may open these pages."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponseRedirect
from django.http.response import HttpResponseBase

from yitong.kernel.reasons import NotAllowed
from yitong.parties.actors import ANONYMOUS, Actor
from yitong.parties.roles import Permission


def actor_of(request: HttpRequest) -> Actor:
    """Who asks."""
    actor: Actor = getattr(request, "actor", ANONYMOUS)
    return actor


def registrar(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """For whoever handles arrivals; nobody else learns that the page exists."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponseBase:
        actor = actor_of(request)
        if not actor.is_staff:
            return HttpResponseRedirect(f"/desk/login/?{urlencode({'next': request.get_full_path()})}")
        if not actor.may(Permission.INGEST_MANAGE):
            raise NotAllowed(Permission.INGEST_MANAGE)
        return view(request, *args, **kwargs)

    return guarded
