"""Filling in a case at the counter on one page: situation, form, materials, promise, and the receipt at the end."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods

from yitong.cases.commands import drafts
from yitong.cases.commands.commitment import sign_commitment
from yitong.cases.commands.commitment_withdrawal import withdraw_commitment
from yitong.cases.commands.delivery import choose_delivery
from yitong.cases.commands.materials import attach_material, attach_paper, remove_material
from yitong.cases.commands.provisional import offer_provisional
from yitong.cases.commands.submission import submit
from yitong.cases.forms.desk_counter import Promise, Wish
from yitong.cases.models import Case, CaseMaterial
from yitong.cases.queries import desk_counter
from yitong.cases.views import desk_code, desk_renewal
from yitong.cases.views.desk_access import StaffRequest
from yitong.cases.views.desk_detail import Fact, applicant_facts
from yitong.catalog.queries.items import version
from yitong.catalog.records import ItemRecord, Material
from yitong.catalog.rules import forms as catalog_forms
from yitong.catalog.rules.scenarios import selected, visible_questions
from yitong.documents.commands.uploads import store
from yitong.kernel.reasons import Reason, Refused
from yitong.parties.doors import staff_with
from yitong.parties.roles import Permission

YES_NO = (("true", "是"), ("false", "否"))


@dataclass(frozen=True, slots=True)
class Field:
    """One input of the page. ``view``: a question or a ``FieldView``; ``value``: texts as posted."""

    name: str
    title: str
    kind: str
    required: bool
    help: str = ""
    options: tuple[tuple[str, str], ...] = ()
    values: tuple[str, ...] = ()
    errors: tuple[Reason, ...] = ()
    most: int | None = None
    known: bool = False
    source: str = ""

    @property
    def value(self) -> str:
        return self.values[0] if self.values else ""


@dataclass(frozen=True, slots=True)
class MaterialRow:
    material: Material
    given: list[CaseMaterial] = field(default_factory=list)
    errors: tuple[Reason, ...] = ()


@staff_with(Permission.CASE_FILE)
@require_http_methods(["GET", "POST"])
def filing(request: StaffRequest, case_id: int) -> HttpResponse:
    """Every button saves everything on the page first, so that nothing typed is ever lost."""
    case = desk_counter.draft(request.actor, case_id)
    if case is None:
        raise Http404
    if request.method == "GET":
        return _page(request, case)
    now = timezone.now()
    faults = _save(request, case, now)
    verb, _colon, target = request.POST.get("do", "save").partition(":")
    faults += desk_renewal.save(request, case, verb, now)
    if verb == "remove":
        faults += _try(
            lambda: remove_material(actor=request.actor, case_id=case.pk, material_id=_number(target), now=now)
        )
    if verb != "take" and request.POST.get("token", "").strip():
        # A scanner ends with Enter, which presses the first button of the page whichever that is.
        verb = "scan"
    if verb == "scan":
        faults += desk_code.scan(request, case, now)
    if verb == "take":
        faults += desk_code.take(request, case, now)
    if verb == "unsign":
        faults += _try(lambda: withdraw_commitment(actor=request.actor, case_id=case.pk, now=now))
    if verb == "submit" and not faults:
        return _submit(request, case, now)
    fresh = desk_counter.draft(request.actor, case_id)
    if fresh is None:
        raise Http404
    if faults:
        return _page(request, fresh, faults, status=422)
    if verb == "take":
        messages.success(request, gettext("Taken into the case; the applicant need not bring them."))
    elif verb != "scan":
        messages.success(request, gettext("Saved."))
    return redirect(
        reverse("cases:desk_filing", args=[case.pk]) + ("#id_token_card" if verb in ("scan", "take") else "")
    )


def _submit(request: StaffRequest, case: Case, now: datetime) -> HttpResponse:
    try:
        filed = submit(actor=request.actor, case_id=case.pk, now=now)
    except Refused as refusal:
        fresh = desk_counter.draft(request.actor, case.pk)
        if fresh is None:
            raise Http404 from None
        return _page(request, fresh, list(refusal.reasons), status=422)
    return redirect("cases:desk_receipt", filed.number)


def _try(act: Any) -> list[Reason]:
    try:
        act()
    except Refused as refusal:
        return list(refusal.reasons)
    return []


def _number(text: str) -> int:
    return int(text) if text.isdecimal() and len(text) < 19 else 0


def _save(request: StaffRequest, case: Case, now: datetime) -> list[Reason]:
    """Keep answers, form, files, paper and promise. Reasons of what could not be kept."""
    record = version(case.version_id).record
    actor, faults = request.actor, []
    answers = {question.code: request.POST.get(f"q_{question.code}", "") for question in record.questions}
    answers = {code: value for code, value in answers.items() if value}
    form = _posted_form(record, request.POST)
    faults += _try(lambda: drafts.save_answers(actor=actor, case_id=case.pk, answers=_typed(record, answers), now=now))
    faults += _try(lambda: drafts.save_form(actor=actor, case_id=case.pk, form=form, now=now))
    for material in record.materials:
        faults += _take(request, case, material, now)
    faults += _promise(request, case, record, now)
    faults += _wish(request, case, record, now)
    if request.POST.get("sign_commitment") and record.commitment is not None and not case.committed_by_promise:
        faults += _try(lambda: sign_commitment(actor=actor, case_id=case.pk, now=now))
    return faults


def _typed(record: ItemRecord, answers: Mapping[str, str]) -> dict[str, Any]:
    """Yes and no as truth values; what the page posts is text."""
    booleans = {question.code for question in record.questions if question.kind == "boolean"}
    return {code: value == "true" if code in booleans else value for code, value in answers.items()}


def _posted_form(record: ItemRecord, posted: Any) -> dict[str, Any]:
    texts = {
        name: posted.getlist(f"f_{name}") for name in record.form_schema.get("properties", {}) if f"f_{name}" in posted
    }
    return catalog_forms.typed(record, texts)


def _take(request: StaffRequest, case: Case, material: Material, now: datetime) -> list[Reason]:
    """The scans and the paper given for one material."""
    faults: list[Reason] = []
    place: dict[str, Any] = {"actor": request.actor, "case_id": case.pk, "material_code": material.code, "now": now}
    for upload in request.FILES.getlist(f"m_{material.code}"):
        try:
            stored = store(
                upload=upload,
                actor=request.actor,
                purpose="cases:material",
                accept=material.accept,
                max_mb=material.max_mb,
                now=now,
            )
            attach_material(**place, stored_file_id=stored.pk)
        except Refused as refusal:
            faults += [_at(material.code, reason) for reason in refusal.reasons]
    if request.POST.get(f"paper_{material.code}"):
        held = desk_counter.given(case).get(material.code, [])
        if not any(row.source == "paper" for row in held):
            faults += _try(lambda: attach_paper(**place, copies=material.copies or 1))
    return faults


def _at(code: str, reason: Reason) -> Reason:
    return Reason(reason.code, reason.message, reason.law, code, reason.params)


def _promise(request: StaffRequest, case: Case, record: ItemRecord, now: datetime) -> list[Reason]:
    form = Promise(request.POST, materials=_provisional(record))
    if not form.fields["promised"].choices or not (form.data.getlist("promised") or case.provisional_offer):  # type: ignore[attr-defined]
        return []
    if not form.is_valid():
        return [Reason("promise", str(error), field=name) for name, errors in form.errors.items() for error in errors]
    codes = form.cleaned_data["promised"]
    if not codes and not case.provisional_offer:
        return []
    day = form.cleaned_data["promised_on"] or now.date()
    return _try(
        lambda: offer_provisional(actor=request.actor, case_id=case.pk, materials=codes, promised_on=day, now=now)
    )


def _wish(request: StaffRequest, case: Case, record: ItemRecord, now: datetime) -> list[Reason]:
    """How the result is to be delivered, when it was chosen and is not what is known already."""
    form = Wish(request.POST, deliveries=record.deliveries)
    if not form.is_valid():
        return [Reason("delivery", str(error), field=name) for name, errors in form.errors.items() for error in errors]
    method, address = form.cleaned_data["method"], form.cleaned_data["post_address"]
    known = case.delivery_wish or {}
    if not method or (method == known.get("method") and (method != "post" or address == known.get("address"))):
        return []
    return _try(lambda: choose_delivery(actor=request.actor, case_id=case.pk, method=method, address=address, now=now))


def _provisional(record: ItemRecord) -> list[tuple[str, str]]:
    return [(material.code, material.name) for material in record.materials if material.may_be_provisional]


def _page(request: StaffRequest, case: Case, faults: list[Reason] | None = None, *, status: int = 200) -> HttpResponse:
    record = version(case.version_id).record
    by_field: dict[str, list[Reason]] = {}
    for reason in faults or []:
        by_field.setdefault(reason.field, []).append(reason)
    selection = selected(record, case.answers, case.form)
    given = desk_counter.given(case)
    held = {code for code, rows in given.items() if any(not row.lost for row in rows)}
    missing = [m for m in selection.materials if m.code not in given and m.may_be_provisional]
    context = {
        "case": case,
        "record": record,
        "applicant": [*applicant_facts(case), *_channel(case)],
        "questions": [_question(case, question, by_field) for question in visible_questions(record, case.answers)],
        "groups": _groups(case, record, selection, by_field, set(request.POST), given),
        "materials": [
            MaterialRow(m, given.get(m.code, []), tuple(by_field.get(m.code, ()))) for m in selection.materials
        ],
        "promise": _promise_form(request, case, [(m.code, m.name) for m in missing]) if missing else None,
        "wish": _wish_form(request, case, record),
        "commitment": record.commitment,
        "selection": selection,
        "faults": faults or [],
        "renewal": desk_renewal.asked(request, case, tuple(by_field.get("renews", ())), timezone.now()),
        "code": desk_code.shown(request, case, held, timezone.now()),
        "code_errors": by_field.get("token", []),
        "may_scan": request.actor.may(Permission.CODE_SCAN),
        "fee_fen": selection.total_fen,
    }
    return render(request, "cases/desk/counter/filing.html", context, status=status)


def _channel(case: Case) -> list[Fact]:
    return [Fact(gettext("Deciding department"), case.department.name)]


def _promise_form(request: StaffRequest, case: Case, materials: list[tuple[str, str]]) -> Promise:
    if request.method == "POST":
        return Promise(request.POST, materials=materials)
    offer = case.provisional_offer or {}
    initial = {
        "promised": offer.get("materials", []),
        "promised_on": offer.get("promised_on"),
        "voluntary": bool(offer),
    }
    return Promise(initial=initial, materials=materials)


def _wish_form(request: StaffRequest, case: Case, record: ItemRecord) -> Wish:
    if request.method == "POST":
        return Wish(request.POST, deliveries=record.deliveries)
    wish, applicant = case.delivery_wish or {}, case.applicant_person or case.applicant_enterprise
    address = wish.get("address") or (applicant.address if applicant is not None else "")
    return Wish(initial={"method": wish.get("method", ""), "post_address": address}, deliveries=record.deliveries)


def _question(case: Case, question: Any, by_field: Mapping[str, list[Reason]]) -> Field:
    value = case.answers.get(question.code)
    options = tuple((choice.value, choice.label) for choice in question.choices) or YES_NO
    text = "" if value is None else _text(value)
    return Field(
        name=f"q_{question.code}",
        title=question.text,
        kind="radio",
        required=True,
        help=question.help,
        options=options,
        values=(text,) if text else (),
        errors=tuple(by_field.get(question.code, ())),
    )


def _groups(
    case: Case,
    record: ItemRecord,
    selection: Any,
    by_field: Mapping[str, list[Reason]],
    posted: set[str],
    given: Mapping[str, list[CaseMaterial]],
) -> list[tuple[str, list[Field]]]:
    groups: dict[str, list[Field]] = {}
    for view in catalog_forms.fields(record, selection):
        value = case.form.get(view.name)
        values = value if isinstance(value, list) else [] if value is None else [value]
        groups.setdefault(view.group, []).append(
            Field(
                name=f"f_{view.name}",
                title=view.title,
                kind=view.kind,
                required=view.required,
                help=view.help,
                options=view.options or (YES_NO if view.kind == "boolean" else ()),
                values=tuple(_text(each) for each in values),
                errors=tuple(by_field.get(view.name, ())),
                most=view.most_characters,
                known=bool(view.prefill and value and not posted),
                source=_filled_from(given, view.name, value),
            )
        )
    return list(groups.items())


def _filled_from(given: Mapping[str, list[CaseMaterial]], name: str, value: Any) -> str:
    """The licence or register whose value this still is."""
    origins = (row.origin for rows in given.values() for row in rows if row.origin is not None)
    return next((each.title for each in origins if name in each.filled and each.filled[name] == value), "")


def _text(value: Any) -> str:
    return {True: "true", False: "false"}[value] if isinstance(value, bool) else str(value)
