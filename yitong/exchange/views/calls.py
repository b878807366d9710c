"""The log of calls: for who watches connectors, and for a person about herself."""

from __future__ import annotations

from collections.abc import Iterator

from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from yitong.exchange.models import Call
from yitong.exchange.permissions import visible_to
from yitong.exchange.queries import calls as queries
from yitong.exchange.views.forms import CallForm
from yitong.exchange.views.words import result_of
from yitong.parties.actors import ActorKind
from yitong.parties.doors import actor_of, staff_with
from yitong.parties.exports import csv_file
from yitong.parties.roles import Permission

watches = staff_with(Permission.CONNECTOR_VIEW)


def _form(request: HttpRequest) -> CallForm:
    named = list(visible_to(actor_of(request)).values_list("code", "name"))
    return CallForm(request.GET, named)


@watches
@require_safe
def calls(request: HttpRequest) -> HttpResponse:
    """Who asked which register for which case and what came of it; nobody's number, nobody's data."""
    form = _form(request)
    page = queries.calls(actor_of(request), form.filters(), form.cleaned_data["before"]) if form.is_valid() else None
    context = {
        "form": form,
        "page": page,
        "rows": [(call, result_of(call), bytes(call.holder_key).hex()[:8]) for call in page.rows] if page else [],
        "older": form.query(before=str(page.older)) if page and page.older else "",
        "export": form.query() if page else "",
    }
    return render(request, "exchange/calls.html", context, status=200 if page else 422)


@watches
@require_safe
def export(request: HttpRequest) -> HttpResponseBase:
    """The filtered log as a file."""
    form = _form(request)
    if not form.is_valid():
        return calls(request)
    heading = [
        _("Time"), _("Connector"), _("Case number"), _("Law"), _("Purpose"), _("Asked by"), _("Department"), _("Outcome"),
        _("Why"), _("Kept answer"), _("Attempts"), _("Milliseconds"),
    ]  # fmt: skip
    name = f"calls-{timezone.localtime():%Y%m%d-%H%M}.csv"
    return csv_file(name, heading, _cells(queries.exported(actor_of(request), form.filters())))


def _cells(rows: Iterator[Call]) -> Iterator[list[str]]:
    for call in rows:
        told = result_of(call)
        result = told["result"]
        yield [
            f"{timezone.localtime(call.at):%Y-%m-%d %H:%M:%S}",
            call.connector.name,
            call.case_number,
            call.law,
            call.purpose,
            call.actor_name or call.actor_ref,
            call.department.name if call.department else "",
            told["word"],
            told["why"],
            ("1" if result.cached else "0") if result else "",
            str(result.attempts) if result else "",
            str(result.latency_ms) if result else "",
        ]


@require_safe
def mine(request: HttpRequest) -> HttpResponse:
    """Which registers were asked about me, by whom, for which case."""
    actor = actor_of(request)
    if actor.kind is not ActorKind.CITIZEN:
        return HttpResponseRedirect(f"/login/?{urlencode({'next': request.get_full_path()})}")
    form = CallForm({"before": request.GET.get("before", "")}, [])
    before = form.cleaned_data["before"] if form.is_valid() else None
    page = queries.calls(actor, queries.CallFilters(), before)
    context = {
        "page": page,
        "rows": [(call, result_of(call)) for call in page.rows],
        "older": urlencode({"before": page.older}) if page.older else "",
    }
    return render(request, "exchange/mine.html", context)
