"""Who stands at the door of a page: who asks, from where, and where to send somebody who has to log in first.

Shared by the pages of every context. What somebody may see behind the door is each context's ``permissions``.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import urlencode, urlsplit

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from yitong.kernel.reasons import NotAllowed
from yitong.parties.actors import ANONYMOUS, Actor, ActorKind
from yitong.parties.roles import Permission

View = Callable[..., HttpResponseBase]
PORTAL, DESK = "/login/", "/desk/login/"
LONGEST_ADDRESS = 45
"""An IPv6 address in its longest writing, with an IPv4 one in it."""


def actor_of(request: HttpRequest) -> Actor:
    """Who asks, as ActorMiddleware found."""
    actor: Actor = getattr(request, "actor", ANONYMOUS)
    return actor


def address_of(request: HttpRequest) -> str:
    """The client's network address. Behind a proxy the last entry of X-Forwarded-For is the one the proxy wrote."""
    forwarded = request.META.get("HTTP_X_FORWARDED_FOR", "")
    if forwarded and getattr(settings, "SECURE_PROXY_SSL_HEADER", None):
        return str(forwarded.rsplit(",", 1)[-1].strip())[:LONGEST_ADDRESS]
    return str(request.META.get("REMOTE_ADDR") or "")[:LONGEST_ADDRESS]


def log_in(request: HttpRequest, path: str = PORTAL) -> HttpResponseRedirect:
    """To the log-in page and back here; a form that came too late leads back to the page it was on, and says so."""
    back = request.get_full_path()
    if request.method == "POST":
        page = request.META.get("HTTP_REFERER", "")
        if url_has_allowed_host_and_scheme(page, {request.get_host()}, request.is_secure()):
            back = urlsplit(page)._replace(scheme="", netloc="").geturl()
        messages.warning(request, _("You were no longer logged in, and nothing was sent. Log in and send it again."))
    return HttpResponseRedirect(f"{path}?{urlencode({'next': back})}")


def citizen(view: View) -> View:
    """For pages of one's own affairs: others are asked to log in as a citizen. No such page is kept by a browser."""

    @never_cache
    @wraps(view)
    def guarded(request: Any, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if actor_of(request).kind is not ActorKind.CITIZEN:
            return log_in(request)
        return view(request, *args, **kwargs)

    return guarded


def staff(view: View) -> View:
    """For pages of whoever works here."""

    @never_cache
    @wraps(view)
    def guarded(request: Any, *args: Any, **kwargs: Any) -> HttpResponseBase:
        return view(request, *args, **kwargs) if actor_of(request).is_staff else log_in(request, DESK)

    return guarded


def staff_with(*permissions: Permission) -> Callable[[View], View]:
    """For staff who hold one of ``permissions``; nobody else learns that the page exists (NotAllowed, 404)."""

    def guard(view: View) -> View:
        @staff
        @wraps(view)
        def guarded(request: Any, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if not any(actor_of(request).may(permission) for permission in permissions):
                raise NotAllowed(permissions[0])
            return view(request, *args, **kwargs)

        return guarded

    return guard
