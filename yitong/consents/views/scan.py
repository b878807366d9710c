"""The counter: scan a code, see who shows it, take licences into the case."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme, urlencode
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from yitong.consents.commands import codes
from yitong.consents.permissions import case_facts
from yitong.consents.rules.token import LONGEST_TYPED
from yitong.consents.scenes import all_scenes
from yitong.consents.scenes import scene as scene_of
from yitong.consents.views.listing import whole_number
from yitong.kernel.reasons import N_, Conflict, Reason, Refused
from yitong.parties.doors import actor_of, staff_with
from yitong.parties.roles import Permission

NO_CASE = Reason(
    "no_case",
    N_("There is no such case for you. Check its number; drafts are scanned from their own page."),
    field="case",
)
EMPTY = Reason("no_token", N_("Scan the code on the holder's phone, or type it."), field="token")


@never_cache
@staff_with(Permission.CODE_SCAN)
@require_http_methods(["GET", "HEAD", "POST"])
def scan(request: HttpRequest) -> HttpResponse:
    """A field the scanner types into; Enter sends it."""
    asked = request.POST if request.method == "POST" else request.GET
    place = scene_of(asked.get("scene", "")) or all_scenes()[0]
    case, back = asked.get("case", "").strip().replace("\0", "")[:50], _safe(request, asked.get("next", ""))
    reasons: tuple[Reason, ...] = ()
    if request.method == "POST":
        try:
            seen = _spend(request, place.code, case)
        except Refused as refusal:
            reasons = refusal.reasons
        else:
            if not place.takes:
                # What the scene read of a licence is shown once and kept nowhere, so that there is no page to reload.
                return render(request, "consents/scanned.html", {"seen": seen, "case": case, "back": back})
            query = urlencode({"case": case, "next": back}) if case or back else ""
            return HttpResponseRedirect(f"{reverse('consents:scanned', args=[seen.code_id])}?{query}")
    context = {"scene": place, "scenes": all_scenes(), "case": case, "back": back, "reasons": reasons}
    return render(request, "consents/scan.html", context, status=422 if reasons else 200)


@never_cache
@staff_with(Permission.CODE_SCAN)
@require_safe
def scanned(request: HttpRequest, code_id: int) -> HttpResponse:
    """Who showed the code and what it offers, for a quarter of an hour and for whoever scanned it."""
    return _page(request, code_id)


@never_cache
@staff_with(Permission.CODE_SCAN)
@require_POST
def take(request: HttpRequest, code_id: int) -> HttpResponse:
    """Take the chosen licences into the case."""
    actor, now = actor_of(request), timezone.now()
    case, back = (
        request.POST.get("case", "").strip().replace("\0", "")[:50],
        _safe(request, request.POST.get("next", "")),
    )
    ids = [found for text in request.POST.getlist("licences") if (found := whole_number(text)) is not None]
    seen = codes.presented(actor=actor, code_id=code_id, now=now)
    if case_facts(actor, case) is None:
        return _page(request, code_id, (NO_CASE,), case)
    try:
        taken = codes.take(actor=actor, code_id=code_id, licence_ids=ids, case_number=case, now=now)
    except Refused as refusal:
        return _page(request, code_id, refusal.reasons, case)
    except Conflict as conflict:
        return _page(request, code_id, (conflict.reason,), case)
    text = _("%(n)s licences of %(name)s were taken into case %(case)s.")
    messages.success(request, text % {"n": len(taken.licence_ids), "name": seen.person_name, "case": case})
    return HttpResponseRedirect(back) if back else redirect("consents:scanned", code_id=code_id)


def _spend(request: HttpRequest, purpose: str, case: str) -> codes.Presented:
    actor, now = actor_of(request), timezone.now()
    token = request.POST.get("token", "")[: LONGEST_TYPED + 1].replace("\0", "")
    if not token.strip():
        raise Refused(EMPTY)
    if case and case_facts(actor, case) is None:
        raise Refused(NO_CASE)
    if codes.over_limit(actor=actor, now=now):
        text = N_("Too many scans in a minute. Wait a minute, then scan again.")
        raise Refused(Reason("too_many_scans", text, field="token"))
    return codes.spend(actor=actor, token=token, purpose=purpose, case_number=case or None, now=now)


def _page(
    request: HttpRequest, code_id: int, reasons: tuple[Reason, ...] = (), case: str | None = None
) -> HttpResponse:
    seen = codes.presented(actor=actor_of(request), code_id=code_id, now=timezone.now())
    context: dict[str, Any] = {
        "seen": seen,
        "case": case if case is not None else seen.case_number or request.GET.get("case", "")[:50],
        "back": _safe(request, request.POST.get("next", request.GET.get("next", ""))),
        "chosen": set(request.POST.getlist("licences")),
        "reasons": reasons,
    }
    return render(request, "consents/scanned.html", context, status=422 if reasons else 200)


def _safe(request: HttpRequest, target: str) -> str:
    """A page of this site to go back to, or nothing."""
    ours = url_has_allowed_host_and_scheme(target, {request.get_host()}, request.is_secure())
    return target if target and ours else ""
