"""Who asks, and from where."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.utils import timezone

from yitong.documents.commands import lookups
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
    """For console pages: staff who hold ``permission``; others of the staff are told they do not."""

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


def counted(view: View) -> View:
    """For public verification: over the limit of its address the question is not answered (429)."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponseBase:
        asks = request.method == "POST" or bool(kwargs) or bool(request.GET.get("q"))
        if asks and not lookups.allowed(address=address_of(request), now=timezone.now()):
            response = render(request, "documents/too_many.html", status=429)
            response["Retry-After"] = "60"
            return response
        return view(request, *args, **kwargs)

    return guarded
