"""What the pages of this context share: who may enter, and one licence the reader may see."""

from __future__ import annotations

from functools import wraps
from typing import Any

from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase

from yitong.licences.models import Licence
from yitong.licences.permissions import visible_to
from yitong.parties.actors import Actor
from yitong.parties.doors import DESK, PORTAL, View, actor_of, log_in


def member(view: View) -> View:
    """For whoever is logged in: the holder and the keeper of a register do the same acts. Others log in first."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if actor_of(request).account_id is None:
            return log_in(request, DESK if request.path.startswith("/desk/") else PORTAL)
        return view(request, *args, **kwargs)

    return guarded


def visible(actor: Actor, licence_id: int) -> Licence:
    """The licence if the actor may see it, else 404."""
    licence = visible_to(actor).select_related("type").filter(pk=licence_id).first()
    if licence is None:
        raise Http404
    return licence
