"""The department's pages: requests that wait for review, one request with its acts, the courier."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_safe

from yitong.certificates import commands, queries
from yitong.certificates.forms.desk import ArrivedForm, AskBackForm, PostForm, ReasonForm, ReviewForm, RevokeForm
from yitong.certificates.models import CertificateRequest
from yitong.certificates.permissions import can_ask, may_see_subject
from yitong.certificates.rules.states import (
    REVOCATION_LAW,
    WAITING,
    Post,
    State,
    Way,
    review_refusals,
    revocation_refusal,
)
from yitong.certificates.views import words
from yitong.certificates.views.access import PageRequest, page_number, revision, word
from yitong.kernel.reasons import Conflict, Reason, Refused
from yitong.parties.doors import staff_with
from yitong.parties.exports import csv_file
from yitong.parties.roles import Permission
from yitong.parties.rules.masking import masked_name

TABS = (
    ("todo", _("To do")),
    ("mine", _("Mine")),
    ("post", _("Courier")),
    ("ended", _("Finished")),
    ("issued", _("Issued here")),
    ("all", _("All")),
)
DONE = {
    "claim": _("The request is yours."),
    "approve": _("The certificate is issued."),
    "refuse": _("The applicant is told why it is not issued."),
    "ask_back": _("The applicant is asked to complete the request; the clock stands."),
    "post": _("The applicant is told the tracking number."),
    "arrived": _("Noted."),
}


@staff_with(Permission.CERTIFICATE_REVIEW)
@require_safe
def listing(request: PageRequest) -> HttpResponse:
    now, show, text = timezone.now(), request.GET.get("show", "todo"), word(request)
    page = queries.reviews(request.actor, show, text, now, page_number(request))
    context = {
        "rows": words.request_rows(page.rows, now),
        "page": page,
        "tabs": TABS,
        "show": show,
        "q": text,
        "counts": queries.counts(request.actor, now),
    }
    return render(request, "certificates/desk/list.html", context)


@staff_with(Permission.CERTIFICATE_REVIEW)
@require_safe
def export(request: PageRequest) -> StreamingHttpResponse:
    """The list as CSV; persons' names masked, since a file leaves the platform's care."""
    now = timezone.now()
    rows = queries.export(request.actor, request.GET.get("show", "todo"), word(request), now)
    heading = [
        gettext("Number"),
        gettext("Certificate"),
        gettext("Certificate holder"),
        gettext("State"),
        gettext("Received"),
        gettext("Due"),
        gettext("Courier"),
    ]
    name = f"certificates-{timezone.localtime(now):%Y%m%d-%H%M}.csv"
    return csv_file(name, heading, (_cells(each, now) for each in rows.iterator(chunk_size=500)))


def _cells(each: CertificateRequest, now: datetime) -> list[str]:
    row = words.request_row(each, now)
    name = masked_name(each.holder_name) if each.holder_person_id is not None else each.holder_name
    received = timezone.localtime(each.submitted_at).strftime("%Y-%m-%d %H:%M")
    return [each.number, each.name, name, row.state, received, str(each.due_on or ""), row.post]


@staff_with(Permission.CERTIFICATE_REVIEW)
@require_http_methods(["GET", "HEAD", "POST"])
def one(request: PageRequest, request_number: str) -> HttpResponse:
    """One request. POST ``act``: claim, approve, refuse, ask_back, post, arrived."""
    found = _found(request, request_number)
    act, forms = request.POST.get("act", ""), _forms(found)
    reasons: tuple[Reason, ...] = ()
    if request.method == "POST" and act in ACTS:
        form = forms[act](request.POST) if act in forms else None
        if form is None or form.is_valid():
            try:
                ACTS[act](request, found, form)
            except Refused as refused:
                reasons = _beside(form, refused.reasons)
            except Conflict as conflict:
                reasons = (conflict.reason,)
            else:
                messages.success(request, str(DONE[act]))
                return redirect("certificates:desk_one", request_number=request_number)
        forms = {**forms, **({act: lambda *_args: form} if form is not None else {})}
        found.refresh_from_db()
    context = {
        **_context(request, found),
        "forms": {name: make() for name, make in forms.items()},
        "reasons": reasons,
        "act": act,
    }
    return render(request, "certificates/desk/one.html", context, status=422 if act else 200)


@staff_with(Permission.CERTIFICATE_REVIEW)
@require_http_methods(["GET", "HEAD", "POST"])
def revoke(request: PageRequest, request_number: str) -> HttpResponse:
    """Says what revoking means and asks for the reason, then revokes."""
    found = _found(request, request_number)
    form = RevokeForm(request.POST or None)
    reasons = [refusal] if (refusal := revocation_refusal(found.state)) is not None else []
    if request.method == "POST" and form.is_valid():
        given = {"reason": form.cleaned_data["reason"], "rev": revision(request)}
        try:
            commands.revoke(actor=request.actor, request_id=found.pk, now=timezone.now(), **given)
        except Refused as refused:
            form.add_reasons(refused.reasons)
        except Conflict as conflict:
            reasons = [conflict.reason]
            found.refresh_from_db()
        else:
            messages.success(
                request, gettext("The certificate is revoked. Whoever verifies it is told so from now on.")
            )
            return redirect("certificates:desk_one", request_number=request_number)
    context = {"found": found, "form": form, "reasons": reasons, "law": REVOCATION_LAW}
    context["open"] = revocation_refusal(found.state) is None
    status = 422 if request.method == "POST" else 200
    return render(request, "certificates/desk/revoke.html", context, status=status)


def _found(request: PageRequest, number: str) -> CertificateRequest:
    found = queries.at_desk(request.actor, number)
    if found is None:
        raise Http404
    return found


def _forms(found: CertificateRequest) -> dict[str, Callable[..., Any]]:
    return {
        "approve": lambda *data: ReviewForm(found, *data),
        "refuse": lambda *data: ReasonForm(*data),
        "ask_back": lambda *data: AskBackForm(*data),
        "post": lambda *data: PostForm(
            *data, initial={"address": found.address, "carrier": found.carrier or "中国邮政EMS"}
        ),
        "arrived": lambda *data: ArrivedForm(*data),
    }


def _beside(form: Any, reasons: tuple[Reason, ...]) -> tuple[Reason, ...]:
    if form is None:
        return reasons
    form.add_reasons(reasons)
    return ()


def _run(command: Callable[..., Any], **names: str) -> Callable[..., None]:
    """The act that calls ``command`` with the form's fields, each under the command's name for it."""

    def act(request: PageRequest, found: CertificateRequest, form: Any) -> None:
        given = {name: form.cleaned_data[field] for name, field in names.items()}
        command(actor=request.actor, request_id=found.pk, rev=revision(request), now=timezone.now(), **given)

    return act


def _approve(request: PageRequest, found: CertificateRequest, form: Any) -> None:
    commands.approve(
        actor=request.actor,
        request_id=found.pk,
        values=form.values,
        statement=form.cleaned_data["statement"],
        rev=revision(request),
        now=timezone.now(),
    )


def _arrived(request: PageRequest, found: CertificateRequest, form: Any) -> None:
    data = form.cleaned_data
    commands.confirm_post(
        actor=request.actor,
        request_id=found.pk,
        delivered=data["delivered"] == "yes",
        note=data["note"],
        rev=revision(request),
        now=timezone.now(),
    )


ACTS: dict[str, Callable[..., None]] = {
    "claim": _run(commands.claim),
    "approve": _approve,
    "refuse": _run(commands.refuse, reason="reason"),
    "ask_back": _run(commands.ask_back, text="text"),
    "post": _run(commands.post, carrier="carrier", tracking="tracking", address="address"),
    "arrived": _arrived,
}


def _context(request: PageRequest, found: CertificateRequest) -> dict[str, Any]:
    actor = request.actor
    refusals = {
        act: review_refusals(
            act,
            state=found.state,
            handler_id=found.handler_id,
            staff_id=actor.staff_id,
            asked_back=found.asked_back_at is not None,
        )
        for act in ("claim", "approve", "ask_back")
    }
    return {
        "found": found,
        "row": words.request_row(found, timezone.now()),
        "events": words.timeline(found),
        "materials": found.materials.select_related("stored_file"),
        "verifications": words.question_rows(
            found.verifications.select_related("type", "department", "asking_department"), timezone.now()
        ),
        "refusals": refusals,
        "waiting": found.state in WAITING,
        "may_post": found.state == State.ISSUED and found.post in (Post.WANTED, Post.RETURNED),
        "may_confirm": found.state == State.ISSUED and found.post == Post.SENT,
        "may_ask": can_ask(actor),
        "may_revoke": found.state == State.ISSUED,
        "may_open": found.document is not None and may_see_subject(actor, f"certificate:{found.number}"),
        "reviewed": found.way == Way.REVIEWED,
    }
