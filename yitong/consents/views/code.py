"""亮码 on the phone: choose where and what, then show a code that renews itself."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.safestring import mark_safe
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from yitong.consents import holders, library
from yitong.consents.commands import codes
from yitong.consents.queries.codes import scanned
from yitong.consents.scenes import Scene, all_scenes
from yitong.consents.scenes import scene as scene_of
from yitong.consents.views.listing import whole_number
from yitong.documents import qr
from yitong.kernel.reasons import NotAllowed, Reason, Refused
from yitong.licences.rules.holders import Holder
from yitong.parties.actors import Actor
from yitong.parties.commands.face_checks import check_face
from yitong.parties.doors import actor_of, citizen
from yitong.parties.queries import face_checks

CHOICE = "consents_code"
"""Key of the session: what the code on this phone is for."""
POLL = 5
"""Seconds after which the phone asks whether its code was scanned."""


@never_cache
@citizen
@require_http_methods(["GET", "HEAD", "POST"])
def choose(request: HttpRequest) -> HttpResponse:
    """Where the code is shown, and which licences it offers."""
    actor, now = actor_of(request), timezone.now()
    place = scene_of(request.POST.get("scene", request.GET.get("scene", "")))
    if place is None:
        return render(request, "consents/code_scenes.html", {"scenes": all_scenes()})
    reasons: tuple[Reason, ...] = ()
    if request.method == "POST":
        try:
            _keep(request, actor, place, now)
            return redirect("consents:code_show")
        except Refused as refusal:
            reasons = refusal.reasons
    context = {
        "scene": place,
        "groups": _groups(actor, place, now),
        "firms": _firms(actor, place),
        "firm": request.POST.get("firm", ""),
        "chosen": set(request.POST.getlist("licences")),
        "sent": request.method == "POST",
        "face_due": _face_due(actor, now),
        "sensitive": request.POST.get("sensitive") == "yes",
        "reasons": reasons,
    }
    return render(request, "consents/code_choose.html", context, status=422 if reasons else 200)


@never_cache
@citizen
@require_safe
def show(request: HttpRequest) -> HttpResponse:
    """The code. It is the same until it is nearly over, so that reloading the page makes no new one each time."""
    try:
        context = _code(request)
    except (Refused, NotAllowed):  # a licence has ended or a mandate is over since it was chosen
        request.session.pop(CHOICE, None)
        context = None
    if context is None:
        return redirect("consents:code")
    return render(request, "consents/code_show.html", context)


@never_cache
@citizen
@require_safe
def fresh(request: HttpRequest) -> HttpResponse:
    """The code's part of the page: the same, a new one, or who scanned it."""
    code_id = whole_number(request.GET.get("code", ""))
    used = scanned(actor_of(request), code_id, timezone.now()) if code_id is not None else None
    if used is not None:
        return render(request, "consents/code_used.html", {"code": used, "scene": scene_of(used.scene)})
    try:
        context = _code(request)
    except (Refused, NotAllowed):
        context = None
    if context is None:
        return render(request, "consents/code_over.html")
    return render(request, "consents/code_card.html", context)


def _code(request: HttpRequest) -> dict[str, Any] | None:
    """A code for what the session says; None when nothing was chosen."""
    choice = request.session.get(CHOICE)
    if not isinstance(choice, dict):
        return None
    now = timezone.now()
    issued = codes.issue_code(
        actor=actor_of(request),
        purpose=choice["scene"],
        licence_ids=choice["licences"],
        enterprise_id=choice["enterprise"],
        sensitive=choice["sensitive"],
        now=now,
    )
    left = max(1, int((issued.expires_at - now).total_seconds()) + 1)
    return {
        "code": issued,
        "svg": mark_safe(qr.svg(issued.token, fluid=True)),  # drawn by us, of letters and digits
        "left": left,
        "poll": min(left, POLL),
        "scene": scene_of(issued.scene),
        "names": choice["names"],
    }


def _keep(request: HttpRequest, actor: Actor, place: Scene, now: datetime) -> None:
    """Check what was chosen by making the first code of it, and remember it for the next ones."""
    ids = [found for text in request.POST.getlist("licences") if (found := whole_number(text)) is not None]
    known = holders.of_actor(actor)
    chosen = [each for rows in library.of_keys(known).values() for each in rows if each.pk in ids]
    owner = known[bytes(chosen[0].holder_key)] if chosen else None
    firm = whole_number(request.POST.get("firm", "")) if place.asks else None
    sensitive = request.POST.get("sensitive") == "yes"
    if _face_due(actor, now):
        check_face(actor=actor, purpose="code", evidence=request.POST.dict(), now=now)
    enterprise = owner.enterprise_id if owner is not None else firm
    codes.issue_code(
        actor=actor, purpose=place.code, licence_ids=ids, enterprise_id=enterprise, sensitive=sensitive, now=now
    )
    names = [each.type.name for each in chosen]
    if firm is not None:
        names = [each.name for each in known.values() if each.enterprise_id == firm]
    request.session[CHOICE] = {
        "scene": place.code, "licences": ids, "enterprise": enterprise, "sensitive": sensitive, "names": names,
    }  # fmt: skip


def _face_due(actor: Actor, now: datetime) -> bool:
    state = face_checks.latest(actor.person_id or 0)
    return state.result != "passed" or state.at is None or state.at < now - codes.FACE_LASTS


def _firms(actor: Actor, place: Scene) -> list[Holder]:
    """The enterprises in whose name the code can be shown there without an offer."""
    return [each for each in holders.of_actor(actor).values() if each.enterprise_id is not None] if place.asks else []


def _groups(actor: Actor, place: Scene, now: datetime) -> list[dict[str, Any]]:
    """The licences that can be offered there, by holder."""
    found = []
    known = holders.of_actor(actor)
    for key, rows in library.of_keys(known).items():
        holder = known[key]
        if not place.takes and holder.person_id != actor.person_id:
            continue
        offers = [offer for each in rows if (offer := library.offer(each, now)).valid]
        offers = [offer for offer in offers if place.takes or offer.name in place.wants]
        if offers:
            found.append({"holder": holder, "offers": offers})
    return found
