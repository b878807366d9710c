"""Desk: the register a department keeps: search, list, export, and a logged look at sensitive fields."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from yitong.kernel import identifiers
from yitong.kernel.reasons import NotAllowed, Refused
from yitong.licences.commands.looking import log_export, open_by_keeper
from yitong.licences.holders import key_of
from yitong.licences.labels import STANDINGS
from yitong.licences.models import Licence
from yitong.licences.permissions import keeps_register
from yitong.licences.queries import register, shown
from yitong.licences.queries.register import Filters
from yitong.licences.rules.fields import Confidentiality, least
from yitong.licences.rules.holders import ENTERPRISE, PERSON, normalised
from yitong.licences.views.access import member, visible
from yitong.licences.views.pages import one_page
from yitong.parties.actors import Actor
from yitong.parties.doors import DESK, actor_of, log_in
from yitong.parties.exports import csv_file
from yitong.parties.roles import Permission


class HolderForm(forms.Form):
    """The whole number of a person or an enterprise, sent in the body: numbers of people stay out of addresses and logs."""

    holder = forms.CharField(
        label=_("Citizen number or credit code of the holder"),
        max_length=30,
        widget=forms.TextInput(attrs={"class": "form-control", "autocomplete": "off"}),
    )


def _filters(request: HttpRequest) -> Filters:
    asked = request.GET
    return register.cleaned(
        Filters(asked.get("q", ""), asked.get("holder", "")[:32], asked.get("type", "")[:21], asked.get("standing", ""))
    )


@never_cache
@require_safe
def desk(request: HttpRequest) -> HttpResponse:
    actor, now = actor_of(request), timezone.now()
    if not actor.is_staff:
        return log_in(request, DESK)
    filters = _filters(request)
    number = request.GET.get("page", "")
    page = register.page_of(
        actor, filters, int(number) if number.isdecimal() and len(number) < 6 else 1, timezone.localdate(now)
    )
    context = {
        "keeper": keeps_register(actor),
        "filters": filters,
        "form": HolderForm(),
        "types": register.types_of(actor),
        "standings": STANDINGS,
        "page": page,
        "cards": [shown.listed(licence, now) for licence in page.rows],
        "export_url": f"{reverse('licences:export')}?{request.GET.urlencode()}",
    }
    return render(request, "licences/desk.html", context)


@member
@require_POST
def find_holder(request: HttpRequest) -> HttpResponse:
    """Turn a number into the key the address may carry: nobody can read a person from it."""
    if not keeps_register(actor_of(request)):
        raise NotAllowed(Permission.LICENCE_VIEW)
    form = HolderForm(request.POST)
    if not form.is_valid():
        messages.error(request, gettext("Write the whole citizen number or credit code, 18 characters."))
        return HttpResponseRedirect(reverse("licences:desk"))
    number = normalised(form.cleaned_data["holder"])
    kind = PERSON if _is_idcard(number) else ENTERPRISE
    query = urlencode({"holder": key_of(kind, number).hex()})
    return HttpResponseRedirect(f"{reverse('licences:desk')}?{query}")


def _is_idcard(number: str) -> bool:
    try:
        identifiers.check("idcard", number)
    except identifiers.InvalidIdentifier:
        return False
    return True


@never_cache
@require_safe
def export(request: HttpRequest) -> HttpResponseBase:
    """The list as CSV: names masked, no sensitive field; open and internal ones when one type is chosen."""
    actor, now = actor_of(request), timezone.now()
    if not keeps_register(actor):
        raise NotAllowed(Permission.LICENCE_VIEW)
    filters = _filters(request)
    log_export(actor=actor, filters=filters, now=now)
    fields = _fields(actor, filters.type_code)
    heading = [
        *(gettext(each) for each in ("Number", "E-licence identifier", "Licence", "Holder")),
        *(gettext(each) for each in ("Issued on", "Valid from", "Valid until", "Standing", "Issued by")),
        *(field["label"] for field in fields),
    ]
    rows = (
        [*_cells(licence, now), *(licence.data.get(field["name"], "") for field in fields)]
        for licence in register.exported(actor, filters, timezone.localdate(now))
    )
    return csv_file(f"licences-{timezone.localtime(now):%Y%m%d-%H%M}.csv", heading, rows)


@never_cache
@member
@require_POST
def opened(request: HttpRequest, licence_id: int) -> HttpResponse:
    """Show the sensitive fields to a keeper who says why; the look is logged first."""
    actor = actor_of(request)
    licence = visible(actor, licence_id)
    try:
        open_by_keeper(actor=actor, licence=licence, purpose=request.POST.get("purpose", ""), now=timezone.now())
    except Refused as refused:
        return one_page(request, actor, licence, context={"reasons": refused.reasons})
    return one_page(request, actor, licence, opened=True)


def _fields(actor: Actor, type_code: str) -> list[Any]:
    """The open and internal fields of the type chosen; none without a choice."""
    kind = next((each for each in register.types_of(actor) if each.code == type_code), None) if type_code else None
    return list(least(kind.fields, (Confidentiality.OPEN, Confidentiality.INTERNAL))) if kind else []


def _cells(licence: Licence, now: Any) -> list[Any]:
    card = shown.listed(licence, now)
    until = licence.valid_until.isoformat() if licence.valid_until else gettext("long-term")
    return [
        licence.number,
        licence.identifier,
        licence.type.name,
        card.holder,
        licence.issued_on.isoformat(),
        licence.valid_from.isoformat(),
        until,
        STANDINGS[card.standing],
        licence.issuer_name,
    ]
