"""My licences, one licence, and where a licence's QR code leads."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from yitong.documents.queries.verification import normalised_code
from yitong.licences import queries
from yitong.licences.commands.renewing import refusal
from yitong.licences.models import Licence
from yitong.licences.permissions import can_issue, can_report_lost, can_revoke, is_holder, visible_to
from yitong.licences.queries import library, renewals, shown
from yitong.licences.views.access import visible
from yitong.licences.views.limits import over_limit
from yitong.parties.actors import Actor
from yitong.parties.doors import PORTAL, actor_of, log_in

PER_PAGE = 20
SHOWN = {"": _("In force"), "past": _("Not in force"), "all": _("All")}


@require_safe
def mine(request: HttpRequest) -> HttpResponse:
    actor, now = actor_of(request), timezone.now()
    if actor.person_id is None:
        return log_in(request, PORTAL)
    show = request.GET.get("show", "")
    show = show if show in SHOWN else ""
    found, standing = queries.of_holder(actor), library.in_force(timezone.localdate(now))
    if show != "all":
        found = found.exclude(standing) if show else found.filter(standing)
    page: Any = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    page.total = page.paginator.count
    open_renewals = renewals.of_licences([licence.pk for licence in page.object_list])
    cards = [
        {
            "card": shown.row(licence, now),
            "renewal": open_renewals.get(licence.pk),
            "may_renew": refusal(licence, now) is None,
        }
        for licence in page.object_list
    ]
    return render(request, "licences/mine.html", {"page": page, "cards": cards, "show": show, "choices": SHOWN.items()})


@never_cache
@require_safe
def one(request: HttpRequest, licence_id: int) -> HttpResponse:
    """The holder sees the whole; the keeper of the register sees sensitive fields masked."""
    actor = actor_of(request)
    if actor.account_id is None:
        return log_in(request, PORTAL)
    return one_page(request, actor, visible(actor, licence_id))


def one_page(
    request: HttpRequest, actor: Actor, licence: Licence, *, opened: bool = False, context: dict[str, Any] | None = None
) -> HttpResponse:
    """The page of one licence. ``opened``: a keeper said why and the look is logged."""
    now, mine_ = timezone.now(), is_holder(actor, licence)
    whole = mine_ or opened
    found = {
        "card": shown.whole(licence, now) if whole else shown.masked(licence, now),
        "events": licence.events.all(),
        "base": "desk/base.html" if actor.is_staff else "portal/base.html",
        "is_holder": mine_,
        "whole": whole,
        "may_revoke": can_revoke(actor, licence),
        "may_issue": can_issue(actor, licence.issuer_department_id) and not mine_,
        "may_report_lost": can_report_lost(actor, licence),
        "may_renew": mine_ and refusal(licence, now) is None,
        "renewal": renewals.of_licences([licence.pk]).get(licence.pk) if licence.valid_until else None,
        "following": _linked(actor, library.following(licence)),
        "previous": _linked(actor, library.by_id(licence.previous_id) if licence.previous_id else None),
    }
    status = 422 if context and context.get("reasons") else 200
    return render(request, "licences/one.html", {**found, **(context or {})}, status=status)


@require_safe
def short(request: HttpRequest, code: str) -> HttpResponse:
    """Public: the minimum."""
    if over_limit(request):
        return render(request, "documents/too_many.html", status=429)
    licence = queries.by_code(normalised_code(code))
    if licence is None:
        raise Http404
    own = visible_to(actor_of(request)).filter(pk=licence.pk).exists()
    return render(request, "licences/short.html", {"card": shown.minimum(licence, timezone.now()), "own": own})


def _linked(actor: Actor, licence: Licence | None) -> Licence | None:
    """Another version, when the actor may open it."""
    return licence if licence is not None and visible_to(actor).filter(pk=licence.pk).exists() else None
