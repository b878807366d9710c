"""The citizen's pages: what can be had, asking for it, one's own certificates."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_safe

from yitong.certificates import commands, queries
from yitong.certificates.commands.requesting import Attachment, PostWish
from yitong.certificates.forms.portal import ConfirmForm, RequestForm, SheetForm, SupplyForm
from yitong.certificates.models import CertificateRequest, CertificateType
from yitong.certificates.queries.choices import for_whom
from yitong.certificates.rules.states import OPEN, WAY_WORDS, State, Way
from yitong.certificates.views import words
from yitong.certificates.views.access import PageRequest, page_number, revision, stored, word
from yitong.kernel.reasons import Conflict, Refused
from yitong.parties import face
from yitong.parties.doors import citizen
from yitong.parties.queries import people

PURPOSE = "certificates:material"


@require_safe
def catalogue(request: PageRequest) -> HttpResponse:
    """Public: every certificate by the way it comes about."""
    text = word(request)
    offered = queries.offered(request.actor, text)
    groups = [
        (way.value, gettext(WAY_WORDS[way]), [each for each in offered if each.way == way])
        for way in (Way.INSTANT, Way.REVIEWED, Way.SHEET)
    ]
    context = {"groups": [group for group in groups if group[2]], "q": text}
    return render(request, "certificates/portal/catalogue.html", context)


@citizen
@require_http_methods(["GET", "HEAD", "POST"])
def apply(request: PageRequest, type_code: str) -> HttpResponse:
    """Ask for one certificate: at once from data, or for review."""
    kind = queries.type_of(request.actor, type_code)
    if kind is None or kind.way == Way.VERIFIED or not kind.active:
        raise Http404
    if kind.way == Way.SHEET:
        return redirect(f"{reverse('certificates:sheet')}?type={kind.code}")
    make = ConfirmForm if kind.way == Way.INSTANT else RequestForm
    holders = for_whom(request.actor, kind, timezone.now())
    form: Any = make(kind, holders, request.POST or None, request.FILES or None, initial=_initial(request, kind))
    if request.method == "POST" and form.is_valid():
        try:
            made = _instant(request, kind, form) if kind.way == Way.INSTANT else _requested(request, kind, form)
        except Refused as refused:
            form.add_reasons(refused.reasons)
        except Conflict as conflict:
            form.add_reasons([conflict.reason])
        else:
            return redirect("certificates:one", number=made.number)
    context = {"kind": kind, "form": form, "holders": holders, "local_face": not face.adapter().compares}
    return render(request, f"certificates/portal/{kind.way}.html", context, status=422 if form.errors else 200)


def _initial(request: PageRequest, kind: CertificateType) -> dict[str, Any]:
    if kind.way != Way.REVIEWED or request.actor.person_id is None:
        return {}
    person = people.person(request.actor.person_id)
    return {"receiver": person.name, "address": person.address} if person else {}


def _channel(request: PageRequest) -> str:
    return "mobile" if "Mobi" in request.headers.get("User-Agent", "") else "web"


def _instant(request: PageRequest, kind: CertificateType, form: ConfirmForm) -> CertificateRequest:
    return commands.issue_instant(
        actor=request.actor,
        type_code=kind.code,
        now=timezone.now(),
        evidence=form.evidence,
        channel=_channel(request),
        **form.said,
    )


def _requested(request: PageRequest, kind: CertificateType, form: RequestForm) -> CertificateRequest:
    now, data = timezone.now(), form.cleaned_data
    slots = [(f"material{number}", name) for number, name in enumerate(form.material_names)]
    files = [
        (name, stored(request, field, PURPOSE, now)) for field, name in (*slots, ("extra", gettext("Other material")))
    ]
    return commands.request(
        actor=request.actor,
        type_code=kind.code,
        now=now,
        reason=data["reason"],
        materials=[Attachment(name, file) for name, file in files if file is not None],
        post=PostWish(data["receiver"], data["address"]) if data["delivery"] == "post" else None,
        channel=_channel(request),
        **form.said,
    )


@citizen
@require_safe
def mine(request: PageRequest) -> HttpResponse:
    now = timezone.now()
    page = queries.mine(request.actor, now, page_number(request))
    context = {
        "rows": words.request_rows(page.rows, now),
        "page": page,
        "questions": words.question_rows(queries.verifications_about(request.actor), now),
    }
    return render(request, "certificates/portal/mine.html", context)


@citizen
@require_safe
def one(request: PageRequest, number: str) -> HttpResponse:
    """State, certificate, courier, history; large buttons, because terminals show this page too."""
    found = _own(request, number)
    context = {
        "row": words.request_row(found, timezone.now()),
        "events": words.timeline(found),
        "materials": found.materials.select_related("stored_file"),
        "may_withdraw": found.state in OPEN,
        "agent": found.requested_by_name if found.mandate_id is not None else "",
        "may_supply": found.state == State.ASKED_BACK,
        "face": gettext(words.FACE_WORDS[found.face_state]) if found.face_state else "",
    }
    return render(request, "certificates/portal/one.html", context)


@citizen
@require_http_methods(["GET", "HEAD", "POST"])
def supply(request: PageRequest, number: str) -> HttpResponse:
    """Answer what the department asked back, with one file if need be."""
    found = _own(request, number)
    form = SupplyForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        now, data = timezone.now(), form.cleaned_data
        try:
            file = stored(request, "file", PURPOSE, now)
            name = data["name"] or gettext("Additional material")
            given = [Attachment(name, file)] if file is not None else []
            commands.supply(
                actor=request.actor,
                request_id=found.pk,
                text=data["text"],
                materials=given,
                rev=revision(request),
                now=now,
            )
        except Refused as refused:
            form.add_reasons(refused.reasons)
        else:
            messages.success(request, gettext("Thank you. The department goes on with your request."))
            return redirect("certificates:one", number=number)
    context = {"found": found, "form": form}
    return render(request, "certificates/portal/supply.html", context, status=422 if form.errors else 200)


@citizen
@require_http_methods(["GET", "HEAD", "POST"])
def withdraw(request: PageRequest, number: str) -> HttpResponse:
    """Asks, then withdraws."""
    found = _own(request, number)
    if request.method == "POST":
        commands.withdraw(actor=request.actor, request_id=found.pk, rev=revision(request), now=timezone.now())
        messages.success(request, gettext("The request has been withdrawn."))
        return redirect("certificates:one", number=number)
    return render(request, "certificates/portal/withdraw.html", {"found": found})


@citizen
@require_http_methods(["GET", "HEAD", "POST"])
def sheet(request: PageRequest) -> HttpResponse:
    """One's own data inquiry sheet or a principal's; with ``?type=`` that of an enterprise one acts for."""
    wanted = request.GET.get("type", "")
    offered = [each for each in queries.offered(request.actor) if each.way == Way.SHEET]
    kind = next((each for each in offered if each.code == wanted), offered[0] if offered else None)
    if kind is None:
        raise Http404
    holders = for_whom(request.actor, kind, timezone.now())
    form = SheetForm(kind, holders, request.POST or None)
    chosen = request.POST.getlist("chosen")
    if request.method == "POST" and holders and form.is_valid():
        try:
            made = commands.draw_sheet(
                actor=request.actor,
                chosen=chosen,
                evidence=form.evidence,
                channel=_channel(request),
                now=timezone.now(),
                **form.said,
            )
        except Refused as refused:
            form.add_reasons(refused.reasons)
        else:
            return redirect("certificates:one", number=made.number)
    context = {
        "kind": kind, "form": form, "chosen": chosen, "opened": {each.partition(".")[0] for each in chosen},
        "sources": queries.sheet_choices(kind.holder_kind), "holders": holders, "local_face": not face.adapter().compares,
    }  # fmt: skip
    return render(request, "certificates/portal/sheet.html", context, status=422 if form.errors else 200)


def _own(request: PageRequest, number: str) -> CertificateRequest:
    found = queries.one(request.actor, number)
    if found is None:
        raise Http404
    return found
