"""The board, its large-screen variant, and the list of cases behind every figure."""

from __future__ import annotations

from datetime import timedelta

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from yitong.parties.doors import actor_of, staff_with
from yitong.parties.roles import Permission
from yitong.supervision.queries import board, cases_with, indicators
from yitong.supervision.queries.board import LIGHTS

PERIODS = (30, 90, 365)
supervisor = staff_with(Permission.BOARD_VIEW)


def period_of(request: HttpRequest) -> int:
    days = request.GET.get("days", "")
    return int(days) if days.isdecimal() and int(days) in PERIODS else 30


@supervisor
def lights(request: HttpRequest) -> HttpResponse:
    """Lights first, then departments, then indicators. ``?screen=large`` fills a wall and reloads itself each minute."""
    actor, now, days = actor_of(request), timezone.now(), period_of(request)
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


@supervisor
def cases_behind(request: HttpRequest) -> HttpResponse:
    """The cases a figure stands for: ``?light=red&department=3``."""
    actor, now = actor_of(request), timezone.now()
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
