"""部门核验 at the desk: what we are asked, what we asked, asking, answering."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_safe

from yitong.certificates import commands, queries
from yitong.certificates.forms.questions import AnswerForm, AskForm
from yitong.certificates.models import Verification
from yitong.certificates.permissions import answerable_by, can_ask
from yitong.certificates.views import words
from yitong.certificates.views.access import PageRequest, page_number, word
from yitong.kernel.reasons import N_, Conflict, NotAllowed, Reason, Refused
from yitong.parties.doors import staff_with
from yitong.parties.queries import people
from yitong.parties.roles import Permission

DOORS = (Permission.CERTIFICATE_ANSWER, Permission.CERTIFICATE_REVIEW, Permission.CERTIFICATE_REQUEST)
TABS = (("answer", _("To answer")), ("asked", _("Asked by us")), ("done", _("Done")), ("all", _("All")))
NOBODY = N_("Nobody is registered with this number. Compare it with the card, or register the person first.")


@staff_with(*DOORS)
@require_safe
def listing(request: PageRequest) -> HttpResponse:
    now, text = timezone.now(), word(request)
    first = "answer" if request.actor.may(Permission.CERTIFICATE_ANSWER) else "asked"
    show = request.GET.get("show", first)
    page = queries.verifications(request.actor, show, text, now, page_number(request))
    context = {
        "rows": words.question_rows(page.rows, now),
        "page": page,
        "tabs": TABS,
        "show": show,
        "q": text,
        "counts": queries.counts(request.actor, now),
        "may_ask": can_ask(request.actor),
    }
    return render(request, "certificates/desk/questions.html", context)


@staff_with(Permission.CERTIFICATE_REVIEW, Permission.CERTIFICATE_REQUEST)
@require_http_methods(["GET", "HEAD", "POST"])
def ask(request: PageRequest) -> HttpResponse:
    """The question. ``?request=``: the certificate it serves, which names the holder."""
    number = request.GET.get("request", "").replace("\0", "")
    served = queries.one(request.actor, number) if number else None
    initial = {
        "case_number": request.GET.get("case", "").replace("\0", "")[:50],
        "purpose": served.name if served else "",
        "number": _number_of(served) if served else "",
    }
    form = AskForm(queries.verified_types(), request.actor.department_ids, request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            made = _ask(request, form, served.pk if served else None)
        except Refused as refused:
            form.add_reasons(refused.reasons)
        except Conflict as conflict:
            form.add_reasons([conflict.reason])
        else:
            messages.success(request, gettext("The department is asked. You are told when it answers."))
            return redirect("certificates:question", verification_number=made.number)
    context = {"form": form, "served": served}
    return render(request, "certificates/desk/ask.html", context, status=422 if form.errors else 200)


def _number_of(served: object) -> str:
    person = getattr(served, "holder_person", None)
    return person.idcard if person is not None else getattr(served, "holder_enterprise").uscc  # noqa: B009 - one of both


def _ask(request: PageRequest, form: AskForm, request_id: int | None) -> Verification:
    data = form.cleaned_data
    person = people.person_by_idcard(data["number"])
    firm = people.enterprise_by_uscc(data["number"]) if person is None else None
    if person is None and firm is None:
        raise Refused(Reason("nobody", NOBODY, field="number"))
    try:
        return commands.ask_department(
            actor=request.actor,
            type_code=data["type"],
            department_id=int(data["department"]) if data["department"] else None,
            person_id=person.pk if person else None,
            enterprise_id=firm.pk if firm else None,
            case_number=data["case_number"].strip(),
            fact=data["fact"],
            purpose=data["purpose"],
            law=data["law"],
            request_id=request_id,
            now=timezone.now(),
        )
    except NotAllowed:
        if not data["case_number"].strip():
            raise
        message = N_("There is no such case, or it is not one of yours. Correct the number or leave it empty.")
        raise Refused(Reason("no_case", message, field="case_number")) from None


@staff_with(*DOORS)
@require_http_methods(["GET", "HEAD", "POST"])
def one(request: PageRequest, verification_number: str) -> HttpResponse:
    """One question: its answer, or the form to answer it; the asker may take it back."""
    found = queries.verification(request.actor, verification_number)
    if found is None:
        raise Http404
    may_answer = found.state == "asked" and answerable_by(request.actor).filter(pk=found.pk).exists()
    may_take_back = found.state == "asked" and not may_answer
    form = AnswerForm(request.POST if request.POST.get("act") == "answer" else None)
    reasons: tuple[Reason, ...] = ()
    if request.method == "POST":
        try:
            if request.POST.get("act") == "take_back":
                commands.take_back(actor=request.actor, verification_id=found.pk, now=timezone.now())
                messages.success(request, gettext("The question is taken back."))
                return redirect("certificates:questions")
            if form.is_valid():
                commands.answer(actor=request.actor, verification_id=found.pk, now=timezone.now(), **form.cleaned_data)
                messages.success(request, gettext("The asking department is told."))
                return redirect("certificates:question", verification_number=found.number)
        except Refused as refused:
            form.add_reasons(refused.reasons)
        except Conflict as conflict:
            reasons = (conflict.reason,)
    context = {
        "row": words.question_row(found, timezone.now()), "form": form, "reasons": reasons,
        "may_answer": may_answer, "may_take_back": may_take_back, "id_number": _number_of(found),
    }  # fmt: skip
    return render(request, "certificates/desk/question.html", context, status=422 if form.errors or reasons else 200)
