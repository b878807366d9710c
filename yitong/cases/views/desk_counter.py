"""The counter: who stands here, for whom, and which item. What was found is kept in the session until the next person."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_POST

from yitong.cases.commands.drafts import discard_draft, start_draft
from yitong.cases.forms.desk_counter import Identify, PaperMandate, RegisterEnterprise, RegisterPerson
from yitong.cases.queries.desk_counter import drafts_of
from yitong.cases.rules.applicants import Applicant
from yitong.cases.rules.deadlines import local_date
from yitong.cases.views.card_reader import reader
from yitong.cases.views.desk_access import StaffRequest
from yitong.catalog.queries import search as catalog_search
from yitong.documents.commands.uploads import store
from yitong.kernel.reasons import Refused
from yitong.parties.commands.people import register_enterprise, register_person
from yitong.parties.commands.representation import give_mandate
from yitong.parties.doors import staff_with
from yitong.parties.queries import organisation, people
from yitong.parties.roles import Permission
from yitong.parties.rules.identity import checked_uscc

SESSION_KEY = "counter"


@dataclass(frozen=True, slots=True)
class Present:
    """Who stands at the counter (``person``) and for whom: himself, ``enterprise`` or ``principal``."""

    person: Any
    enterprise: Any = None
    principal: Any = None

    @property
    def applicant(self) -> Applicant:
        if self.enterprise is not None:
            return Applicant(enterprise_id=self.enterprise.pk)
        return Applicant(person_id=(self.principal or self.person).pk)

    @property
    def agent_id(self) -> int | None:
        """The person present when he is not the applicant himself."""
        return self.person.pk if self.enterprise is not None or self.principal is not None else None


def present(request: HttpRequest) -> Present | None:
    """Who the session says stands here; None when nobody was identified, or rows are gone."""
    kept = request.session.get(SESSION_KEY) or {}
    person = people.person(kept["person"]) if kept.get("person") else None
    if person is None:
        return None
    enterprise = people.enterprise(kept["enterprise"]) if kept.get("enterprise") else None
    principal = people.person(kept["principal"]) if kept.get("principal") else None
    return Present(person, enterprise, principal)


@staff_with(Permission.CASE_FILE)
@require_http_methods(["GET", "POST"])
def counter(request: StaffRequest) -> HttpResponse:
    """GET: the person form, or the items once somebody is known. POST: identify."""
    if request.method == "POST":
        return _identify(request)
    here = present(request)
    return _choose_item(request, here) if here is not None else _ask_who(request, _identify_form())


@staff_with(Permission.CASE_FILE)
@require_POST
def next_person(request: StaffRequest) -> HttpResponse:
    """Forget who stood here: the next one comes."""
    request.session.pop(SESSION_KEY, None)
    return redirect("cases:desk_counter")


def _identify_form(data: Any = None) -> Identify:
    return Identify(data, cards=reader().demo_cards())


def _identify(request: StaffRequest) -> HttpResponse:
    form = _identify_form(request.POST)
    if not form.is_valid():
        return _ask_who(request, form, status=422)
    now = timezone.now()
    try:
        reading = reader().read(form.cleaned_data["idcard"], now)
        uscc = checked_uscc(form.cleaned_data["uscc"]) if form.cleaned_data["role"] == "enterprise" else ""
    except Refused as refusal:
        form.add_reasons(refusal.reasons)
        return _ask_who(request, form, status=422)
    person = people.person_by_idcard(reading.idcard)
    if person is None:
        register = RegisterPerson(initial={"idcard": reading.idcard}, regions=regions())
        return _ask_who(request, form, register_person=register)
    kept = {"person": person.pk}
    if form.cleaned_data["role"] == "enterprise":
        enterprise = people.enterprise_by_uscc(uscc)
        if enterprise is None:
            register_form = RegisterEnterprise(initial={"uscc": uscc}, regions=regions())
            return _ask_who(request, form, register_enterprise=register_form)
        kept["enterprise"] = enterprise.pk
    if form.cleaned_data["role"] == "agent":
        principal = people.person_by_idcard(form.cleaned_data["principal_idcard"])
        if principal is None or principal.pk == person.pk:
            form.add_error("principal_idcard", _principal_fault(principal))
            return _ask_who(request, form, status=422)
        kept["principal"] = principal.pk
    request.session[SESSION_KEY] = kept
    return redirect("cases:desk_counter")


def _principal_fault(principal: Any) -> str:
    if principal is None:
        return gettext("Nobody with this number is registered. Identify that person first, then come back.")
    return gettext("That is the person who stands here: choose “Applies for himself”.")


def regions() -> list[tuple[int, str]]:
    """Every region as a choice, districts and towns told apart by their place in the tree."""
    return [(region.pk, f"{'　' * (region.level - 1)}{region.name}") for region in organisation.regions()]


def _ask_who(request: StaffRequest, form: Identify, *, status: int = 200, **forms: Any) -> HttpResponse:
    context = {"form": form, "reader": reader(), "drafts": drafts_of(request.actor), **forms}
    return render(request, "cases/desk/counter/who.html", context, status=status)


@staff_with(Permission.CASE_FILE)
@require_POST
def add_person(request: StaffRequest) -> HttpResponse:
    """Register the person present; he then stands at the counter for himself."""
    form = RegisterPerson(request.POST, regions=regions())
    if form.is_valid():
        try:
            person = register_person(actor=request.actor, now=timezone.now(), **form.cleaned_data)
        except Refused as refusal:
            form.add_reasons(refusal.reasons)
        else:
            messages.success(request, gettext("%(name)s is registered.") % {"name": person.name})
            request.session[SESSION_KEY] = {"person": person.pk}
            return redirect("cases:desk_counter")
    return _ask_who(request, _identify_form(), status=422, register_person=form)


@staff_with(Permission.CASE_FILE)
@require_POST
def add_enterprise(request: StaffRequest) -> HttpResponse:
    """Register the enterprise somebody came for."""
    form = RegisterEnterprise(request.POST, regions=regions())
    if form.is_valid():
        data = dict(form.cleaned_data)
        representative = people.person_by_idcard(data.pop("legal_representative"))
        if representative is None:
            form.add_error("legal_representative", gettext("Nobody with this number is registered. Register first."))
            return _ask_who(request, _identify_form(), status=422, register_enterprise=form)
        try:
            data["legal_representative_id"] = representative.pk
            enterprise = register_enterprise(actor=request.actor, now=timezone.now(), **data)
        except Refused as refusal:
            form.add_reasons(refusal.reasons)
        else:
            messages.success(request, gettext("%(name)s is registered.") % {"name": enterprise.name})
            request.session[SESSION_KEY] = {"person": representative.pk, "enterprise": enterprise.pk}
            return redirect("cases:desk_counter")
    return _ask_who(request, _identify_form(), status=422, register_enterprise=form)


def _choose_item(
    request: StaffRequest, here: Present, *, refusal: Refused | None = None, mandate: PaperMandate | None = None
) -> HttpResponse:
    text = request.GET.get("q", "").strip()
    subject = "2" if here.enterprise is not None else "1"
    now = timezone.now()
    refused = refusal is not None or mandate is not None
    context = {
        "here": here,
        "q": text,
        "items": catalog_search.search(text, subject=subject).items,
        "token": secrets.token_hex(16),
        "drafts": drafts_of(request.actor),
        "refusal": refusal,
        "mandate": mandate or (_mandate_form(now) if here.agent_id is not None else None),
        "reader": reader(),
    }
    return render(request, "cases/desk/counter/item.html", context, status=422 if refused else 200)


def _mandate_form(now: datetime) -> PaperMandate:
    today = local_date(now)
    return PaperMandate(initial={"valid_from": today, "valid_until": date(today.year + 1, today.month, 1)})


@staff_with(Permission.CASE_FILE)
@require_POST
def start(request: StaffRequest) -> HttpResponse:
    """Begin a case of the chosen item; the token of the page makes a second click the same case."""
    here = present(request)
    if here is None:
        return redirect("cases:desk_counter")
    try:
        case = start_draft(
            actor=request.actor,
            item_code=request.POST.get("item_code", "")[:40],
            applicant=here.applicant,
            now=timezone.now(),
            channel="window",
            client_token=request.POST.get("token", "")[:64] or None,
            agent_person_id=here.agent_id,
        )
    except Refused as refusal:
        return _choose_item(request, here, refusal=refusal)
    return redirect("cases:desk_filing", case.pk)


@staff_with(Permission.CASE_FILE)
@require_POST
def add_mandate(request: StaffRequest) -> HttpResponse:
    """Enter the mandate the agent brought on paper, with its scan."""
    here = present(request)
    if here is None or here.agent_id is None:
        raise Http404
    form = PaperMandate(request.POST, request.FILES)
    if not form.is_valid():
        return _choose_item(request, here, mandate=form)
    now = timezone.now()
    most = settings.YITONG_UPLOAD_MAX_BYTES // settings.MEBIBYTE
    try:
        paper = store(
            upload=form.cleaned_data["paper"],
            actor=request.actor,
            purpose="parties:mandate",
            accept=("pdf", "jpg", "png"),
            max_mb=most,
            now=now,
        )
        give_mandate(
            actor=request.actor,
            agent_name=here.person.name,
            agent_idcard=here.person.idcard,
            valid_from=form.cleaned_data["valid_from"],
            valid_until=form.cleaned_data["valid_until"],
            principal_person_id=here.applicant.person_id,
            principal_enterprise_id=here.applicant.enterprise_id,
            document_ref=f"file:{paper.pk}",
            now=now,
        )
    except Refused as refusal:
        form.add_reasons(refusal.reasons)
        return _choose_item(request, here, mandate=form)
    messages.success(request, gettext("The mandate is entered."))
    return redirect("cases:desk_counter")


@staff_with(Permission.CASE_FILE)
@require_POST
def discard(request: StaffRequest, case_id: int) -> HttpResponse:
    """Throw a draft away."""
    discard_draft(actor=request.actor, case_id=case_id, now=timezone.now())
    messages.success(request, gettext("The draft is thrown away."))
    return redirect("cases:desk_counter")
