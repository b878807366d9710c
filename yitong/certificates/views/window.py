"""At the window: the person agrees on paper or by his code; then certificates at once and the data sheet for him."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from yitong.certificates import commands, queries
from yitong.certificates.commands.windows import window_of
from yitong.certificates.forms.portal import SheetForm
from yitong.certificates.forms.window import CodeForm, WindowForm
from yitong.certificates.models import CertificateRequest, WindowConsent
from yitong.certificates.rules.states import Way
from yitong.certificates.views import words
from yitong.certificates.views.access import PageRequest, stored
from yitong.certificates.views.questions import NOBODY
from yitong.consents.queries.codes import shown_by
from yitong.kernel.reasons import Reason, Refused
from yitong.parties.doors import staff_with
from yitong.parties.queries import face_checks, people
from yitong.parties.roles import Permission


@staff_with(Permission.CERTIFICATE_REQUEST)
@require_http_methods(["GET", "HEAD", "POST"])
def begin(request: PageRequest) -> HttpResponse:
    """Who stands here, and that he agreed. POST ``do``: code, else the signed paper."""
    by_code = request.POST.get("do") == "code"
    code_form = CodeForm(request.POST if by_code else None)
    form = WindowForm(None if by_code else request.POST or None, request.FILES or None)
    sent: CodeForm | WindowForm = code_form if by_code else form
    if request.method == "POST" and sent.is_valid():
        try:
            window = _shown(request, code_form) if by_code else _signed(request, form)
        except Refused as refused:
            sent.add_reasons(refused.reasons)
        else:
            return redirect("certificates:window", window_id=window.pk)
    now = timezone.now()
    context = {
        "form": form, "code_form": code_form, "may_scan": request.actor.may(Permission.CODE_SCAN),
        "rows": words.request_rows(queries.drawn(request.actor, now), now),
    }  # fmt: skip
    return render(request, "certificates/desk/window_begin.html", context, status=422 if sent.errors else 200)


def _shown(request: PageRequest, form: CodeForm) -> WindowConsent:
    data = form.cleaned_data
    return commands.open_by_code(
        actor=request.actor, token=data["token"], card_checked=data["card_checked"], now=timezone.now()
    )


def _signed(request: PageRequest, form: WindowForm) -> WindowConsent:
    data, now = form.cleaned_data, timezone.now()
    person = people.person_by_idcard(data["number"])
    firm = people.enterprise_by_uscc(data["number"]) if person is None else None
    if person is None and firm is None:
        raise Refused(Reason("nobody", NOBODY, field="number"))
    return commands.open_window(
        actor=request.actor,
        purpose=data["purpose"],
        card_checked=data["card_checked"],
        sensitive=data["sensitive"],
        scan_id=stored(request, "scan", "certificates:window", now),
        person_id=person.pk if person else None,
        enterprise_id=firm.pk if firm else None,
        now=now,
    )


@staff_with(Permission.CERTIFICATE_REQUEST)
@require_http_methods(["GET", "HEAD", "POST"])
def window(request: PageRequest, window_id: int) -> HttpResponse:
    """What can be had for who stands here. POST ``type``: an instant certificate; without it the sheet."""
    now = timezone.now()
    try:
        opened = window_of(request.actor, window_id, now)
    except Refused:
        raise Http404 from None
    kind_of_holder = "person" if opened.holder_person_id is not None else "enterprise"
    offered = [each for each in queries.offered(request.actor) if each.holder_kind == kind_of_holder]
    kind = next((each for each in offered if each.way == Way.SHEET), None)
    form = SheetForm(kind, (), request.POST or None) if kind else None
    shower = shown_by(opened.code_id) if opened.code_id is not None else None
    reasons: tuple[Reason, ...] = ()
    if request.method == "POST":
        try:
            made = _made(request, opened, form)
        except Refused as refused:
            reasons = refused.reasons
        else:
            if made is not None:
                return redirect("certificates:drawn", number=made.number)
    context = {
        "window": opened, "form": form, "reasons": reasons, "chosen": request.POST.getlist("chosen"), "opened": (),
        "sources": queries.sheet_choices(kind_of_holder),
        "seen": {"face": face_checks.latest(shower.pk), "name": shower.name} if shower is not None else None,
        "instant": [each for each in offered if each.way == Way.INSTANT],
    }  # fmt: skip
    return render(request, "certificates/desk/window.html", context, status=422 if request.method == "POST" else 200)


def _made(request: PageRequest, opened: WindowConsent, form: SheetForm | None) -> CertificateRequest | None:
    common: dict[str, Any] = {
        "actor": request.actor, "window_id": opened.pk, "evidence": {}, "channel": "counter", "now": timezone.now(),
    }  # fmt: skip
    if code := request.POST.get("type", ""):
        return commands.issue_instant(type_code=code, purpose=request.POST.get("purpose", ""), **common)
    if form is None or not form.is_valid():
        return None
    return commands.draw_sheet(chosen=request.POST.getlist("chosen"), purpose=form.cleaned_data["purpose"], **common)


@staff_with(Permission.CERTIFICATE_REQUEST)
@require_safe
def drawn(request: PageRequest, number: str) -> HttpResponse:
    """What was made at the window, to print and hand over."""
    found = queries.one(request.actor, number)
    if found is None or found.document is None:
        raise Http404
    return render(request, "certificates/desk/drawn.html", {"row": words.request_row(found, timezone.now())})
