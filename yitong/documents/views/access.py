"""How often the public may ask."""

from __future__ import annotations

from functools import wraps

from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render
from django.utils import timezone

from yitong.documents.commands import lookups
from yitong.parties.doors import View, address_of


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
