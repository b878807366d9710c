"""The beginning of an application, the drafts, and the blank form to print."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, replace

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_safe

from yitong.cases.commands import Applicant, discard_draft, start_draft
from yitong.cases.queries import portal as queries
from yitong.cases.rules.deadlines import local_date
from yitong.cases.views.portal_access import CitizenRequest, citizen_page, draft_page
from yitong.cases.views.portal_draft import Draft, open_draft
from yitong.catalog.queries.items import ItemNotFound, PublishedItem, published
from yitong.catalog.rules import forms
from yitong.catalog.rules.scenarios import Selection, all_fields, selected
from yitong.kernel.reasons import N_, NotAllowed, Reason, Refused
from yitong.parties.actors import ActorKind
from yitong.parties.queries import people

PERSON = "1"
"""服务对象 natural person (GB/T 39046-2020 Annex A)."""


@dataclass(frozen=True, slots=True)
class Choice:
    """One for whom the reader may apply. ``how``: self, enterprise or mandate."""

    value: str
    name: str
    how: str


@require_http_methods(["GET", "HEAD", "POST"])
def apply(request: HttpRequest, code: str) -> HttpResponseBase:
    """What is needed, how long it takes, what it costs; then for whom."""
    try:
        item = published(code)
    except ItemNotFound:
        raise Http404 from None
    if request.method == "POST":
        return begin(request, item)
    return _start_page(request, item)


@citizen_page
def begin(request: CitizenRequest, item: PublishedItem) -> HttpResponse:
    """Open the draft. A second click with the same token finds the draft of the first."""
    applicant = _chosen(request.POST.get("applicant", ""))
    token = request.POST.get("token", "")[:64] or uuid.uuid4().hex
    if applicant is None:
        reason = Reason("no_applicant", N_("Choose for whom you apply."), field="applicant")
        return _start_page(request, item, (reason,))
    try:
        case = start_draft(
            actor=request.actor,
            item_code=item.implementation_code,
            applicant=applicant,
            now=timezone.now(),
            channel=_channel(request, item),
            client_token=token,
        )
    except NotAllowed:
        reason = Reason("not_for_them", N_("You do not act for this applicant now; choose another."), field="applicant")
        return _start_page(request, item, (reason,))
    except Refused as refused:
        return _start_page(request, item, refused.reasons)
    return redirect(open_draft(case).pages[0].url)


def _channel(request: HttpRequest, item: PublishedItem) -> str:
    """What the reader holds in his hands, unless the item is offered only on the other kind of screen."""
    here = "mobile" if "Mobi" in request.headers.get("User-Agent", "") else "web"
    other = "web" if here == "mobile" else "mobile"
    return other if here not in item.record.channels and other in item.record.channels else here


def _chosen(value: str) -> Applicant | None:
    kind, _, number = value.partition(":")
    if not number.isdecimal() or len(number) > 18:
        return None
    return {"person": Applicant(person_id=int(number)), "enterprise": Applicant(enterprise_id=int(number))}.get(kind)


def _choices(request: CitizenRequest, item: PublishedItem) -> list[Choice]:
    actor, subjects = request.actor, item.record.subjects
    found: list[Choice] = []
    if PERSON in subjects:
        found.append(Choice(f"person:{actor.person_id}", actor.name, "self"))
    firms = any(subject != PERSON for subject in subjects)
    if firms:
        found += [Choice(f"enterprise:{row.pk}", row.name, "enterprise") for row in people.enterprises_of(actor)]
    on = local_date(timezone.now())
    for mandate in people.mandates_held(actor):
        if not (mandate.in_force(on) and mandate.covers(item.basic_code)):
            continue
        if mandate.principal_person is not None and PERSON in subjects:
            found.append(Choice(f"person:{mandate.principal_person_id}", mandate.principal_person.name, "mandate"))
        if mandate.principal_enterprise is not None and firms:
            row = mandate.principal_enterprise
            found.append(Choice(f"enterprise:{row.pk}", row.name, "mandate"))
    return list({choice.value: choice for choice in reversed(found)}.values())[::-1]


def _start_page(request: HttpRequest, item: PublishedItem, reasons: tuple[Reason, ...] = ()) -> HttpResponse:
    actor = request.actor  # type: ignore[attr-defined]
    here = actor.kind is ActorKind.CITIZEN
    choices = _choices(request, item) if here else []  # type: ignore[arg-type]
    drafts = queries.drafts_of(actor).filter(item_id=item.item_id)[:3] if here else []
    selection = selected(item.record, {}, {})
    context = {
        "item": item,
        "record": item.record,
        "materials": [*selection.materials, *selection.possible_materials],
        "fees": item.record.fees,
        "online": bool({"web", "mobile"} & set(item.record.channels)),
        "choices": choices,
        "drafts": drafts,
        "logged_in": here,
        "token": uuid.uuid4().hex,
        "reasons": reasons,
        "chosen": request.POST.get("applicant", choices[0].value if choices else ""),
    }
    return render(request, "cases/portal/start.html", context, status=422 if reasons else 200)


@draft_page
def resume(request: CitizenRequest, draft: Draft) -> HttpResponse:
    """Where the applicant left off."""
    return redirect(draft.resume)


@citizen_page
def drafts(request: CitizenRequest) -> HttpResponse:
    """What was begun and not handed in."""
    rows = queries.drafts_of(request.actor)[:50]
    return render(request, "cases/portal/drafts.html", {"drafts": rows})


@require_http_methods(["GET", "HEAD", "POST"])
@draft_page
def discard(request: CitizenRequest, draft: Draft) -> HttpResponse:
    """Asks first; a draft cannot be had back."""
    if request.method == "POST":
        discard_draft(actor=request.actor, case_id=draft.case.pk, rev=draft.case.rev, now=timezone.now())
        messages.success(request, gettext("The draft is deleted."))
        return redirect("cases:drafts")
    return render(request, "cases/portal/discard.html", {"draft": draft})


@require_safe
def blank_form(request: HttpRequest, code: str) -> HttpResponse:
    """The application form of the item, empty, to print and fill in by hand."""
    try:
        item = published(code)
    except ItemNotFound:
        raise Http404 from None
    everything = forms.fields(item.record, _all_selected(item))
    groups: dict[str, list[forms.FieldView]] = {}
    for field in everything:
        groups.setdefault(field.group, []).append(field)
    return render(request, "cases/portal/blank_form.html", {"item": item, "groups": groups.items()})


def _all_selected(item: PublishedItem) -> Selection:
    """As if every condition held: paper has to offer every field."""
    return replace(selected(item.record, {}, {}), form_fields=all_fields(item.record))
