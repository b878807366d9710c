"""Console: authorisation letters (enter, print, revoke) and delegations to towns (make, take back)."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from yitong.parties import permissions
from yitong.parties.commands import authority, delegations
from yitong.parties.forms.console import DelegationForm, LetterForm, ReasonForm
from yitong.parties.models import AuthorisationLetter
from yitong.parties.queries import listing
from yitong.parties.roles import Permission
from yitong.parties.views.access import actor, manager
from yitong.parties.views.listing import page_of, text

BOTH = require_http_methods(["GET", "POST"])


@manager
def letters(request: HttpRequest) -> HttpResponse:
    """Letters, with search and a filter by state."""
    today, state = timezone.localdate(), text(request, "state")
    rows = listing.letters(actor(request), text=text(request), state=state, on=today)
    context = {"page": page_of(request, rows), "q": text(request), "state": state, "today": today}
    return render(request, "parties/console/letters.html", context)


@manager
@BOTH
def new_letter(request: HttpRequest) -> HttpResponse:
    """Enter a signed letter."""
    form = LetterForm(request.POST or None, actor=actor(request), initial={"valid_from": timezone.localdate()})
    if request.method == "POST":
        row = form.carry(authority.issue_letter, actor=actor(request), now=timezone.now())
        if row:
            messages.success(request, _("The letter is entered and can be printed."))
            return redirect("parties:letter", row.pk)
    context = {"form": form, "title": _("New authorisation letter"), "back": "parties:letters"}
    return render(request, "parties/console/edit.html", context, status=_status(request))


@manager
@BOTH
def letter(request: HttpRequest, letter_id: int) -> HttpResponse:
    """One letter as it prints, and a form to revoke it."""
    row = _letter(request, letter_id)
    form = ReasonForm(request.POST or None, actor=actor(request))
    if request.method == "POST":
        if form.carry(authority.revoke_letter, actor=actor(request), letter_id=row.pk, now=timezone.now()):
            messages.success(request, _("The letter is revoked from today on."))
            return redirect("parties:letter", row.pk)
    context = {"letter": row, "form": form, "today": timezone.localdate()}
    return render(request, "parties/console/letter.html", context, status=_status(request))


@manager
@BOTH
def delegated(request: HttpRequest) -> HttpResponse:
    """Delegations in force, and a form for another."""
    today, ended = timezone.localdate(), request.GET.get("ended") == "1"
    form = DelegationForm(request.POST or None, actor=actor(request), initial={"valid_from": today})
    if request.method == "POST":
        if form.carry(delegations.delegate, actor=actor(request), now=timezone.now()):
            messages.success(request, _("The item is delegated from the first day on."))
            return redirect("parties:delegations")
    rows = listing.delegations(actor(request), text=text(request), ended=ended, on=today)
    context = {"form": form, "page": page_of(request, rows), "q": text(request), "ended": ended, "today": today}
    return render(request, "parties/console/delegations.html", context, status=_status(request))


@manager
@BOTH
def withdraw(request: HttpRequest, delegation_id: int) -> HttpResponse:
    """Take an item back, with the reason."""
    rows = listing.delegations(actor(request), ended=True, on=timezone.localdate())
    row = permissions.found(rows.filter(pk=delegation_id).first(), Permission.PARTY_MANAGE)
    form = ReasonForm(request.POST or None, actor=actor(request))
    values = {"actor": actor(request), "delegation_id": row.pk, "now": timezone.now()}
    if request.method == "POST" and form.carry(delegations.withdraw_delegation, **values):
        messages.success(request, _("The item is taken back from today on."))
        return redirect("parties:delegations")
    context = {
        "form": form,
        "title": _("Take back a delegated item"),
        "back": "parties:delegations",
        "facts": {
            _("Item"): row.item_code,
            _("Department"): row.department.name,
            _("Exercised by"): row.town_department.name,
            _("Region"): row.region.name,
        },
    }
    return render(request, "parties/console/edit.html", context, status=_status(request))


def _letter(request: HttpRequest, letter_id: int) -> AuthorisationLetter:
    rows = listing.letters(actor(request), on=timezone.localdate())
    return permissions.found(rows.filter(pk=letter_id).first(), Permission.PARTY_MANAGE)


def _status(request: HttpRequest) -> int:
    return 422 if request.method == "POST" else 200
