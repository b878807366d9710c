"""Desk: enter a mandate that was given on paper, and revoke one."""

from __future__ import annotations

from django.contrib import messages
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from yitong.kernel.reasons import Refused
from yitong.parties import papers, permissions
from yitong.parties.commands.representation import enter_paper_mandate
from yitong.parties.commands.representation import revoke_mandate as revoke_command
from yitong.parties.forms.desk import PaperMandateForm, RevokeForm
from yitong.parties.models import Enterprise, Mandate, Person
from yitong.parties.queries import desk
from yitong.parties.roles import Permission
from yitong.parties.views.access import actor, registrar

BOTH = require_http_methods(["GET", "POST"])
SALT = "yitong.parties.mandate-scan"
KEPT_SECONDS = 3600


@never_cache
@registrar
@BOTH
def of_person(request: HttpRequest, person_id: int) -> HttpResponse:
    """A mandate of this person, on paper."""
    row = permissions.found(desk.person(actor(request), person_id), Permission.CASE_FILE)
    return _enter(request, row, "parties:desk_person", principal_person_id=row.pk)


@never_cache
@registrar
@BOTH
def of_enterprise(request: HttpRequest, enterprise_id: int) -> HttpResponse:
    """A mandate of this enterprise, on paper."""
    row = permissions.found(desk.enterprise(actor(request), enterprise_id), Permission.CASE_FILE)
    return _enter(request, row, "parties:desk_enterprise", principal_enterprise_id=row.pk)


@never_cache
@registrar
@BOTH
def revoke(request: HttpRequest, mandate_id: int) -> HttpResponse:
    """End a mandate for its principal or its agent."""
    row = permissions.found(desk.mandate(actor(request), mandate_id), Permission.CASE_FILE)
    form = RevokeForm(request.POST or None)
    if request.method == "POST":
        if form.carry(revoke_command, actor=actor(request), mandate_id=row.pk, now=timezone.now()):
            messages.success(request, _("The mandate is revoked. What was done under it stays."))
            return redirect(_back(row), row.principal_enterprise_id or row.principal_person_id)
    context = {"form": form, "mandate": row, "back": _back(row)}
    return render(request, "parties/desk/revoke.html", context, status=_status(request))


def _enter(request: HttpRequest, principal: Person | Enterprise, back: str, **whose: int) -> HttpResponse:
    form = PaperMandateForm(request.POST or None, request.FILES or None, initial={"valid_from": timezone.localdate()})
    kept = _scan(request, form) if request.method == "POST" else ""
    if request.method == "POST":
        if not kept and not form.has_error("file"):
            form.paper_missing()
        if kept and form.carry(
            enter_paper_mandate, actor=actor(request), document_ref=kept, now=timezone.now(), **whose
        ):
            messages.success(request, _("The mandate is entered."))
            return redirect(back, principal.pk)
    context = {"form": form, "principal": principal, "back": back, "kept": _sealed(request, kept)}
    return render(request, "parties/desk/mandate.html", context, status=_status(request))


def _scan(request: HttpRequest, form: PaperMandateForm) -> str:
    """Reference of the scan: of the file sent now, else of one kept from an earlier try; empty when there is none.

    A file is kept before the rest is judged: a browser does not fill in a file a second time.
    """
    upload = request.FILES.get("file")
    if upload is None:
        return _unsealed(request)
    try:
        return papers.keeper().keep(upload=upload, actor=actor(request), now=timezone.now())
    except Refused as refusal:
        form.is_valid()
        for reason in refusal.reasons:
            form.refuse(reason)
        return ""


def _sealed(request: HttpRequest, reference: str) -> str:
    return signing.dumps([reference, actor(request).ref], salt=SALT) if reference else ""


def _unsealed(request: HttpRequest) -> str:
    """The reference of a scan this clerk sent within the hour; nobody can name another one's file."""
    try:
        reference, whose = signing.loads(request.POST.get("kept", ""), salt=SALT, max_age=KEPT_SECONDS)
    except (signing.BadSignature, ValueError):
        return ""
    return str(reference) if whose == actor(request).ref else ""


def _back(mandate: Mandate) -> str:
    return "parties:desk_enterprise" if mandate.principal_enterprise_id else "parties:desk_person"


def _status(request: HttpRequest) -> int:
    return 422 if request.method == "POST" else 200
