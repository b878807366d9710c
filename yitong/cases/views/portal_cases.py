"""One's own cases: the list, one case, taking it back, and the front page of what is to do."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_safe

from yitong.cases import queries as reads
from yitong.cases.commands import withdraw as withdraw_case
from yitong.cases.commands.notices import case_subject
from yitong.cases.models import Case
from yitong.cases.queries import portal as queries
from yitong.cases.queries.facts import row_facts
from yitong.cases.rules.transitions import Action, refusals
from yitong.cases.views.portal_access import CitizenRequest, case_page, citizen_page
from yitong.cases.views.portal_draft import answer_words
from yitong.cases.views.portal_repair import step as repair_step
from yitong.cases.views.portal_standing import WAYS, Step, light_of, next_steps, sentence, state_words, terms
from yitong.cases.views.portal_timeline import told
from yitong.cases.views.portal_uploads import posted_id
from yitong.catalog.queries.items import version
from yitong.catalog.rules import forms
from yitong.catalog.rules.scenarios import selected, visible_questions
from yitong.documents import queries as documents
from yitong.kernel.reasons import N_, Conflict, Reason, Refused

PAGE_SIZE = 20
GROUPS = {
    "all": _("All"),
    "todo": _("To do"),
    "running": _("In progress"),
    "done": _("Finished"),
}


@require_safe
@citizen_page
def mine(request: CitizenRequest) -> HttpResponse:
    """What waits for the reader, then where to find the rest."""
    now = timezone.now()
    waiting = queries.waiting(request.actor)
    notices, promises = queries.corrections(waiting.correcting), queries.promises(waiting.owed)
    todo: list[dict[str, Any]] = [
        {"case": case, "step": next_steps(case, notices.get(case.pk), None, now)[0]} for case in waiting.correcting
    ]
    todo += [{"case": case, "step": next_steps(case, None, promises.get(case.pk), now)[0]} for case in waiting.owed]
    todo += [{"case": case, "step": next_steps(case, None, None, now)[0]} for case in waiting.lost]
    collect = [{"case": case, "step": next_steps(case, None, None, now)[0]} for case in waiting.collect]
    context = {"todo": todo, "collect": collect, "drafts": waiting.drafts, "counts": queries.counts(request.actor)}
    return render(request, "cases/portal/my.html", context)


@require_safe
@citizen_page
def cases(request: CitizenRequest) -> HttpResponse:
    """Every case of the reader; filter and words stand in the address."""
    group, text = request.GET.get("show", "all"), request.GET.get("q", "").replace("\x00", "").strip()[:100]
    group = group if group in GROUPS else "all"
    now = timezone.now()
    page: Any = Paginator(queries.my_cases(request.actor, group, text), PAGE_SIZE).get_page(request.GET.get("page"))
    page.total = page.paginator.count
    rows = list(page.object_list)
    notices = queries.corrections([case for case in rows if case.state == "correcting"])
    shown = [
        {
            "case": case,
            "light": light_of(case, now),
            "state": state_words(case),
            "sentence": sentence(case, notices[case.pk].supply_by_on if case.pk in notices else None),
            "todo": case.state == "correcting" or case.provisional_open or queries.owes_proof(case),
        }
        for case in rows
    ]
    found = queries.counts(request.actor)
    tabs = [(code, label, found[code], code == group) for code, label in GROUPS.items()]
    context = {"rows": shown, "page": page, "tabs": tabs, "group": group, "text": text}
    context["drafts"] = queries.drafts_of(request.actor).count()
    return render(request, "cases/portal/cases.html", context)


@require_safe
@case_page
def case(request: CitizenRequest, case: Case) -> HttpResponse:
    """One case: what to do first, then where it stands, its dates, documents and history."""
    now = timezone.now()
    notice = queries.correction(case) if case.correction_given else None
    promise = queries.promise(case) if case.provisional_open else None
    record = version(case.version_id).record
    context = {
        "case": case,
        "record": record,
        "light": light_of(case, now),
        "state": state_words(case),
        "sentence": sentence(case, notice.supply_by_on if notice else None),
        "steps": [
            *_repair_steps(case),
            *next_steps(case, notice if case.state == "correcting" else None, promise, now),
        ],
        "terms": terms(case, reads.ledger(case, now), now),
        "events": told(reads.timeline(request.actor, case), case),
        "documents": [(documents.title(row), row) for row in documents.of_subject(case_subject(case))],
        "can_withdraw": not refusals(Action.WITHDRAW, row_facts(case, record, request.actor, now)),
        "can_take_back": not refusals(Action.WITHDRAW_COMMITMENT, row_facts(case, record, request.actor, now)),
        "can_choose": case.state not in ("delivering", "closed"),
        **_handed_in(case),
    }
    return render(request, "cases/portal/case.html", context)


def _repair_steps(case: Case) -> list[Step]:
    """What to do about a promise broken in this case. No query while nothing can be broken."""
    broken = case.outcome == "terminated" or case.committed_by_promise
    step = repair_step(case) if broken and case.state in ("delivering", "closed") else None
    return [step] if step else []


def _handed_in(case: Case) -> dict[str, Any]:
    """What the applicant handed in: answers, form, materials, wish of delivery."""
    record = version(case.version_id).record
    selection = selected(record, case.answers, case.form)
    shown = [(field, case.form.get(field.name)) for field in forms.fields(record, selection)]
    wish = case.delivery_wish or {}
    return {
        "answers": [
            (each.text, answer_words(record, each.code, case.answers.get(each.code)))
            for each in visible_questions(record, case.answers)
        ],
        "form": [(f.title, forms.display(record, f.name, value)) for f, value in shown if value not in (None, "", [])],
        "materials": [row for rows in queries.given(case).values() for row in rows],
        "wish": wish,
        "wish_words": WAYS.get(wish.get("method", ""), ""),
    }


@require_http_methods(["GET", "HEAD", "POST"])
@case_page
def withdraw(request: CitizenRequest, case: Case) -> HttpResponse:
    """Asks first, with the reason; afterwards a new application is needed."""
    reasons: tuple[Reason, ...] = ()
    now = timezone.now()
    if request.method == "POST":
        reason = request.POST.get("reason", "").replace("\x00", "")
        if request.POST.get("sure") != "yes":
            reasons = (Reason("not_sure", N_("Tick that you want to take the application back."), field="sure"),)
        else:
            try:
                withdraw_case(
                    actor=request.actor, case_id=case.pk, reason=reason, rev=posted_id(request, "rev"), now=now
                )
                messages.success(request, gettext("The application is withdrawn. The written confirmation is below."))
                return redirect("cases:case", number=case.number)
            except Refused as refused:
                reasons = refused.reasons
            except Conflict as conflict:
                reasons = (conflict.reason,)
                case.refresh_from_db()
    refused_now = refusals(Action.WITHDRAW, row_facts(case, version(case.version_id).record, request.actor, now))
    context = {"case": case, "reasons": reasons, "refused": refused_now, "typed": request.POST}
    return render(request, "cases/portal/withdraw.html", context, status=422 if reasons else 200)
