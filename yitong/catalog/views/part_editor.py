"""A list of the record edited as rows: steps, questions, form fields, fees, towns. Works without JavaScript."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from yitong.catalog.models import ItemVersion
from yitong.catalog.rules import publishing, shape
from yitong.catalog.views import rows as row_forms
from yitong.catalog.views.access import author
from yitong.catalog.views.editor import draft_of, saved, shown_rev
from yitong.catalog.views.part_data import Data
from yitong.catalog.views.parts import BLOCKING, PARTS, Part
from yitong.catalog.views.rows import RowForm, RowForms
from yitong.kernel.reasons import Reason

Mistake = tuple[str, str, str]
"""Where it stands in words, what is wrong, and the id of the input."""


@author
@require_http_methods(["GET", "HEAD", "POST"])
def edit_part(request: HttpRequest, version_id: int, part: str) -> HttpResponse:
    """Show the rows; or do what a button asks with what was typed: add, remove, move, save."""
    version = draft_of(request, version_id)
    chosen = PARTS.get(part)
    if chosen is None:
        raise Http404
    stored = chosen.read(version.record)
    if row_forms.too_many(stored):
        messages.info(request, _("This list is too long for a page of rows; it is edited as text."))
        return HttpResponseRedirect(f"{reverse('catalog:edit_yaml', args=[version.pk])}?part={chosen.slug}")
    kinds = chosen.kinds(version)
    if request.method != "POST":
        return _page(request, version, chosen, row_forms.shown(stored, kinds))
    typed = row_forms.posted(request.POST, kinds)
    if act := request.POST.get("do", ""):
        return _page(request, version, chosen, row_forms.shown(row_forms.acted(typed, act), kinds))
    rows = row_forms.judged(typed, kinds)
    response, reasons = _save(request, version, chosen, rows)
    return response or _page(request, version, chosen, rows, reasons, status=422)


def _save(
    request: HttpRequest, version: ItemVersion, part: Part, rows: list[RowForms]
) -> tuple[HttpResponse | None, tuple[Reason, ...]]:
    valid = [row.is_valid() for row in rows]
    if not all(valid) or _repeated(part, rows):
        return None, ()
    values = [row.values() for row in rows]
    data = part.write(version.record, values)
    reasons = _against(part, data)
    if not reasons:
        response, reasons = saved(request, version, data)
        if response:
            return response, ()
    return None, _placed(part, rows, values, reasons)


def _against(part: Part, data: Data) -> tuple[Reason, ...]:
    """What keeps the part from being saved: its shape, conditions nobody can read, names that mean two things."""
    try:
        record = shape.parse(data)
    except shape.WrongShape as error:
        return error.reasons
    own = (reason for reason in publishing.reasons(record) if reason.code in BLOCKING)
    return tuple(reason for reason in own if reason.field.partition("[")[0] in part.keys)


def _repeated(part: Part, rows: Sequence[RowForms]) -> bool:
    """Marks the second of two rows with one name; a form keeps its fields by their names."""
    name, seen, found = part.head[-1], set(), False
    for row in rows:
        value = row.form.cleaned_data.get(name)
        if value in seen:
            text = _('"%(value)s" occurs twice in this list; give each its own.') % {"value": value}
            row.form.add_error(name, text)
            found = True
        seen.add(value)
    return found


def _placed(
    part: Part, rows: Sequence[RowForms], values: Sequence[Data], reasons: Sequence[Reason]
) -> tuple[Reason, ...]:
    """Puts each reason beside its input; gives back those about the whole."""
    rest = []
    for reason in reasons:
        place = part.place(reason, values)
        if place is None or place.row >= len(rows):
            rest.append(reason)
            continue
        row = rows[place.row]
        inside = place.choice is not None and place.choice < len(row.choices)
        form: RowForm = row.choices[place.choice] if inside and place.choice is not None else row.form
        text = _(reason.message) % reason.params if reason.params else _(reason.message)
        form.add_error(place.field if place.field in form.fields else None, text)
    return tuple(rest)


def _mistakes(part: Part, rows: Sequence[RowForms]) -> list[Mistake]:
    """Every mistake beside an input, for the list on top of the page."""
    found: list[Mistake] = []
    for number, row in enumerate(rows, start=1):
        where = f"{_(part.row)} {number} {_head(part, row.form)}".strip()
        found += _of_form(where, row.form)
        for place, choice in enumerate(row.choices, start=1):
            found += _of_form(f"{where} · {_('Answer')} {place}", choice)
    return found


def _of_form(where: str, form: RowForm) -> list[Mistake]:
    if not form.is_bound:
        return []
    found = []
    for name, errors in form.errors.items():
        field = form[name] if name in form.fields else None
        words = f"{where} · {field.label}" if field else where
        found += [(words, str(error), field.id_for_label if field else form.prefix or "") for error in errors]
    return found


def _head(part: Part, form: RowForm) -> str:
    """What names a row: the first of its telling inputs that holds something."""
    for name in part.head:
        value = form[name].value()
        if value:
            field: Any = form.fields[name]
            return str(dict(getattr(field, "choices", ())).get(value, value))
    return ""


def _page(
    request: HttpRequest,
    version: ItemVersion,
    part: Part,
    rows: Sequence[RowForms],
    reasons: tuple[Reason, ...] = (),
    status: int = 200,
) -> HttpResponse:
    context = {
        "version": version,
        "part": part,
        "parts": PARTS.values(),
        "rows": [(row, _head(part, row.form)) for row in rows],
        "mistakes": _mistakes(part, rows),
        "reasons": reasons,
        "full": len(rows) >= row_forms.MOST_ROWS,
        "rev": shown_rev(request, version, reasons),
    }
    return render(request, "catalog/edit_part.html", context, status=status)
