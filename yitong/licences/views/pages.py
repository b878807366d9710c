"""My licences, the desk's search, the console's list of types, and where a licence's QR code leads."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_safe

from yitong.documents.queries.verification import normalised_code
from yitong.kernel.reasons import Conflict, NotAllowed, Reason, Refused
from yitong.licences import commands, queries
from yitong.licences.models import Licence
from yitong.licences.permissions import can_revoke, visible_to
from yitong.licences.queries import shown
from yitong.licences.views.limits import over_limit
from yitong.parties.actors import ANONYMOUS, Actor
from yitong.parties.roles import Permission

PER_PAGE = 20


class RevokeForm(forms.Form):
    """Why, and which of the two ends."""

    reason = forms.CharField(
        label=_("Reason, shown to the holder and to whoever verifies"),
        max_length=200,
        widget=forms.Textarea(attrs={"class": "form-control", "rows": 3}),
    )
    kind = forms.ChoiceField(
        label=_("What happens"),
        choices=[("revoked", _("Revoke (granted wrongly or abused)")), ("cancelled", _("Cancel (ended or given up)"))],
        widget=forms.Select(attrs={"class": "form-select"}),
    )


def _actor(request: HttpRequest) -> Actor:
    actor: Actor = getattr(request, "actor", ANONYMOUS)
    return actor


def _log_in(request: HttpRequest, path: str) -> HttpResponse:
    return HttpResponseRedirect(f"{path}?{urlencode({'next': request.get_full_path()})}")


def _page(request: HttpRequest, rows: Any) -> Any:
    page: Any = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    page.total = page.paginator.count
    return page


@require_safe
def mine(request: HttpRequest) -> HttpResponse:
    actor, now = _actor(request), timezone.now()
    if actor.person_id is None:
        return _log_in(request, "/login/")
    page = _page(request, queries.of_holder(actor))
    cards = [shown.whole(licence, now) for licence in page.object_list]
    return render(request, "licences/mine.html", {"page": page, "cards": cards})


@require_safe
def one(request: HttpRequest, licence_id: int) -> HttpResponse:
    actor = _actor(request)
    if actor.account_id is None:
        return _log_in(request, "/login/")
    licence = _visible(actor, licence_id)
    base = "desk/base.html" if actor.is_staff else "portal/base.html"
    events = licence.events.all()
    context = {"card": shown.whole(licence, timezone.now()), "events": events, "base": base}
    return render(request, "licences/one.html", {**context, "may_revoke": can_revoke(actor, licence)})


@require_safe
def short(request: HttpRequest, code: str) -> HttpResponse:
    """Public: the minimum."""
    if over_limit(request):
        return render(request, "documents/too_many.html", status=429)
    licence = queries.by_code(normalised_code(code))
    if licence is None:
        raise Http404
    own = visible_to(_actor(request)).filter(pk=licence.pk).exists()
    return render(request, "licences/short.html", {"card": shown.minimum(licence, timezone.now()), "own": own})


@require_safe
def desk(request: HttpRequest) -> HttpResponse:
    actor, text = _actor(request), request.GET.get("q", "")[:110].replace("\0", "")
    if not actor.is_staff:
        return _log_in(request, "/desk/login/")
    page = _page(request, queries.search(actor, text))
    now = timezone.now()
    cards = [shown.whole(licence, now) for licence in page.object_list]
    return render(request, "licences/desk.html", {"q": text, "page": page, "cards": cards})


@require_http_methods(["GET", "HEAD", "POST"])
def revoke(request: HttpRequest, licence_id: int) -> HttpResponse:
    """Asks for the reason and confirms; the act cannot be undone."""
    actor = _actor(request)
    licence = _visible(actor, licence_id)
    if not can_revoke(actor, licence):
        raise NotAllowed(Permission.LICENCE_REVOKE)
    form = RevokeForm(request.POST or None)
    reasons: tuple[Reason, ...] = ()
    if request.method == "POST" and form.is_valid():
        try:
            return _revoked(request, licence, form.cleaned_data)
        except Refused as refusal:
            reasons = refusal.reasons
        except Conflict as conflict:
            reasons = (conflict.reason,)
    context = {"card": shown.whole(licence, timezone.now()), "form": form, "reasons": reasons}
    return render(request, "licences/revoke.html", context, status=422 if reasons else 200)


@require_safe
def types(request: HttpRequest) -> HttpResponse:
    actor = _actor(request)
    if not actor.is_staff:
        return _log_in(request, "/desk/login/")
    if not (actor.may(Permission.CATALOG_EDIT) or actor.may(Permission.PARTY_MANAGE)):
        raise NotAllowed(Permission.CATALOG_EDIT)
    return render(request, "licences/types.html", {"types": queries.types()})


def _visible(actor: Actor, licence_id: int) -> Licence:
    licence = visible_to(actor).select_related("type", "issuer_department", "document").filter(pk=licence_id).first()
    if licence is None:
        raise Http404
    return licence


def _revoked(request: HttpRequest, licence: Licence, typed: dict[str, str]) -> HttpResponse:
    commands.revoke(
        licence_id=licence.pk,
        reason=typed["reason"],
        cancel=typed["kind"] == "cancelled",
        actor=_actor(request),
        now=timezone.now(),
    )
    messages.success(request, gettext("Licence %(number)s has ended.") % {"number": licence.number})
    return redirect("licences:one", licence_id=licence.pk)
