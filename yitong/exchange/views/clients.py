"""The console: outside systems, one of them, what it may ask and what it asked."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from yitong.exchange import commands
from yitong.exchange.commands.clients import NewSecret, scopes_of
from yitong.exchange.models import ClientUse
from yitong.exchange.queries import clients as queries
from yitong.exchange.rules.scopes import Scope
from yitong.exchange.views import words
from yitong.exchange.views.forms import ClientForm, LimitsForm, ReasonForm, ScopeForm, UseForm
from yitong.kernel.reasons import Reason, Refused
from yitong.parties.doors import actor_of, staff_with
from yitong.parties.exports import csv_file
from yitong.parties.roles import Permission

manages = staff_with(Permission.CLIENT_MANAGE)
LIMITS = ("per_minute", "per_day", "token_seconds")


@manages
@require_safe
def clients(request: HttpRequest) -> HttpResponse:
    """Every outside system with its use and quota."""
    return render(request, "exchange/clients.html", {"lines": queries.lines(actor_of(request), timezone.now())})


@manages
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Register a system; its secret is shown on the page that answers, and never again."""
    form = ClientForm(request.POST or None, initial={"per_minute": 60, "per_day": 5000})
    reasons: tuple[Reason, ...] = ()
    if request.method == "POST" and form.is_valid():
        values = dict(form.cleaned_data)
        department_id = values.pop("department")
        try:
            made = commands.register_client(
                actor=actor_of(request), department_id=department_id, now=timezone.now(), **values
            )
        except Refused as refused:
            reasons = refused.reasons
        else:
            return _secret(request, made)
    failed = request.method == "POST"
    return render(
        request, "exchange/client_new.html", {"form": form, "reasons": reasons}, status=422 if failed else 200
    )


@manages
@require_safe
def client(request: HttpRequest, client_pk: int) -> HttpResponse:
    """One system: access, quota, scopes, history, requests."""
    return _page(request, client_pk)


@manages
@never_cache
@require_POST
def secret(request: HttpRequest, client_pk: int) -> HttpResponse:
    """Replace the secret, and show the new one once."""
    form = ReasonForm(request.POST)
    if not form.is_valid():
        return _page(request, client_pk, status=422, secret_form=form)
    try:
        made = commands.rotate_secret(
            actor=actor_of(request), client_pk=client_pk, reason=form.cleaned_data["reason"], now=timezone.now()
        )
    except Refused as refused:
        return _page(request, client_pk, reasons=refused.reasons, status=422)
    return _secret(request, made)


@manages
@require_POST
def state(request: HttpRequest, client_pk: int) -> HttpResponse:
    """Shut out or let in again."""
    form = ReasonForm(request.POST)
    if not form.is_valid():
        return _page(request, client_pk, status=422, reason_form=form)
    command = commands.enable_client if request.POST.get("to") == "on" else commands.disable_client
    told = _("The system may ask again.") if command is commands.enable_client else _("The system is shut out.")
    reason = form.cleaned_data["reason"]
    return _done(
        request,
        client_pk,
        lambda: command(actor=actor_of(request), client_pk=client_pk, reason=reason, now=timezone.now()),
        told,
    )


@manages
@require_POST
def limits(request: HttpRequest, client_pk: int) -> HttpResponse:
    """Quota and token life."""
    form = LimitsForm(request.POST)
    if not form.is_valid():
        return _page(request, client_pk, status=422, limits_form=form)
    return _done(
        request,
        client_pk,
        lambda: commands.set_limits(
            actor=actor_of(request), client_pk=client_pk, now=timezone.now(), **form.cleaned_data
        ),
        _("The quota is in force."),
    )


@manages
@require_http_methods(["GET", "HEAD", "POST"])
def scope(request: HttpRequest, client_pk: int) -> HttpResponse:
    """What the system may ask of the licence type ``?type=``; without any way the type is taken away."""
    line = _line(request, client_pk)
    kind = next((each for each in queries.type_choices() if each.code == request.GET.get("type", "")), None)
    if kind is None:
        messages.error(request, _("Choose a licence type of the list."))
        return HttpResponseRedirect(reverse("exchange:client", args=[client_pk]))
    held = scopes_of(line.client)
    present = next((each for each in held if each.type_code == kind.code), None)
    initial = {"ways": sorted(present.ways), "fields_allowed": sorted(present.fields)} if present else {}
    fields = [(str(field["name"]), str(field["label"])) for field in kind.fields]
    form = ScopeForm(request.POST or None, initial=initial, type_fields=fields)
    reasons: tuple[Reason, ...] = ()
    if request.method == "POST" and form.is_valid():
        wanted = Scope(kind.code, frozenset(form.cleaned_data["fields_allowed"]), frozenset(form.cleaned_data["ways"]))
        others = [each for each in held if each.type_code != kind.code]
        try:
            commands.set_scopes(
                actor=actor_of(request),
                client_pk=client_pk,
                scopes=[*others, wanted] if wanted.ways else others,
                reason=form.cleaned_data["reason"],
                now=timezone.now(),
            )
        except Refused as refused:
            reasons = refused.reasons
        else:
            messages.success(request, _("The scope is in force."))
            return HttpResponseRedirect(reverse("exchange:client", args=[client_pk]))
    context = {"line": line, "kind": kind, "form": form, "reasons": reasons, "present": present}
    return render(request, "exchange/scope.html", context, status=422 if request.method == "POST" else 200)


@manages
@require_safe
def uses(request: HttpRequest, client_pk: int) -> HttpResponseBase:
    """The system's requests as a file."""
    line, form = _line(request, client_pk), UseForm(request.GET)
    outcome = form.cleaned_data["outcome"] if form.is_valid() else ""
    heading = [
        _("Time"), _("Way"), _("Licence type"), _("Fields"), _("Consent"), _("Case number"), _("Purpose"), _("Licences given"),
        _("Outcome"), _("Status"), _("Address"),
    ]  # fmt: skip
    name = f"uses-{line.client.client_id}-{timezone.localtime():%Y%m%d-%H%M}.csv"
    return csv_file(name, heading, _cells(queries.exported(actor_of(request), client_pk, outcome)))


def _cells(rows: Iterator[ClientUse]) -> Iterator[list[str]]:
    names = queries.type_names()
    for use in rows:
        yield [
            f"{timezone.localtime(use.at):%Y-%m-%d %H:%M:%S}",
            str(words.WAY_WORDS.get(use.way, use.way)),
            names.get(use.type_code, use.type_code),
            " ".join(use.fields),
            str(use.consent_id or ""),
            use.case_number,
            use.purpose,
            " ".join(use.identifiers),
            words.outcome_of(use),
            str(use.status),
            use.address or "",
        ]


def _secret(request: HttpRequest, made: NewSecret) -> HttpResponse:
    return render(request, "exchange/secret.html", {"client": made.client, "secret": made.secret})


def _done(request: HttpRequest, client_pk: int, act: Callable[[], object], told: str) -> HttpResponse:
    try:
        act()
    except Refused as refused:
        return _page(request, client_pk, reasons=refused.reasons, status=422)
    messages.success(request, told)
    return HttpResponseRedirect(reverse("exchange:client", args=[client_pk]))


def _line(request: HttpRequest, client_pk: int) -> queries.ClientLine:
    found = queries.line(actor_of(request), client_pk, timezone.now())
    if found is None:
        raise Http404
    return found


def _page(
    request: HttpRequest, client_pk: int, *, reasons: tuple[Reason, ...] = (), status: int = 200, **forms: Any
) -> HttpResponse:
    line, form = _line(request, client_pk), UseForm(request.GET)
    client, types = line.client, queries.type_choices()
    outcome, before = (form.cleaned_data["outcome"], form.cleaned_data["before"]) if form.is_valid() else ("", None)
    page = queries.uses(actor_of(request), client_pk, outcome, before)
    by_code = {kind.code: kind for kind in types}
    context: dict[str, Any] = {
        "line": line,
        "client": client,
        "reasons": reasons,
        "scopes": [_scope_row(each, by_code.get(each.type_code)) for each in scopes_of(client)],
        "types": types,
        "changes": [
            (each, words.CHANGE_WORDS.get(each.what, each.what), words.settings_changed(each.changes))
            for each in queries.changes(client)
        ],
        "uses": [
            (
                use,
                words.WAY_WORDS.get(use.way, use.way),
                words.outcome_of(use),
                getattr(by_code.get(use.type_code), "name", ""),
            )
            for use in page.rows
        ],
        "older": urlencode({"outcome": outcome, "before": page.older}) if page.older else "",
        "use_form": form,
        "outcome": outcome,
        "reason_form": ReasonForm(auto_id="id_state_%s"),
        "secret_form": ReasonForm(auto_id="id_secret_%s"),
        "limits_form": LimitsForm(initial={name: getattr(client, name) for name in LIMITS}, auto_id="id_limits_%s"),
    }
    return render(request, "exchange/client.html", context | forms, status=status)


def _scope_row(scope: Scope, kind: Any) -> dict[str, Any]:
    labels = {str(field["name"]): str(field["label"]) for field in kind.fields} if kind else {}
    return {
        "code": scope.type_code,
        "name": kind.name if kind else scope.type_code,
        "fields": [labels.get(name, name) for name in sorted(scope.fields)],
        "ways": [words.WAY_WORDS[way] for way in sorted(scope.ways)],
    }
