"""Desk: find or register who stands at the counter, correct a phone."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from yitong.parties import permissions
from yitong.parties.commands import people as commands
from yitong.parties.commands.phones import change_phone
from yitong.parties.forms.desk import EnterpriseForm, LookupForm, PersonForm, PhoneChangeForm
from yitong.parties.models import Enterprise, Person
from yitong.parties.queries import desk
from yitong.parties.queries.people import enterprises_represented, person_by_idcard
from yitong.parties.roles import Permission
from yitong.parties.views.access import actor, registrar

BOTH = require_http_methods(["GET", "POST"])


@never_cache
@registrar
@BOTH
def lookup(request: HttpRequest) -> HttpResponse:
    """By the whole number, sent in the body: numbers of people do not belong into addresses and their logs."""
    form, typed = LookupForm(request.POST or None), ""
    if request.method == "POST" and form.is_valid():
        typed = form.cleaned_data["number"]
        found = desk.by_number(actor(request), typed)
        if found is not None:
            return _opened(request, found)
    context = {"form": form, "typed": typed}
    return render(request, "parties/desk/lookup.html", context, status=_status(request))


@never_cache
@registrar
@BOTH
def new_person(request: HttpRequest) -> HttpResponse:
    """Register a person; one who is registered already is opened, and the clerk is told so."""
    form = PersonForm(_typed(request), initial={"idcard": request.POST.get("prefill", "")[:30]})
    if form.is_bound:
        known = desk.by_number(actor(request), request.POST.get("idcard", ""))
        row = form.carry(commands.register_person, actor=actor(request), now=timezone.now())
        if row:
            return _opened(request, row, registered=known is None)
    return _edit(request, form, _("Register a person"))


@never_cache
@registrar
@BOTH
def new_enterprise(request: HttpRequest) -> HttpResponse:
    """Register an enterprise; one that is registered already is opened, and the clerk is told so."""
    form = EnterpriseForm(_typed(request), initial={"uscc": request.POST.get("prefill", "")[:30]})
    if form.is_bound:
        known = desk.by_number(actor(request), request.POST.get("uscc", ""))
        row = form.carry(_register_enterprise, actor=actor(request), now=timezone.now())
        if row:
            return _opened(request, row, registered=known is None)
    return _edit(request, form, _("Register an enterprise"))


@never_cache
@registrar
@BOTH
def person(request: HttpRequest, person_id: int) -> HttpResponse:
    """One person's entry, and a form to change the phone."""
    row = permissions.found(desk.person(actor(request), person_id), Permission.CASE_FILE)
    form = PhoneChangeForm(request.POST or None)
    if request.method == "POST":
        if form.carry(change_phone, actor=actor(request), person_id=row.pk, now=timezone.now()):
            messages.success(request, _("The phone is changed. The old and the new phone are told."))
            return redirect("parties:desk_person", row.pk)
    today = timezone.localdate()
    context = {
        "person": row,
        "form": form,
        "log_in_phone": desk.log_in_phone(row.pk),
        "enterprises": enterprises_represented(row.pk),
        "mandates": desk.mandates_of(actor(request), today, person_id=row.pk),
        "today": today,
    }
    return render(request, "parties/desk/person.html", context, status=_status(request))


@never_cache
@registrar
@require_safe
def enterprise(request: HttpRequest, enterprise_id: int) -> HttpResponse:
    """One enterprise's entry."""
    row = permissions.found(desk.enterprise(actor(request), enterprise_id), Permission.CASE_FILE)
    today = timezone.localdate()
    context = {
        "enterprise": row,
        "mandates": desk.mandates_of(actor(request), today, enterprise_id=row.pk),
        "today": today,
    }
    return render(request, "parties/desk/enterprise.html", context)


def _register_enterprise(*, legal_representative: str, **values: Any) -> Enterprise:
    """The form names the representative by number; 0 stands for nobody, which the command refuses beside the field."""
    known = person_by_idcard(legal_representative.replace("\x00", ""))
    return commands.register_enterprise(legal_representative_id=known.pk if known else 0, **values)


def _opened(request: HttpRequest, row: Person | Enterprise, *, registered: bool | None = None) -> HttpResponse:
    """To the entry, saying what happened; an entry of another region is not opened."""
    who, is_person = actor(request), isinstance(row, Person)
    mine = desk.person(who, row.pk) if is_person else desk.enterprise(who, row.pk)
    if registered:
        messages.success(request, _("%(name)s is registered.") % {"name": row.name})
    elif registered is False:
        told = _("%(name)s was registered already. Nothing was changed; compare what stands here.")
        messages.warning(request, told % {"name": row.name})
    if mine is None:
        told = _("This entry belongs to another region, whose counters change it. You can still file a case here.")
        messages.info(request, told)
        return redirect("parties:desk_people")
    return redirect("parties:desk_person" if is_person else "parties:desk_enterprise", row.pk)


def _typed(request: HttpRequest) -> Any:
    """What was typed into the form; None when the number was only brought along from the search."""
    return request.POST if request.method == "POST" and "prefill" not in request.POST else None


def _edit(request: HttpRequest, form: Any, title: str) -> HttpResponse:
    context = {"form": form, "title": title}
    return render(request, "parties/desk/edit.html", context, status=422 if form.is_bound else 200)


def _status(request: HttpRequest) -> int:
    return 422 if request.method == "POST" else 200
