"""Puts the actor on the request, so that no view asks the database who somebody is."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from yitong.parties.actors import ANONYMOUS
from yitong.parties.queries.actors import actor_of


class ActorMiddleware:
    """Sets ``request.actor``; stands after AuthenticationMiddleware. A request without a session costs no statement."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        now = timezone.now()  # noqa: TID251 - delivery: the one place that reads the clock for the actor
        request.actor = actor_of(request.user, now) if request.user.is_authenticated else ANONYMOUS  # type: ignore[attr-defined]
        return self.get_response(request)
