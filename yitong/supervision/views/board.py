"""The board, its large-screen variant, and the list of cases behind every figure."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from functools import wraps

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils import timezone
from django.utils.http import urlencode

from yitong.parties.roles import Permission
from yitong.supervision.queries import board, cases_with, indicators
from yitong.supervision.queries.board import LIGHTS

View = Callable[..., HttpResponse]
PERIODS = (30, 90, 365)


def supervisors_only(view: View) -> View:
    """Others are sent to log in, or told there is nothing here."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        actor = request.actor  # type: ignore[attr-defined]
        if not actor.is_staff:
            return HttpResponseRedirect(f"/desk/login/?{urlencode({'next': request.get_full_path()})}")
        if not actor.may(Permission.BOARD_VIEW):
            raise Http404
        return view(request, *args, **kwargs)

    return guarded


def period_of(request: HttpRequest) -> int:
    days = request.GET.get("days", "")
    return int(days) if days.isdecimal() and int(days) in PERIODS else 30


@supervisors_only
def lights(request: HttpRequest) -> HttpResponse:
    """Lights first, then departments, then indicators. ``?screen=large`` fills a wall and reloads itself each minute."""
    actor, now, days = request.actor, timezone.now(), period_of(request)  # type: ignore[attr-defined]
    context = {
        "board": board(actor, now),
        "indicators": indicators(actor, now - timedelta(days=days), now),
        "lights": LIGHTS,
        "now": now,
        "days": days,
        "periods": PERIODS,
        "large": request.GET.get("screen") == "large",
    }
    return render(request, "supervision/board.html", context)


@supervisors_only
def cases_behind(request: HttpRequest) -> HttpResponse:
    """The cases a figure stands for: ``?light=red&department=3``."""
    actor, now = request.actor, timezone.now()  # type: ignore[attr-defined]
    light = request.GET.get("light", "")
    department = request.GET.get("department", "")
    department_id = int(department) if department.isdecimal() and len(department) < 10 else None
    page = Paginator(cases_with(actor, now, light, department_id), 50).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "light": light if light in LIGHTS else "",
        "department_id": department_id,
        "lights": LIGHTS,
        "now": now,
    }
    return render(request, "supervision/cases.html", context)
