"""The desk's door: staff come in, everybody else is asked to log in as staff."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.views.decorators.cache import never_cache

from yitong.kernel.reasons import NotAllowed
from yitong.parties.actors import Actor
from yitong.parties.roles import Permission

View = Callable[..., HttpResponseBase]


class StaffRequest(HttpRequest):
    """A request whose actor is a staff member; what ``staff_page`` lets through."""

    actor: Actor


def staff_page(permission: Permission) -> Callable[[View], View]:
    """Lets staff with ``permission`` in. Others are sent to the staff log-in; staff without it see no such page."""

    def decorate(view: View) -> View:
        @never_cache
        @wraps(view)
        def guarded(request: Any, *args: Any, **kwargs: Any) -> HttpResponseBase:
            actor: Actor = request.actor
            if not actor.is_staff:
                return HttpResponseRedirect(f"/desk/login/?{urlencode({'next': request.get_full_path()})}")
            if not actor.may(permission):
                raise NotAllowed(permission)
            return view(request, *args, **kwargs)

        return guarded

    return decorate
