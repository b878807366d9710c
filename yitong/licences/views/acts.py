"""What is done to one licence: ended, reported lost, issued again, renewed. Each asks for the reason and confirms."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from yitong.kernel.reasons import Conflict, Reason, Refused
from yitong.licences import commands
from yitong.licences.commands.ending import GROUNDS, LONGEST_REASON
from yitong.licences.models import Licence
from yitong.licences.permissions import can_issue, can_report_lost, can_revoke
from yitong.licences.queries import shown
from yitong.licences.queries.renewal_items import item_for
from yitong.licences.views.access import member, visible
from yitong.licences.views.pages import one_page
from yitong.parties.actors import Actor
from yitong.parties.doors import actor_of

BOTH = require_http_methods(["GET", "HEAD", "POST"])


class ReasonForm(forms.Form):
    """Why."""

    reason = forms.CharField(
        label=_("Reason, shown to the holder and to whoever verifies"),
        max_length=LONGEST_REASON,
        widget=forms.Textarea(attrs={"class": "form-control", "rows": 3}),
    )


class RevokeForm(ReasonForm):
    """Why, and what happens."""

    kind = forms.ChoiceField(
        label=_("What happens"),
        choices=[
            ("revoked", _("Revoke (granted wrongly or abused)")),
            ("cancelled", _("Cancel (ended or given up)")),
            ("transferred", _("Transfer out (another place keeps the register from now on)")),
        ],
        widget=forms.Select(attrs={"class": "form-select"}),
    )


@dataclass(frozen=True, slots=True)
class Act:
    """One act with its page: who may, the words, and the command (``reason`` and the rest of the form)."""

    may: Callable[[Actor, Licence], bool]
    title: Promise
    warning: Promise
    button: Promise
    done: Promise
    command: Callable[..., Licence]
    form: type[ReasonForm] = ReasonForm
    grounds: bool = False


def _ended(*, kind: str, **values: Any) -> Licence:
    if kind == "transferred":
        return commands.transfer_out(**values)
    return commands.revoke(cancel=kind == "cancelled", **values)


ACTS: dict[str, Act] = {
    "revoke": Act(
        may=can_revoke,
        title=_("End this licence"),
        warning=_(
            "From now on the licence verifies as ended. This cannot be undone; a new one would have to be issued."
        ),
        button=_("End this licence"),
        done=_("Licence %(number)s has ended."),
        command=_ended,
        form=RevokeForm,
        grounds=True,
    ),
    "lost": Act(
        may=can_report_lost,
        title=_("Report the licence lost"),
        warning=_("From now on nobody accepts this licence, on paper or electronic, until its issuer issues it again."),
        button=_("Report lost"),
        done=_("Licence %(number)s is reported lost."),
        command=commands.report_lost,
    ),
    "reissue": Act(
        may=lambda actor, licence: can_issue(actor, licence.issuer_department_id),
        title=_("Issue the licence again"),
        warning=_("A new version with the same contents and term is issued; the lost one never comes back."),
        button=_("Issue again"),
        done=_("Licence %(number)s was issued again."),
        command=commands.reissue,
    ),
}


@never_cache
@member
@BOTH
def revoke(request: HttpRequest, licence_id: int) -> HttpResponse:
    """Desk: revoke, cancel or transfer out."""
    return _act(request, licence_id, ACTS["revoke"])


@never_cache
@member
@BOTH
def lost(request: HttpRequest, licence_id: int) -> HttpResponse:
    """The holder, or the keeper for him."""
    return _act(request, licence_id, ACTS["lost"])


@never_cache
@member
@BOTH
def reissue(request: HttpRequest, licence_id: int) -> HttpResponse:
    """Desk: the next version of a lost licence."""
    return _act(request, licence_id, ACTS["reissue"])


@member
@require_POST
def renew(request: HttpRequest, licence_id: int) -> HttpResponse:
    """The holder chooses to apply for renewal and goes on to the item that grants it."""
    actor = actor_of(request)
    licence = visible(actor, licence_id)
    item = item_for(licence)
    if item is None:
        messages.error(request, gettext("No service item renews this licence here. Ask the department that issued it."))
        return redirect("licences:one", licence_id=licence.pk)
    try:
        commands.intend(licence_id=licence.pk, actor=actor, now=timezone.now())
    except Refused as refused:
        return one_page(request, actor, licence, context={"reasons": refused.reasons})
    messages.info(request, gettext("Your next application for this item renews licence %s.") % licence.number)
    return redirect(f"/apply/{item.implementation_code}/")


def _act(request: HttpRequest, licence_id: int, act: Act) -> HttpResponse:
    actor = actor_of(request)
    licence = visible(actor, licence_id)
    if not act.may(actor, licence):
        raise Http404
    form = act.form(request.POST or None)
    reasons: tuple[Reason, ...] = ()
    if request.method == "POST" and form.is_valid():
        try:
            ended = act.command(licence_id=licence.pk, actor=actor, now=timezone.now(), **form.cleaned_data)
        except Refused as refusal:
            reasons = refusal.reasons
        except Conflict as conflict:
            reasons = (conflict.reason,)
        else:
            messages.success(request, str(act.done) % {"number": ended.number})
            return redirect("licences:one", licence_id=ended.pk)
    return _form_page(request, licence, act, form, reasons)


def _form_page(
    request: HttpRequest, licence: Licence, act: Act, form: ReasonForm, reasons: tuple[Reason, ...]
) -> HttpResponse:
    staff = actor_of(request).is_staff
    now = timezone.now()
    context = {
        "card": shown.listed(licence, now) if staff else shown.row(licence, now),
        "base": "desk/base.html" if staff else "portal/base.html",
        "act": act,
        "form": form,
        "reasons": reasons,
        "grounds": GROUNDS if act.grounds else {},
    }
    return render(request, "licences/act.html", context, status=422 if reasons or form.errors else 200)
