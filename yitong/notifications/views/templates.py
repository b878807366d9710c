"""The console: what messages say."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from yitong.kernel.reasons import Conflict, Reason, Refused
from yitong.notifications import commands
from yitong.notifications.queries import templates as queries
from yitong.notifications.rules.texts import Texts
from yitong.notifications.rules.wording import problems
from yitong.notifications.views.forms import CHANNEL_LABELS, WordingForm
from yitong.parties.actors import Actor


def _actor(request: HttpRequest) -> Actor:
    actor: Actor = request.actor  # type: ignore[attr-defined]
    return actor


@require_safe
def template_list(request: HttpRequest) -> HttpResponse:
    rows = queries.overview(_actor(request))
    return render(request, "notifications/templates.html", {"rows": rows})


@require_http_methods(["GET", "HEAD", "POST"])
def template_edit(request: HttpRequest, code: str) -> HttpResponse:
    """Edit the wording; ``preview`` shows what was typed with sample values without saving it."""
    found = _found(request, code)
    form = WordingForm(request.POST or None, initial=_typed(found))
    reasons: Sequence[Reason] = ()
    shown = None if request.method == "POST" else found.texts
    if request.method == "POST" and form.is_valid():
        typed = form.texts(found.texts)
        reasons = problems(typed, commands.seeded(code).placeholders)
        if not reasons and "preview" not in request.POST:
            try:
                return _saved(request, code, form.cleaned_data)
            except Refused as refusal:
                reasons = refusal.reasons
            except Conflict as conflict:
                reasons = (conflict.reason,)
                # The next try is made knowing what stands below.
                form.data = {**request.POST.dict(), "based_on": str(found.number)}
        shown = typed if not any(reason.field for reason in reasons) else None
    context = {
        "found": found,
        "form": form,
        "reasons": reasons,
        "placeholders": queries.placeholders(code),
        "previews": _previews(shown),
        "typed": request.method == "POST",
    }
    return render(request, "notifications/template.html", context, status=422 if reasons or form.errors else 200)


@require_POST
def template_restore(request: HttpRequest, code: str, version: int) -> HttpResponse:
    """An earlier wording, or with 0 the built-in one, as a new version."""
    try:
        row = commands.restore_template(code=code, number=version, actor=_actor(request), now=timezone.now())
        messages.success(request, _("Version %(number)s is in force.") % {"number": row.number})
    except commands.NoSuchTemplate:
        raise Http404 from None
    except Refused as refusal:
        told = [_(reason.message) % reason.params if reason.params else _(reason.message) for reason in refusal.reasons]
        messages.error(request, " ".join(told))
    return redirect("notifications:template", code=code)


def _saved(request: HttpRequest, code: str, values: dict[str, Any]) -> HttpResponse:
    row = commands.save_template(code=code, actor=_actor(request), now=timezone.now(), **values)
    messages.success(request, _("Version %(number)s is in force.") % {"number": row.number})
    return redirect("notifications:template", code=code)


def _found(request: HttpRequest, code: str) -> queries.Edited:
    try:
        return queries.edited(_actor(request), code)
    except commands.NoSuchTemplate:
        raise Http404 from None


def _typed(found: queries.Edited) -> dict[str, Any]:
    texts = found.texts
    wording = {"title": texts.title, "sms": texts.sms, "inapp": texts.inapp, "email": texts.email}
    return {**wording, "based_on": found.number}


def _previews(texts: Texts | None) -> list[dict[str, Any]]:
    if texts is None:
        return []
    return [
        {"channel": CHANNEL_LABELS[channel], "title": title, "text": text, "length": len(text)}  # type: ignore[index]
        for channel, (title, text) in queries.preview(texts).items()
    ]
