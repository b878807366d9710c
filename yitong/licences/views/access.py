"""What the pages of this context share: who asks, where to log in, one licence he may see."""

from __future__ import annotations

from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect

from yitong.licences.models import Licence
from yitong.licences.permissions import visible_to
from yitong.parties.actors import ANONYMOUS, Actor

PORTAL, DESK = "/login/", "/desk/login/"


def actor_of(request: HttpRequest) -> Actor:
    """Who asks."""
    actor: Actor = getattr(request, "actor", ANONYMOUS)
    return actor


def log_in(request: HttpRequest, path: str) -> HttpResponse:
    """To the log-in page and back here."""
    return HttpResponseRedirect(f"{path}?{urlencode({'next': request.get_full_path()})}")


def visible(actor: Actor, licence_id: int) -> Licence:
    """The licence if the actor may see it, else 404."""
    licence = visible_to(actor).select_related("type").filter(pk=licence_id).first()
    if licence is None:
        raise Http404
    return licence
