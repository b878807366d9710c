"""Certificate types in the console."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext, ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from yitong.certificates import commands, queries, sources
from yitong.certificates.forms.console import TypeForm
from yitong.certificates.rules.states import WAY_WORDS, Way
from yitong.certificates.views.access import PageRequest
from yitong.kernel.reasons import Conflict, Refused
from yitong.parties.doors import staff_with
from yitong.parties.roles import Permission

EDIT = Permission.CERTIFICATE_TYPE_EDIT


@staff_with(EDIT)
@require_safe
def types(request: PageRequest) -> HttpResponse:
    """Every type. Filters: ``way`` and ``q``."""
    way, text = request.GET.get("way", ""), request.GET.get("q", "").strip()[:80]
    rows = [
        (each, gettext(WAY_WORDS[Way(each.way)]))
        for each in queries.types(request.actor)
        if (not way or each.way == way) and (not text or text in each.name or text in each.code)
    ]
    ways = [(key.value, gettext(name)) for key, name in WAY_WORDS.items()]
    return render(request, "certificates/console/types.html", {"rows": rows, "ways": ways, "way": way, "q": text})


@staff_with(EDIT)
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: PageRequest) -> HttpResponse:
    initial = {"limit_days": 3, "validity_days": 30, "daily_limit": 10, "position": 100, "active": True}
    return _edit(request, TypeForm(_connectors(), request.POST or None, initial=initial), None)


@staff_with(EDIT)
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: PageRequest, type_code: str) -> HttpResponse:
    kind = queries.type_of(request.actor, type_code)
    if kind is None:
        raise Http404
    form = TypeForm(_connectors(), request.POST or None, initial=TypeForm.initial_of(kind))
    return _edit(request, form, kind.pk)


def _connectors() -> list[tuple[str, str]]:
    return [(each.code, f"{each.name} · {each.source_name}") for each in sources.current().connectors()]


def _edit(request: PageRequest, form: TypeForm, type_id: int | None) -> HttpResponse:
    if request.method == "POST" and form.is_valid():
        try:
            kind = commands.save_type(actor=request.actor, type_id=type_id, values=form.values, now=timezone.now())
        except Refused as refused:
            form.add_reasons(refused.reasons)
        except Conflict as conflict:
            form.add_reasons([conflict.reason])
        else:
            messages.success(request, gettext("Saved. Certificates issued before keep their words."))
            return redirect("certificates:type", type_code=kind.code)
    context = {"form": form, "new": type_id is None}
    return render(request, "certificates/console/type.html", context, status=422 if form.errors else 200)


@staff_with(EDIT)
@require_POST
def seed(request: PageRequest) -> HttpResponse:
    """Add the built-in types that are missing."""
    count = commands.ensure_types(actor=request.actor, now=timezone.now())
    text = ngettext("%(n)s type was added.", "%(n)s types were added.", count) % {"n": count}
    messages.success(request, text)
    return redirect("certificates:types")
