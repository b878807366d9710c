"""Who asks, and from where."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase, HttpResponseRedirect

from yitong.kernel.reasons import NotAllowed
from yitong.parties.actors import ANONYMOUS, Actor
from yitong.parties.roles import Permission

View = Callable[..., HttpResponseBase]


def actor_of(request: HttpRequest) -> Actor:
    """Who asks, as the actor middleware found."""
    actor: Actor = getattr(request, "actor", ANONYMOUS)
    return actor


def address_of(request: HttpRequest) -> str:
    """The client's network address; behind a proxy the entry that the proxy itself wrote."""
    forwarded = request.META.get("HTTP_X_FORWARDED_FOR", "")
    if forwarded and getattr(settings, "SECURE_PROXY_SSL_HEADER", None):
        return str(forwarded.rsplit(",", 1)[-1].strip())
    return str(request.META.get("REMOTE_ADDR", ""))


def staff_with(permission: Permission) -> Callable[[View], View]:
    """For console pages: staff who hold ``permission``; nobody else learns that the page exists."""

    def guard(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponseBase:
            actor = actor_of(request)
            if not actor.is_staff:
                return HttpResponseRedirect(f"/desk/login/?{urlencode({'next': request.get_full_path()})}")
            if not actor.may(permission):
                raise NotAllowed(permission)
            return view(request, *args, **kwargs)

        return guarded

    return guard
