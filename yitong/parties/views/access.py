"""Who may open a page of this context, and where to send somebody who has to log in first."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.http import url_has_allowed_host_and_scheme

from yitong.kernel.reasons import NotAllowed
from yitong.parties import permissions
from yitong.parties.actors import Actor, ActorKind
from yitong.parties.roles import Permission

View = Callable[..., HttpResponse]


def actor(request: HttpRequest) -> Actor:
    """Who asks, as ActorMiddleware found."""
    return request.actor  # type: ignore[attr-defined,no-any-return]


def address(request: HttpRequest) -> str:
    """The client's network address. Behind a proxy the last entry of X-Forwarded-For is the one the proxy wrote."""
    forwarded = request.META.get("HTTP_X_FORWARDED_FOR", "")
    if forwarded and getattr(settings, "SECURE_PROXY_SSL_HEADER", None):
        return forwarded.rsplit(",", 1)[-1].strip()[:45]
    return str(request.META.get("REMOTE_ADDR") or "")[:45]


def safe_next(request: HttpRequest, target: str, otherwise: str) -> str:
    """``target`` when it lies on this site, else ``otherwise``."""
    ours = url_has_allowed_host_and_scheme(target, {request.get_host()}, request.is_secure())
    return target if target and ours else otherwise


def citizen(view: View) -> View:
    """For pages of one's own affairs: others are asked to log in as a citizen."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        if actor(request).kind is not ActorKind.CITIZEN:
            return HttpResponseRedirect(f"/login/?{urlencode({'next': request.get_full_path()})}")
        return view(request, *args, **kwargs)

    return guarded


def staff(view: View) -> View:
    """For pages of whoever works here."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        if not actor(request).is_staff:
            return HttpResponseRedirect(f"/desk/login/?{urlencode({'next': request.get_full_path()})}")
        return view(request, *args, **kwargs)

    return guarded


def registrar(view: View) -> View:
    """For desk pages about persons and enterprises: whoever may enter them; others see nothing."""

    @wraps(view)
    @staff
    def guarded(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        permissions.require(permissions.can_register(actor(request)), Permission.CASE_FILE)
        return view(request, *args, **kwargs)

    return guarded


def manager(view: View) -> View:
    """For the console: staff without the permission see what strangers see, nothing."""

    @wraps(view)
    @staff
    def guarded(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        if not actor(request).may(Permission.PARTY_MANAGE):
            raise NotAllowed(Permission.PARTY_MANAGE)
        return view(request, *args, **kwargs)

    return guarded
