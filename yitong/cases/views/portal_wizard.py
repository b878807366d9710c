"""The wizard's questions, form and wish of delivery. Every page saves the draft before it goes on."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from yitong.cases.commands import choose_delivery, save_answers, save_form
from yitong.cases.queries import portal as queries
from yitong.cases.queries.reuse import findings
from yitong.cases.rules.reuse import LICENCE
from yitong.cases.views.portal_access import CitizenRequest, draft_page, not_found_unless
from yitong.cases.views.portal_draft import Draft, Group, Page, by_field, open_draft
from yitong.cases.views.portal_reuse import Offer, proposals, use_all_found
from yitong.cases.views.portal_standing import WAYS
from yitong.catalog.rules import forms
from yitong.catalog.rules.scenarios import valid_answers
from yitong.kernel.reasons import N_, Reason, Refused
from yitong.parties.queries import people

both = require_http_methods(["GET", "HEAD", "POST"])
NUL = "\x00"
"""No database text can hold it, and no keyboard types it."""


def wizard(
    request: CitizenRequest, template: str, draft: Draft, page: Page, *, reasons: tuple[Reason, ...] = (), **more: Any
) -> HttpResponse:
    """A page of the wizard with its steps and the way back; 422 when something has to be put right."""
    context = {
        "draft": draft,
        "case": draft.case,
        "record": draft.record,
        "page": page,
        "marks": draft.marks(page.section),
        "back": draft.before(page),
        "reasons": reasons,
        "wrong": by_field(reasons),
        "came_from": "review" if "review" in (request.POST.get("from"), request.GET.get("from")) else "",
        **more,
    }
    return render(request, f"cases/portal/{template}.html", context, status=422 if reasons else 200)


def going_on(request: CitizenRequest, draft: Draft, page: Page) -> HttpResponse:
    """To the next page; back to the review for somebody who came from there and has nothing new to answer."""
    fresh = open_draft(queries.wizard_case(request.actor, draft.case.pk))
    if request.POST.get("from") == "review" and all(each.done for each in fresh.pages[:-1]):
        return redirect(fresh.pages[-1].url)
    return redirect(fresh.after(page))


@both
@draft_page
def question(request: CitizenRequest, draft: Draft, code: str) -> HttpResponse:
    """One scenario question. Other answers are kept, also those a changed answer hides: it may be changed back."""
    page = draft.find("questions", code)
    if page is None:
        return redirect(draft.resume)
    asked = draft.record.question(code)
    if request.method == "POST":
        answer = request.POST.get("answer", "")
        answers = {**draft.case.answers, code: answer == "true" if asked.kind == "boolean" else answer}
        valid = answer in ("true", "false") if asked.kind == "boolean" else code in valid_answers(draft.record, answers)
        if valid:
            case = draft.case
            save_answers(actor=request.actor, case_id=case.pk, answers=answers, rev=case.rev, now=timezone.now())
            return going_on(request, draft, page)
        reason = Reason("question_unanswered", N_("Choose one of the answers."), field="answer")
        return wizard(request, "question", draft, page, reasons=(reason,), question=asked)
    current = valid_answers(draft.record, draft.case.answers).get(code)
    words = {True: "true", False: "false"}.get(current, current) if isinstance(current, bool) else current
    return wizard(request, "question", draft, page, question=asked, current=words)


@both
@draft_page
def form(request: CitizenRequest, draft: Draft, number: int) -> HttpResponse:
    """One group of the form. What was typed is saved even when something in it is wrong."""
    group = next((each for each in draft.groups if each.number == number), None)
    if group is None:
        return redirect(draft.resume)
    page = draft.find("form", group.name)
    assert page is not None  # every group has a page
    if request.method != "POST":
        return _form_page(request, draft, page, group)
    if request.POST.get("act") == "agree":
        wrong_choice = use_all_found(request, draft.case)
        return _form_page(request, draft, page, group, tuple(wrong_choice)) if wrong_choice else redirect(page.url)
    try:
        save_form(
            actor=request.actor,
            case_id=draft.case.pk,
            form=merged(request, draft, group),
            rev=draft.case.rev,
            now=timezone.now(),
        )
    except Refused as refused:
        return _form_page(request, draft, page, group, refused.reasons)
    saved = open_draft(queries.wizard_case(request.actor, draft.case.pk))
    shown = next((each for each in saved.groups if each.name == group.name), None)
    names = {field.name for field in shown.fields} if shown else set()
    wrong = [each for each in forms.validate(saved.record, saved.selection, saved.case.form) if each.field in names]
    if wrong and shown:
        return _form_page(request, saved, page, shown, tuple(wrong))
    return going_on(request, draft, page)


def merged(request: CitizenRequest, draft: Draft, group: Group) -> dict[str, Any]:
    """The draft's form with the fields of ``group`` as posted; what the registers say stays."""
    locked = draft.locked(group)
    open_fields = [field for field in group.fields if field.name not in locked]
    values = posted_values(request, draft, [field.name for field in open_fields])
    kept = {name: value for name, value in draft.case.form.items() if name not in {f.name for f in open_fields}}
    return {**kept, **{name: draft.known[name] for name in locked}, **values}


def posted_values(request: CitizenRequest, draft: Draft, names: list[str]) -> dict[str, Any]:
    """Posted texts of these fields as values of the form."""
    schema = draft.record.form_schema.get("properties", {})
    posted = {
        name: [text.replace(NUL, "") for text in request.POST.getlist(name)]
        if schema[name].get("type") == "array"
        else request.POST.get(name, "").replace(NUL, "")
        for name in names
    }
    return forms.typed(draft.record, posted)


def _form_page(
    request: CitizenRequest, draft: Draft, page: Page, group: Group, reasons: tuple[Reason, ...] = ()
) -> HttpResponse:
    locked = draft.locked(group)
    rows = [
        {
            "field": field,
            "value": draft.case.form.get(field.name, ""),
            "locked": field.name in locked,
            "prefilled": bool(draft.known.get(field.name))
            and draft.case.form.get(field.name) == draft.known[field.name],
            "source": draft.filled.get(field.name, ("", None))[0],
            "edited": field.name in draft.filled and draft.case.form.get(field.name) != draft.filled[field.name][1],
        }
        for field in group.fields
    ]
    found = fillers(request, draft, group)
    more: dict[str, Any] = {"group": group, "rows": rows, "any_locked": bool(locked), "found": found}
    more["sensitive"] = sorted({label for each in found for label in each.sensitive})
    return wizard(request, "form", draft, page, reasons=reasons, **more)


def fillers(request: CitizenRequest, draft: Draft, group: Group) -> list[Offer]:
    """Licences of the applicant that would fill fields of this page which are still empty. No query when none can."""
    empty = {field.name for field in group.fields if not draft.case.form.get(field.name)}
    materials = [each for each in draft.asked if each.code in draft.names and empty & set(each.fills)]
    if not materials:
        return []
    found = findings(draft.case, request.actor, timezone.now(), only=[each.code for each in materials])
    licences = {code: [each for each in rows if each.kind == LICENCE] for code, rows in found.items()}
    return proposals(licences, draft.names)


@both
@draft_page
def delivery(request: CitizenRequest, draft: Draft) -> HttpResponse:
    """How the result shall reach the applicant."""
    page = draft.find("delivery", "")
    not_found_unless(page)
    assert page is not None
    wish = draft.case.delivery_wish or {}
    typed = {name: wish.get(name, "") for name in ("method", "receiver", "address")}
    reasons: tuple[Reason, ...] = ()
    if request.method == "POST":
        typed = {name: request.POST.get(name, "").replace(NUL, "").strip() for name in typed}
        try:
            choose_delivery(actor=request.actor, case_id=draft.case.pk, rev=draft.case.rev, now=timezone.now(), **typed)
            return going_on(request, draft, page)
        except Refused as refused:
            reasons = tuple(_plain(reason, typed["method"]) for reason in refused.reasons)
    else:
        typed = {**_known_receiver(draft), **{name: value for name, value in typed.items() if value}}
    ways = [(code, WAYS[code]) for code in draft.record.deliveries]
    return wizard(request, "delivery", draft, page, reasons=reasons, typed=typed, ways=ways)


def _plain(reason: Reason, method: str) -> Reason:
    """The applicant's words for a refusal of ``choose_delivery``."""
    if reason.field == "method" and not method:
        return Reason(reason.code, N_("Choose how you want to have the result."), field="method")
    if reason.field == "address" and reason.code == "empty":
        return Reason(reason.code, N_("Write the full address the result is posted to."), field="address")
    return reason


def _known_receiver(draft: Draft) -> dict[str, str]:
    person = people.person(draft.case.applicant_person_id) if draft.case.applicant_person_id else None
    firm = people.enterprise(draft.case.applicant_enterprise_id) if draft.case.applicant_enterprise_id else None
    known = person or firm
    return {"method": "", "receiver": draft.case.applicant_name, "address": known.address if known else ""}


__all__ = ["delivery", "form", "going_on", "merged", "posted_values", "question", "wizard"]
