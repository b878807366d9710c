"""Console: licence types as data: list, search, edit, history."""

from __future__ import annotations

from typing import Any, cast

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_safe

from yitong.kernel.reasons import Conflict, Refused
from yitong.licences import commands
from yitong.licences.labels import COLUMNS
from yitong.licences.models import LicenceType
from yitong.licences.permissions import types_visible_to
from yitong.licences.views.type_forms import BaseFieldRows, FieldRows, TypeForm, first_rows
from yitong.parties.doors import DESK, actor_of, log_in
from yitong.parties.roles import Permission

PER_PAGE = 50


@require_safe
def types(request: HttpRequest) -> HttpResponse:
    actor = actor_of(request)
    if not actor.is_staff:
        return log_in(request, DESK)
    text = request.GET.get("q", "").replace("\0", "").strip()[:60]
    rows = types_visible_to(actor)
    if text:
        rows = rows.filter(Q(name__icontains=text) | Q(code__startswith=text.upper()) | Q(issuer__icontains=text))
    page: Any = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    page.total = page.paginator.count
    context = {"page": page, "types": page.object_list, "q": text, "may_edit": actor.may(Permission.LICENCE_TYPE_EDIT)}
    return render(request, "licences/types.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, type_id: int) -> HttpResponse:
    """One type: what it is, its fields, its history. Whoever may not change it reads it."""
    actor = actor_of(request)
    if not actor.is_staff:
        return log_in(request, DESK)
    kind = types_visible_to(actor).filter(pk=type_id).first()
    if kind is None:
        raise Http404
    may_edit = actor.may(Permission.LICENCE_TYPE_EDIT)
    if request.method == "POST" and may_edit:
        return _saved(request, kind)
    return _page(request, kind, TypeForm(initial=TypeForm.of(kind)), FieldRows(initial=first_rows(kind)), may_edit)


def _saved(request: HttpRequest, kind: LicenceType) -> HttpResponse:
    form, rows = TypeForm(request.POST), cast(BaseFieldRows, FieldRows(request.POST))
    if not (form.is_valid() and rows.is_valid()):
        return _page(request, kind, form, rows, True, status=422)
    try:
        commands.edit_type(
            actor=actor_of(request),
            type_id=kind.pk,
            rev=form.cleaned_data["rev"],
            values=form.values(rows.fields()),
            reason=form.cleaned_data["reason"],
            now=timezone.now(),
        )
    except Refused as refused:
        return _page(request, kind, form, rows, True, reasons=refused.reasons, status=422)
    except Conflict as conflict:
        return _page(request, kind, form, rows, True, reasons=(conflict.reason,), status=409)
    messages.success(request, gettext("The type is saved. Licences from now on follow it."))
    return redirect("licences:type", kind.pk)


def _page(
    request: HttpRequest,
    kind: LicenceType,
    form: TypeForm,
    rows: forms.BaseFormSet[Any],
    may_edit: bool,
    *,
    reasons: Any = (),
    status: int = 200,
) -> HttpResponse:
    context = {
        "type": kind,
        "form": form,
        "rows": rows,
        "may_edit": may_edit,
        "reasons": reasons,
        "changes": [_change(each) for each in kind.changes.all()[:50]],
    }
    return render(request, "licences/type.html", context, status=status)


def _change(change: Any) -> dict[str, Any]:
    return {"row": change, "columns": [COLUMNS.get(name, name) for name in change.changed]}
