"""The console: connectors, one of them, its switches."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from yitong.exchange import commands, standin
from yitong.exchange.providers import PROVIDERS
from yitong.exchange.queries import connectors as queries
from yitong.exchange.rules.answers import OUTCOME_WORDS, LookUp
from yitong.exchange.views import words
from yitong.exchange.views.forms import AdjustForm, ReasonForm, SpanForm, StandinForm, TestForm
from yitong.kernel.reasons import Reason, Refused
from yitong.parties.doors import actor_of, staff_with
from yitong.parties.roles import Permission

watches = staff_with(Permission.CONNECTOR_VIEW)
manages = staff_with(Permission.CONNECTOR_MANAGE)


@watches
@require_safe
def connectors(request: HttpRequest) -> HttpResponse:
    """Every connector with state, latency, failures and kept answers over a span."""
    now, form = timezone.now(), SpanForm({"hours": "24", **request.GET.dict()})
    hours = form.chosen()
    lines = queries.lines(actor_of(request), now - timedelta(hours=hours), now)
    context = {
        "form": form,
        "hours": hours,
        "rows": [(line, words.state_of(line.connector), _failure(line.last_failure)) for line in lines],
        "standins": any(line.connector.is_standin for line in lines),
    }
    return render(request, "exchange/connectors.html", context)


@watches
@require_safe
def connector(request: HttpRequest, connector: str) -> HttpResponse:
    """One connector: figures, settings, history, fields, odd answers."""
    return _page(request, connector)


@manages
@require_POST
def test(request: HttpRequest, connector: str) -> HttpResponse:
    """Ask about the agreed test number; the answer's values are not shown."""
    form = TestForm(request.POST)
    if not form.is_valid():
        return _page(request, connector, status=422, test_form=form)
    try:
        found = commands.test_call(
            actor=actor_of(request),
            connector_code=connector,
            id_number=form.cleaned_data["id_number"],
            now=timezone.now(),
        )
    except Refused as refused:
        return _page(request, connector, reasons=refused.reasons, status=422, test_form=form)
    return _page(request, connector, tested=found)


@manages
@require_POST
def state(request: HttpRequest, connector: str) -> HttpResponse:
    """Switch on or off, with the reason."""
    form = ReasonForm(request.POST)
    if not form.is_valid():
        return _page(request, connector, status=422, reason_form=form)
    command = commands.enable if request.POST.get("to") == "on" else commands.disable
    return _done(
        request,
        connector,
        lambda: command(
            actor=actor_of(request), code=connector, reason=form.cleaned_data["reason"], now=timezone.now()
        ),
        _("The connector is switched on.") if command is commands.enable else _("The connector is switched off."),
        reason_form=form,
    )


@manages
@require_POST
def adjust(request: HttpRequest, connector: str) -> HttpResponse:
    """Time limit, further attempts, how long answers are kept."""
    form = AdjustForm(request.POST)
    if not form.is_valid():
        return _page(request, connector, status=422, adjust_form=form)
    return _done(
        request,
        connector,
        lambda: commands.adjust(actor=actor_of(request), code=connector, now=timezone.now(), **form.cleaned_data),
        _("The settings are in force."),
        adjust_form=form,
    )


@manages
@require_POST
def stand_in(request: HttpRequest, connector: str) -> HttpResponse:
    """Let the local stand-in behave so. Demonstration only: a real register has no such switch."""
    line = _line(request, connector, 24)
    form = StandinForm(request.POST)
    if not settings.YITONG_DEMO or not line.connector.is_standin:
        raise Http404
    if not form.is_valid():
        return _page(request, connector, status=422, standin_form=form)
    register = standin.register_of(line.connector.url)
    return _done(
        request,
        connector,
        lambda: standin.switch(register, form.cleaned_data["mode"]),
        _("The local stand-in behaves so from now on; try it with a test call."),
    )


def _done(request: HttpRequest, code: str, act: Callable[[], object], told: str, **typed: Any) -> HttpResponse:
    """``typed``: the form, shown again as it was when the act is refused."""
    try:
        act()
    except Refused as refused:
        return _page(request, code, reasons=refused.reasons, status=422, **typed)
    messages.success(request, told)
    return HttpResponseRedirect(reverse("exchange:connector", args=[code]))


def _line(request: HttpRequest, code: str, hours: int) -> queries.Line:
    now = timezone.now()
    found = queries.line(actor_of(request), code, now - timedelta(hours=hours), now)
    if found is None:
        raise Http404
    return found


def _page(
    request: HttpRequest,
    code: str,
    *,
    reasons: tuple[Reason, ...] = (),
    status: int = 200,
    tested: LookUp | None = None,
    **forms: Any,
) -> HttpResponse:
    span = SpanForm({"hours": "24", **request.GET.dict()})
    line = _line(request, code, span.chosen())
    row, manage = line.connector, actor_of(request).may(Permission.CONNECTOR_MANAGE)
    odd = [
        (
            each,
            json.dumps(each.shape, ensure_ascii=False, indent=1),
            [(p["path"], words.PROBLEM_WORDS[p["why"]]) for p in each.problems],
        )
        for each in queries.odd_answers(row)
    ]
    settable = {name: getattr(row, name) for name in ("timeout_ms", "retries", "cache_seconds")}
    context: dict[str, Any] = {
        "line": line,
        "connector": row,
        "kept": words.lasting(row.cache_seconds),
        "state": words.state_of(row),
        "failure": _failure(line.last_failure),
        "provider": PROVIDERS[row.provider].label if row.provider in PROVIDERS else row.provider,
        "changes": [(each, words.settings_changed(each.changes)) for each in queries.changes(row)],
        "odd": odd,
        "odd_words": words.ODD_WORDS,
        "form": span,
        "reasons": reasons,
        "may_manage": manage,
        "adjust_form": AdjustForm(initial=settable),
        "reason_form": ReasonForm(),
        "test_form": TestForm(initial={"id_number": row.test_number}),
        "tested": tested,
        "tested_word": _(OUTCOME_WORDS[tested.outcome]) if tested else "",
    }
    if manage and row.is_standin and settings.YITONG_DEMO:
        found = standin.switches()
        context["standin"] = found
        context["standin_form"] = StandinForm(initial={"mode": found.modes.get(standin.register_of(row.url), "ok")})
    return render(request, "exchange/connector.html", context | forms, status=status)


def _failure(call: Any) -> dict[str, Any] | None:
    return {"at": call.at, **words.result_of(call)} if call is not None else None
