"""The doors: citizens, staff with a permission; and what every page reads from a request."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpRequest, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.views.decorators.cache import never_cache

from yitong.documents.commands import uploads
from yitong.kernel.reasons import NotAllowed, Reason, Refused
from yitong.parties.actors import Actor, ActorKind
from yitong.parties.roles import Permission

View = Callable[..., HttpResponseBase]
ACCEPT = ("pdf", "jpg", "jpeg", "png")


class PageRequest(HttpRequest):
    """A request whose actor the middleware found."""

    actor: Actor


def citizen_page(view: View) -> View:
    """Lets citizens in; others log in first and come back."""

    @never_cache
    @wraps(view)
    def guarded(request: Any, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.actor.kind is not ActorKind.CITIZEN:
            back = request.get_full_path() if request.method == "GET" else request.path
            return HttpResponseRedirect(f"/login/?{urlencode({'next': back})}")
        return view(request, *args, **kwargs)

    return guarded


def staff_page(*permissions: Permission) -> Callable[[View], View]:
    """Lets staff in who hold one of ``permissions``; other staff see no such page."""

    def decorate(view: View) -> View:
        @never_cache
        @wraps(view)
        def guarded(request: Any, *args: Any, **kwargs: Any) -> HttpResponseBase:
            actor: Actor = request.actor
            if not actor.is_staff:
                return HttpResponseRedirect(f"/desk/login/?{urlencode({'next': request.get_full_path()})}")
            if not any(actor.may(permission) for permission in permissions):
                raise NotAllowed(permissions[0])
            return view(request, *args, **kwargs)

        return guarded

    return decorate


def page_number(request: HttpRequest) -> int:
    """The page asked for; 1 for anything that is no number."""
    text = request.GET.get("page", "")
    return max(1, int(text)) if text.isdecimal() and len(text) < 6 else 1


def word(request: HttpRequest, name: str = "q") -> str:
    """A search word, without what the database cannot store."""
    return request.GET.get(name, "").replace("\0", "")[:80]


def posted_id(request: HttpRequest, name: str) -> int | None:
    """A posted row id, or None."""
    text = request.POST.get(name, "")
    return int(text) if text.isdecimal() and len(text) < 19 else None


def revision(request: HttpRequest) -> int | None:
    """The revision the form was shown for."""
    text = request.POST.get("rev", "")
    return int(text) if text.isdecimal() and len(text) < 10 else None


def stored(request: PageRequest, field: str, purpose: str, now: Any) -> int | None:
    """The uploaded file of ``field``, checked and kept; its id, None when none was sent. Refused with the field's name.

    Not in a transaction: the quarantine row of a refused file must outlive the refusal.
    """
    upload = request.FILES.get(field)
    if upload is None:
        return None
    try:
        kept = uploads.store(
            upload=upload,
            actor=request.actor,
            purpose=purpose,
            accept=ACCEPT,
            max_mb=settings.YITONG_UPLOAD_MAX_BYTES // settings.MEBIBYTE,
            now=now,
        )
    except Refused as refused:
        raise Refused(
            *(Reason(each.code, each.message, each.law, field, each.params) for each in refused.reasons)
        ) from None
    return kept.pk
