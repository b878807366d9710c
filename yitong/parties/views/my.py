"""A citizen's own affairs: profile, enterprises, mandates."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from yitong.kernel.reasons import NotAllowed
from yitong.parties import permissions
from yitong.parties.actors import Actor
from yitong.parties.commands import people as commands
from yitong.parties.commands import representation
from yitong.parties.forms.portal import HandlerForm, MandateForm, ProfileForm
from yitong.parties.models import Enterprise
from yitong.parties.queries import people
from yitong.parties.roles import Permission
from yitong.parties.views.access import actor, citizen

BOTH = require_http_methods(["GET", "POST"])


@citizen
@BOTH
def profile(request: HttpRequest) -> HttpResponse:
    """Who I am here, and how I can be reached."""
    person = people.person(actor(request).person_id or 0)
    assert person is not None  # the actor was built from it
    form = ProfileForm(
        request.POST or None, initial={"phone": person.phone, "region": person.region_id, "address": person.address}
    )
    if request.method == "POST" and form.carry(commands.change_profile, actor=actor(request), now=timezone.now()):
        messages.success(request, _("Saved."))
        return redirect("parties:profile")
    context = {"form": form, "person": person, "log_in_phone": people.account_phone(person.pk)}
    return render(request, "parties/portal/profile.html", context, status=_status(request))


@citizen
def enterprises(request: HttpRequest) -> HttpResponse:
    """Enterprises I act for."""
    return render(request, "parties/portal/enterprises.html", {"enterprises": people.enterprises_of(actor(request))})


@citizen
@BOTH
def enterprise(request: HttpRequest, enterprise_id: int) -> HttpResponse:
    """One enterprise with its handlers; its legal representative names and ends them."""
    row = _enterprise(actor(request), enterprise_id)
    today = timezone.localdate()
    represents = permissions.represents(actor(request), row)
    form = HandlerForm(request.POST or None, initial={"valid_from": today})
    if request.method == "POST":
        values = {"actor": actor(request), "enterprise_id": row.pk, "now": timezone.now()}
        if form.carry(representation.name_handler, **values):
            messages.success(request, _("The handler can act from the first day on."))
            return redirect("parties:enterprise", row.pk)
    context = {
        "enterprise": row,
        "handlers": people.handlers_of(row.pk, today),
        "represents": represents,
        "form": form,
    }
    return render(request, "parties/portal/enterprise.html", context, status=_status(request))


@citizen
@require_POST
def end_handler(request: HttpRequest, enterprise_id: int, handler_id: int) -> HttpResponse:
    """End a handler's period today."""
    representation.end_handler(actor=actor(request), handler_id=handler_id, now=timezone.now())
    messages.success(request, _("The handler acts no longer."))
    return redirect("parties:enterprise", enterprise_id)


@citizen
@BOTH
def mandates(request: HttpRequest) -> HttpResponse:
    """Mandates I gave and hold; give another."""
    form = MandateForm(request.POST or None, actor=actor(request), initial={"valid_from": timezone.localdate()})
    if request.method == "POST":
        if form.carry(representation.give_mandate, actor=actor(request), now=timezone.now()):
            messages.success(request, _("The mandate is given. You can revoke it at any time."))
            return redirect("parties:mandates")
    context = {"form": form, "today": timezone.localdate(), **_mandates(actor(request))}
    return render(request, "parties/portal/mandates.html", context, status=_status(request))


@citizen
@require_POST
def revoke_mandate(request: HttpRequest, mandate_id: int) -> HttpResponse:
    """Revoke a mandate I gave, or lay down one I hold."""
    representation.revoke_mandate(actor=actor(request), mandate_id=mandate_id, now=timezone.now())
    messages.success(request, _("The mandate is revoked. What was done under it stays."))
    return redirect("parties:mandates")


def _enterprise(who: Actor, enterprise_id: int) -> Enterprise:
    row = people.enterprise(enterprise_id)
    if row is None or row.pk not in who.enterprise_ids:
        raise NotAllowed(Permission.CASE_APPLY)
    return row


def _mandates(who: Actor) -> dict[str, Any]:
    return {"given": people.mandates_given(who), "held": people.mandates_held(who)}


def _status(request: HttpRequest) -> int:
    return 422 if request.method == "POST" else 200
