"""Console: overview, regions, departments, counters."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from yitong.parties import permissions
from yitong.parties.commands import organisation as commands
from yitong.parties.forms.console import CounterForm, DepartmentForm, RegionForm, RegionNameForm
from yitong.parties.models import Counter, Department, Region
from yitong.parties.queries import listing
from yitong.parties.roles import Permission
from yitong.parties.views.access import actor, manager
from yitong.parties.views.listing import page_of, text

BOTH = require_http_methods(["GET", "POST"])


@manager
def overview(request: HttpRequest) -> HttpResponse:
    """What there is, and what needs care: posts without a backup, letters that are running out."""
    who, today = actor(request), timezone.localdate()
    letters = listing.letters(who, state="in_force", on=today)
    context = {
        "counts": {
            "regions": listing.regions(who).count(),
            "departments": listing.departments(who).count(),
            "counters": listing.counters(who).count(),
            "staff": permissions.staff_visible_to(who).filter(state="active").count(),
            "posts": listing.posts(who, on=today).count(),
            "letters": letters.count(),
            "delegations": listing.delegations(who, on=today).count(),
        },
        "without_backup": listing.posts(who, without_backup=True, on=today).count(),
        "running_out": letters.filter(valid_until__lte=today + timedelta(days=30)),
    }
    return render(request, "parties/console/overview.html", context)


@manager
@BOTH
def regions(request: HttpRequest) -> HttpResponse:
    """All regions, and a form for another."""
    form = RegionForm(request.POST or None, actor=actor(request))
    if request.method == "POST" and form.carry(commands.add_region, actor=actor(request), now=timezone.now()):
        messages.success(request, _("The region is added."))
        return redirect("parties:regions")
    page = page_of(request, listing.regions(actor(request), text=text(request)))
    return _render(request, "regions", {"form": form, "page": page, "q": text(request)})


@manager
@BOTH
def region(request: HttpRequest, region_id: int) -> HttpResponse:
    """Rename a region."""
    permissions.require_region(actor(request), region_id)
    row = Region.objects.get(pk=region_id)
    form = RegionNameForm(request.POST or None, actor=actor(request), initial={"name": row.name})
    values = {"actor": actor(request), "region_id": region_id, "now": timezone.now()}
    if request.method == "POST" and form.carry(commands.rename_region, **values):
        messages.success(request, _("Saved."))
        return redirect("parties:regions")
    return _edit(request, form, title=row.name, back="parties:regions", facts={_("Code"): row.code})


@manager
def departments(request: HttpRequest) -> HttpResponse:
    """All departments."""
    page = page_of(request, listing.departments(actor(request), text=text(request)))
    return _render(request, "departments", {"page": page, "q": text(request)})


@manager
@BOTH
def department(request: HttpRequest, department_id: int | None = None) -> HttpResponse:
    """Enter or change a department."""
    rows = permissions.departments_visible_to(actor(request))
    row = _row(rows, department_id)
    names = ("code", "name", "short_name", "uscc", "region", "phone", "address")
    form = DepartmentForm(request.POST or None, actor=actor(request), initial=_initial(row, names))
    _fix(form, row, "code")
    values = {"actor": actor(request), "department_id": department_id, "now": timezone.now()}
    if request.method == "POST" and form.carry(commands.save_department, **values):
        messages.success(request, _("Saved."))
        return redirect("parties:departments")
    return _edit(request, form, title=row.name if row else _("New department"), back="parties:departments")


@manager
def counters(request: HttpRequest) -> HttpResponse:
    """All counters."""
    page = page_of(request, listing.counters(actor(request), text=text(request)))
    return _render(request, "counters", {"page": page, "q": text(request)})


@manager
@BOTH
def counter(request: HttpRequest, counter_id: int | None = None) -> HttpResponse:
    """Enter or change a counter."""
    row = _row(listing.counters(actor(request)), counter_id)
    names = ("code", "name", "region", "department", "address")
    form = CounterForm(request.POST or None, actor=actor(request), initial=_initial(row, names))
    _fix(form, row, "code")
    values = {"actor": actor(request), "counter_id": counter_id, "now": timezone.now()}
    if request.method == "POST" and form.carry(commands.save_counter, **values):
        messages.success(request, _("Saved."))
        return redirect("parties:counters")
    return _edit(request, form, title=row.name if row else _("New counter"), back="parties:counters")


def _row(rows: Any, row_id: int | None) -> Any:
    """The row to change, None for a new one; NotAllowed for one the actor doesn't look after."""
    if row_id is None:
        return None
    return permissions.found(rows.filter(pk=row_id).first(), Permission.PARTY_MANAGE)


def _initial(row: Department | Counter | None, names: tuple[str, ...]) -> dict[str, Any]:
    if row is None:
        return {}
    return {name: getattr(row, f"{name}_id", None) or getattr(row, name) for name in names}


def _fix(form: Any, row: Any, name: str) -> None:
    """What other records refer to is shown and can't be changed."""
    if row is not None:
        form.fields[name].disabled = True


def _edit(request: HttpRequest, form: Any, **context: Any) -> HttpResponse:
    return _render(request, "edit", {"form": form, **context})


def _render(request: HttpRequest, name: str, context: dict[str, Any]) -> HttpResponse:
    status = 422 if request.method == "POST" else 200
    return render(request, f"parties/console/{name}.html", context, status=status)
