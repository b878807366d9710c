"""The end of the wizard: look at everything, hand it in once, and what happens then."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from yitong.cases.commands import submit
from yitong.cases.commands.notices import case_subject
from yitong.cases.models import Case
from yitong.cases.queries import portal as queries
from yitong.cases.views.portal_access import CitizenRequest, case_page, citizen_page
from yitong.cases.views.portal_draft import Draft, answer_words, open_draft
from yitong.cases.views.portal_standing import WAYS, next_steps, sentence
from yitong.cases.views.portal_uploads import posted_id
from yitong.cases.views.portal_wizard import wizard
from yitong.catalog.rules import forms
from yitong.catalog.rules.scenarios import visible_questions
from yitong.documents import queries as documents
from yitong.documents.commands.lookups import allowed
from yitong.kernel.reasons import N_, Conflict, Reason, Refused

RECEIPT = "receipt_of_materials"


@dataclass(frozen=True, slots=True)
class Problem:
    """A reason that keeps the application back, and the page where it is put right."""

    reason: Reason
    url: str


@require_http_methods(["GET", "HEAD", "POST"])
@citizen_page
def review(request: CitizenRequest, case_id: int) -> HttpResponse:
    """Everything on one page with links to change it; the button hands it in, however often it is pressed."""
    case = queries.wizard_case(request.actor, case_id)
    if request.method == "POST":
        return _submitted(request, case)
    if case.state != "draft":
        return redirect("cases:submitted", number=case.number)
    return _review_page(request, open_draft(case))


def _submitted(request: CitizenRequest, case: Case) -> HttpResponse:
    token = request.POST.get("token", "")[:64]
    if case.state != "draft":
        # The first of two clicks won; both end on the same page.
        return redirect("cases:submitted", number=case.number)
    now = timezone.now()
    if request.POST.get("declared") != "yes":
        message = N_("Tick that what you hand in is true and complete.")
        return _review_page(request, open_draft(case), (Reason("not_declared", message, field="declared"),))
    if not allowed(address=request.actor.ref, now=now, limit="case_submit"):
        message = N_(
            "You handed in very many applications within an hour. Yours is kept as a draft; try again in an hour."
        )
        return _review_page(request, open_draft(case), (Reason("too_many", message),), status=429)
    try:
        done = submit(
            actor=request.actor, case_id=case.pk, now=now, rev=posted_id(request, "rev"), client_token=token or None
        )
    except Refused as refused:
        return _review_page(request, open_draft(queries.wizard_case(request.actor, case.pk)), refused.reasons)
    except Conflict:
        return _changed(request, case)
    return redirect("cases:submitted", number=done.number)


def _changed(request: CitizenRequest, case: Case) -> HttpResponse:
    """Another window changed the draft after this page was shown: what is handed in must be what was read."""
    fresh = queries.wizard_case(request.actor, case.pk)
    if fresh.state != "draft":
        return redirect("cases:submitted", number=fresh.number)
    message = N_(
        "The application was changed in another window since you saw this page. Read it again, then hand it in."
    )
    return _review_page(request, open_draft(fresh), (Reason("changed", message),), status=409)


def _review_page(
    request: CitizenRequest, draft: Draft, reasons: tuple[Reason, ...] = (), status: int = 422
) -> HttpResponse:
    case, record = draft.case, draft.record
    page = draft.pages[-1]
    answers = [
        (each.text, answer_words(record, each.code, case.answers.get(each.code)), draft.page_of(each.code))
        for each in visible_questions(record, case.answers)
    ]
    groups = [
        (
            group,
            [
                (each.title, forms.display(record, each.name, case.form.get(each.name, "")), each)
                for each in group.fields
            ],
        )
        for group in draft.groups
    ]
    wish = case.delivery_wish or {}
    context: dict[str, Any] = {
        "answers": answers,
        "groups": groups,
        "rows": [
            (each, draft.covered(each), draft.given.get(each.code, []), draft.required(each)) for each in draft.asked
        ],
        "wish": wish,
        "wish_words": WAYS[wish["method"]] if wish else "",
        "delivery_url": draft.pages[-2].url,
        "open_pages": [each for each in draft.pages[:-1] if not each.done],
        "problems": [Problem(reason, draft.page_of(reason.field) or f"#id_{reason.field}") for reason in reasons],
        "token": case.client_token or uuid.uuid4().hex,
    }
    response = wizard(request, "review", draft, page, **context)
    if reasons:
        response.status_code = status
    return response


@require_safe
@case_page
def submitted(request: CitizenRequest, case: Case) -> HttpResponse:
    """The number, the receipt, and what happens next."""
    receipts = [row for row in documents.of_subject(case_subject(case)) if row.kind == RECEIPT]
    context = {
        "case": case,
        "sentence": sentence(case),
        "steps": next_steps(case, None, None, timezone.now()),
        "receipt": receipts[-1] if receipts else None,
    }
    return render(request, "cases/portal/submitted.html", context)
