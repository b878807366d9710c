"""The rating page of one case, and the supervisor's page of all."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _

from yitong.cases.queries import CaseNotVisible, case_for
from yitong.feedback.commands import rate
from yitong.feedback.queries import rating_of, recent, stats
from yitong.feedback.rules.levels import LEVEL_LABELS, TAGS, TEXT_MAX
from yitong.kernel.reasons import Reason, Refused
from yitong.parties.roles import Permission

LEVEL_WORDS = frozenset("12345")
PERIODS = {"30": 30, "90": 90, "365": 365}


def rate_case(request: HttpRequest, number: str) -> HttpResponse:
    """GET shows the five levels, or the rating given; POST gives it."""
    actor = request.actor  # type: ignore[attr-defined]
    try:
        case = case_for(actor, number)
    except CaseNotVisible as stranger:
        raise Http404 from stranger
    if actor.is_staff:
        raise Http404
    level, tags = request.POST.get("level", ""), request.POST.getlist("tags")
    text = request.POST.get("text", "")
    reasons: tuple[Reason, ...] = ()
    if request.method == "POST":
        channel = "mobile" if "Mobi" in request.headers.get("User-Agent", "") else "web"
        said: dict[str, Any] = {
            "level": int(level) if level in LEVEL_WORDS else 0,
            "tags": tags,
            "text": text,
            "channel": channel,
        }
        try:
            rate(actor=actor, case_number=number, now=timezone.now(), **said)
        except Refused as refused:
            reasons = refused.reasons
        else:
            messages.success(request, _("Thank you. Your rating has been recorded."))
            return HttpResponseRedirect(request.path)
    context = {
        "case": case,
        "rating": rating_of(actor, case.id),
        "levels": LEVEL_LABELS,
        "tags": TAGS,
        "typed": {"level": level, "tags": tags, "text": text},
        "reasons": reasons,
        "text_max": TEXT_MAX,
    }
    return render(request, "feedback/rate.html", context, status=422 if reasons else 200)


def ratings(request: HttpRequest) -> HttpResponse:
    """All ratings of the viewer's scope with shares; every figure filters the list below it."""
    actor = request.actor  # type: ignore[attr-defined]
    if not actor.may(Permission.RATING_VIEW):
        return (
            HttpResponseRedirect("/desk/login/?next=/supervision/ratings/")
            if not actor.is_staff
            else HttpResponse(status=404)
        )
    now = timezone.now()
    days = PERIODS.get(request.GET.get("days", ""), 365)
    level = request.GET.get("level", "")
    level_number = int(level) if level in LEVEL_WORDS else None
    page = Paginator(recent(actor, level_number), 30).get_page(request.GET.get("page"))
    context = {
        "stats": stats(actor, now - timedelta(days=days), now),
        "days": days,
        "periods": PERIODS,
        "level": level_number,
        "labels": LEVEL_LABELS,
        "tag_labels": TAGS,
        "page": page,
    }
    return render(request, "feedback/ratings.html", context)
