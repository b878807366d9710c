"""Console: staff with roles, log-in and absences; posts with their A and B seats."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from yitong.parties import permissions
from yitong.parties.commands import accounts, organisation
from yitong.parties.commands import posts as post_commands
from yitong.parties.forms.console import (
    ROLE_CHOICES,
    AbsenceForm,
    AccountForm,
    NewPasswordForm,
    PostForm,
    RolesForm,
    SeatForm,
    StaffForm,
)
from yitong.parties.models import Account, Staff
from yitong.parties.queries import listing
from yitong.parties.roles import Permission
from yitong.parties.views.access import actor, manager
from yitong.parties.views.listing import number, page_of, text

BOTH = require_http_methods(["GET", "POST"])


@manager
def staff(request: HttpRequest) -> HttpResponse:
    """Staff, with search and filters by department, role and state."""
    today = timezone.localdate()
    filters: dict[str, Any] = {
        "text": text(request),
        "department_id": number(request, "department"),
        "role": text(request, "role"),
        "state": text(request, "state"),
    }
    page = page_of(request, listing.staff(actor(request), on=today, **filters))
    context = {
        "page": page,
        "q": filters["text"],
        "filters": filters,
        "departments": permissions.departments_visible_to(actor(request)),
        "roles": ROLE_CHOICES,
        "states": Staff.State.choices,
    }
    return render(request, "parties/console/staff.html", context)


@manager
@BOTH
def new_staff(request: HttpRequest) -> HttpResponse:
    """Enter somebody; roles and log-in follow on the person's page."""
    form = StaffForm(request.POST or None, actor=actor(request))
    if request.method == "POST":
        row = form.carry(organisation.save_staff, actor=actor(request), now=timezone.now())
        if row:
            return redirect("parties:staff_member", row.pk)
    context = {"form": form, "title": _("New staff member"), "back": "parties:staff"}
    return render(request, "parties/console/edit.html", context, status=_status(request))


@manager
@BOTH
def staff_member(request: HttpRequest, staff_id: int) -> HttpResponse:
    """One staff member. Each of the page's forms names itself in the field ``form``."""
    row = _staff(request, staff_id)
    forms = _forms(request, row)
    if request.method == "POST":
        chosen = forms.get(request.POST.get("form", ""))
        if chosen and chosen[0].carry(chosen[1], actor=actor(request), staff_id=row.pk, now=timezone.now()):
            messages.success(request, _("Saved."))
            return redirect("parties:staff_member", row.pk)
    today = timezone.localdate()
    context = {
        "member": row,
        "account": Account.objects.filter(staff=row).first(),
        "holdings": row.holdings.select_related("post__department").order_by("-valid_from"),
        "absences": row.absences.filter(until_on__gt=today),
        "today": today,
        **{f"{name}_form": form for name, (form, _command) in forms.items()},
    }
    return render(request, "parties/console/staff_member.html", context, status=_status(request))


def _forms(request: HttpRequest, row: Staff) -> dict[str, tuple[Any, Any]]:
    """name → (form, command). Only the one that was sent is bound; prefixes keep their ids apart."""
    names = ("number", "name", "phone", "email")
    details = {name: getattr(row, name) for name in names} | {
        "department": row.department_id,
        "region": row.region_id,
        "counter": row.counter_id,
    }
    kinds: dict[str, tuple[Any, Any, dict[str, Any]]] = {
        "details": (StaffForm, organisation.save_staff, details),
        "roles": (RolesForm, organisation.set_roles, {"roles": [direct.role for direct in row.direct_roles.all()]}),
        "account": (AccountForm, accounts.open_staff_account, {}),
        "password": (NewPasswordForm, accounts.set_password, {}),
        "absence": (AbsenceForm, post_commands.tell_absence, {"from_on": timezone.localdate()}),
    }
    made = {}
    for name, (form, command, initial) in kinds.items():
        data = request.POST if request.method == "POST" and request.POST.get("form") == name else None
        made[name] = (form(data, actor=actor(request), initial=initial, prefix=name), command)
    made["details"][0].fields["number"].disabled = True
    return made


@manager
@require_POST
def staff_state(request: HttpRequest, staff_id: int) -> HttpResponse:
    """Somebody leaves or comes back."""
    act = organisation.let_staff_go if request.POST.get("to") == Staff.State.LEFT else organisation.take_staff_back
    act(actor=actor(request), staff_id=_staff(request, staff_id).pk, now=timezone.now())
    messages.success(request, _("Saved."))
    return redirect("parties:staff_member", staff_id)


@manager
@require_POST
def end_absence(request: HttpRequest, staff_id: int, absence_id: int) -> HttpResponse:
    """Somebody is back."""
    post_commands.end_absence(actor=actor(request), absence_id=absence_id, now=timezone.now())
    messages.success(request, _("Saved."))
    return redirect("parties:staff_member", staff_id)


@manager
@BOTH
def posts(request: HttpRequest) -> HttpResponse:
    """Posts with who sits there, and a form for another post."""
    form = PostForm(request.POST or None, actor=actor(request))
    if request.method == "POST":
        row = form.carry(post_commands.add_post, actor=actor(request), now=timezone.now())
        if row:
            messages.success(request, _("The post is added. Now put somebody on its A and B seats."))
            return redirect("parties:post", row.pk)
    department_id, bare = number(request, "department"), request.GET.get("without_backup") == "1"
    rows = listing.posts(actor(request), department_id=department_id, without_backup=bare, on=timezone.localdate())
    context = {
        "form": form,
        "page": page_of(request, rows),
        "departments": permissions.departments_visible_to(actor(request)),
        "department_id": department_id,
        "without_backup": bare,
    }
    return render(request, "parties/console/posts.html", context, status=_status(request))


@manager
@BOTH
def post(request: HttpRequest, post_id: int) -> HttpResponse:
    """One post: who sits there, who sat there, and a form to seat somebody."""
    today = timezone.localdate()
    row = permissions.found(listing.posts(actor(request), on=today).filter(pk=post_id).first(), Permission.PARTY_MANAGE)
    form = SeatForm(request.POST or None, actor=actor(request), initial={"valid_from": today})
    if request.method == "POST":
        if form.carry(post_commands.seat_staff, actor=actor(request), post_id=row.pk, now=timezone.now()):
            messages.success(request, _("Saved."))
            return redirect("parties:post", row.pk)
    holdings = row.holdings.select_related("staff").order_by("-valid_from", "seat")
    context = {"post": row, "form": form, "holdings": holdings, "today": today}
    return render(request, "parties/console/post.html", context, status=_status(request))


@manager
@require_POST
def end_holding(request: HttpRequest, post_id: int, holding_id: int) -> HttpResponse:
    """Somebody leaves a seat today."""
    post_commands.end_holding(actor=actor(request), holding_id=holding_id, now=timezone.now())
    messages.success(request, _("Saved."))
    return redirect("parties:post", post_id)


def _staff(request: HttpRequest, staff_id: int) -> Staff:
    rows = permissions.staff_visible_to(actor(request))
    return permissions.found(rows.filter(pk=staff_id).first(), Permission.PARTY_MANAGE)


def _status(request: HttpRequest) -> int:
    return 422 if request.method == "POST" else 200
