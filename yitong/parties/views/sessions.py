"""Log in and out: citizens by a code, staff by password."""

from __future__ import annotations

from django.contrib import auth, messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from yitong.kernel.reasons import Refused
from yitong.parties import face
from yitong.parties.commands import accounts, sessions
from yitong.parties.forms.portal import ChangePasswordForm, CodeForm, PasswordForm, PhoneForm, RegisterForm
from yitong.parties.identity.phone_code import JUST_SENT
from yitong.parties.models import Account
from yitong.parties.rules.phones import normalised
from yitong.parties.views.access import actor, address, safe_next, staff

PHONE, TICKET, NEXT = "parties.phone", "parties.ticket", "parties.next"
"""Keys of the session while somebody logs in."""


@never_cache
@require_http_methods(["GET", "POST"])
def log_in(request: HttpRequest) -> HttpResponse:
    """First step: the phone. Where to go afterwards is kept in the session."""
    if "next" in request.GET:
        request.session[NEXT] = safe_next(request, request.GET["next"], "/")
    form = PhoneForm(request.POST or None, initial={"phone": request.session.get(PHONE, "")})
    if request.method == "POST":
        phone = form.carry(_ask_for_code, request=request)
        if phone:
            request.session[PHONE] = phone
            return redirect("parties:login_code")
    return _page(request, "parties/portal/login_phone.html", form)


def _ask_for_code(*, phone: str, request: HttpRequest) -> str:
    """The phone that has a code now. Who asks again at once goes on to enter the one that is under way."""
    try:
        return sessions.request_code(phone=phone, address=address(request), now=timezone.now()).state
    except Refused as refused:
        reason = refused.reasons[0]
        if reason.code != JUST_SENT:
            raise
        messages.warning(request, _(reason.message) % reason.params)
        return normalised(phone)


@never_cache
@require_http_methods(["GET", "POST"])
def log_in_code(request: HttpRequest) -> HttpResponse:
    """Second step: the code. An unknown phone goes on to register."""
    phone = request.session.get(PHONE)
    if not phone:
        return redirect("parties:login")
    form = CodeForm(request.POST or None)
    if request.method == "POST":
        now = timezone.now()
        result = form.carry(sessions.log_in_with_code, phone=phone, address=address(request), now=now)
        if result and result.account:
            return _enter(request, result.account, "/")
        if result:
            request.session[TICKET] = result.ticket
            return redirect("parties:register")
    return _page(request, "parties/portal/login_code.html", form, phone=phone)


@never_cache
@require_http_methods(["GET", "POST"])
def register(request: HttpRequest) -> HttpResponse:
    """Third step, once: name and citizen number of an unknown phone."""
    ticket = request.session.get(TICKET, "")
    try:
        phone = sessions.verified_phone(ticket, timezone.now())
    except Refused:
        messages.warning(request, _("The phone was confirmed too long ago. Please ask for a new code."))
        return redirect("parties:login")
    form = RegisterForm(request.POST or None)
    if request.method == "POST":
        account = form.carry(_register, ticket=ticket)
        if account:
            return _enter(request, account, "/")
    return _page(request, "parties/portal/register.html", form, phone=phone, face_label=_(face.adapter().label))


def _register(*, confirmed: bool, **values: object) -> Account:
    evidence = {"confirmed": "yes" if confirmed else "no"}
    return sessions.register_citizen(evidence=evidence, now=timezone.now(), **values)  # type: ignore[arg-type]


@never_cache
@require_http_methods(["GET", "POST"])
def log_in_staff(request: HttpRequest) -> HttpResponse:
    """User name and password; the password is never sent back."""
    if "next" in request.GET:
        request.session[NEXT] = safe_next(request, request.GET["next"], "/office/")
    form = PasswordForm(request.POST or None)
    if request.method == "POST":
        account = form.carry(sessions.log_in_with_password, address=address(request), now=timezone.now())
        if account:
            return _enter(request, account, "/office/")
    return _page(request, "parties/portal/login_staff.html", form)


@require_POST
def log_out(request: HttpRequest) -> HttpResponse:
    """Ends the session; a link could be followed by accident, hence POST only."""
    was_staff = actor(request).is_staff
    sessions.log_out(actor=actor(request), now=timezone.now())
    auth.logout(request)
    return HttpResponseRedirect("/desk/login/" if was_staff else "/")


@never_cache
@staff
@require_http_methods(["GET", "POST"])
def change_password(request: HttpRequest) -> HttpResponse:
    """One's own password; other sessions of the account end."""
    form = ChangePasswordForm(request.POST or None)
    if request.method == "POST":
        account = form.carry(accounts.change_own_password, actor=actor(request), now=timezone.now())
        if account:
            auth.update_session_auth_hash(request, account)
            messages.success(request, _("The password is changed."))
            return redirect("/office/")
    return _page(request, "parties/console/password.html", form)


def _enter(request: HttpRequest, account: Account, home: str) -> HttpResponse:
    """Start the session under a new key and go where the user wanted."""
    target = safe_next(request, request.session.get(NEXT, ""), home)
    auth.login(request, account)
    for key in (PHONE, TICKET, NEXT):
        request.session.pop(key, None)
    return HttpResponseRedirect(target)


def _page(request: HttpRequest, template: str, form: object, **context: object) -> HttpResponse:
    return render(request, template, {"form": form, **context}, status=422 if request.method == "POST" else 200)
