"""Writing a draft: the structured form, the YAML of the whole record, new items. All of it works without JavaScript."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from yitong.catalog.commands import drafts as commands
from yitong.catalog.exchange import yaml_files
from yitong.catalog.known_sources import source_reasons
from yitong.catalog.models import ItemVersion
from yitong.catalog.permissions import can_edit
from yitong.catalog.queries import drafts
from yitong.catalog.records import ItemRecord
from yitong.catalog.rules import publishing, shape
from yitong.catalog.views.access import author
from yitong.catalog.views.parts import PARTS, Part
from yitong.catalog.views.record_form import MaterialFormSet, RecordForm, materials_into
from yitong.kernel.reasons import Conflict, Reason, Refused
from yitong.parties.doors import actor_of
from yitong.parties.queries import organisation

MOST_YAML = 500_000  # characters


class NewItemForm(forms.Form):
    """What an item is known by."""

    department = forms.ChoiceField(
        label=gettext_lazy("Department"), widget=forms.Select(attrs={"class": "form-select"})
    )
    basic_code = forms.RegexField(
        r"^\d{12}$",
        label=gettext_lazy("Basic code"),
        help_text=gettext_lazy("12 digits of the item catalogue: prefix, type, department, main item, sub-item."),
        error_messages={"invalid": gettext_lazy("A basic code has 12 digits.")},
        widget=forms.TextInput(attrs={"class": "form-control", "inputmode": "numeric"}),
    )
    name = forms.CharField(
        label=gettext_lazy("Item name"),
        min_length=2,
        max_length=200,
        widget=forms.TextInput(attrs={"class": "form-control"}),
    )
    level = forms.ChoiceField(
        label=gettext_lazy("Level"),
        choices=[(str(n), str(n)) for n in range(1, 8)],
        initial="3",
        help_text=gettext_lazy("3 city, 4 county, 5 town, 6 village"),
        widget=forms.Select(attrs={"class": "form-select"}),
    )


@author
@require_http_methods(["GET", "HEAD", "POST"])
def new_item(request: HttpRequest) -> HttpResponse:
    """Begin an item nobody has yet."""
    actor = actor_of(request)
    departments = organisation.departments().filter(region_id__in=actor.region_ids)
    form = NewItemForm(request.POST or None)
    form.fields["department"].choices = [(row.pk, row.name) for row in departments]  # type: ignore[attr-defined]
    reasons: tuple[Reason, ...] = ()
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        try:
            version = commands.create_item(
                actor=actor,
                basic_code=values["basic_code"],
                department_id=int(values["department"]),
                record=_blank(values["name"], values["basic_code"], values["level"]),
                now=timezone.now(),
            )
            return HttpResponseRedirect(reverse("catalog:edit", args=[version.pk]))
        except Refused as refusal:
            reasons = refusal.reasons
    status = 422 if request.method == "POST" else 200
    return render(request, "catalog/new_item.html", {"form": form, "reasons": reasons}, status=status)


def _blank(name: str, basic_code: str, level: str) -> ItemRecord:
    limit = {"amount": 20}
    kind = basic_code[2:4]
    return shape.parse(
        {"name": name, "kind": kind, "level": level, "statutory_limit": limit, "committed_limit": {"amount": 10}}
    )


@author
@require_POST
def new_draft(request: HttpRequest, item_id: int) -> HttpResponse:
    """Begin the next version from the one in force."""
    actor = actor_of(request)
    item = drafts.item(actor, item_id)
    if item is None or item.current_version_id is None:
        raise Http404
    current = drafts.version(actor, item.current_version_id)
    assert current is not None
    try:
        version = commands.save_draft(
            actor=actor, item_id=item.pk, record=shape.parse(current.record), rev=None, now=timezone.now()
        )
    except Conflict:
        messages.info(request, _("Somebody has begun the next version already; here it is."))
        return HttpResponseRedirect(reverse("catalog:manage", args=[item.pk]))
    return HttpResponseRedirect(reverse("catalog:edit", args=[version.pk]))


@author
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, version_id: int) -> HttpResponse:
    """The structured form: main fields and materials."""
    version = draft_of(request, version_id)
    form = RecordForm(request.POST or None, initial=RecordForm.of(version.record))
    materials = MaterialFormSet(request.POST or None, initial=version.record.get("materials", []), prefix="materials")
    reasons: tuple[Reason, ...] = ()
    if request.method == "POST" and form.is_valid() and materials.is_valid():
        data = materials_into(materials, form.into(version.record))
        done, reasons = saved(request, version, data)
        if done:
            return done
    context = {
        "version": version,
        "form": form,
        "materials": materials,
        "parts": PARTS.values(),
        "reasons": reasons,
        "rev": shown_rev(request, version, reasons),
    }
    return render(request, "catalog/edit.html", context, status=422 if request.method == "POST" else 200)


@author
@require_http_methods(["GET", "HEAD", "POST"])
def edit_yaml(request: HttpRequest, version_id: int) -> HttpResponse:
    """The whole record as text; what was typed stays, whatever is wrong with it."""
    version, part = draft_of(request, version_id), _part(request)
    shown, rest = _divided(version.record, part)
    text = yaml_files.write_record(shown)
    problems: list[tuple[int, str, Reason]] = []
    reasons: tuple[Reason, ...] = ()
    if request.method == "POST":
        text = request.POST.get("yaml", "").replace("\r\n", "\n")
        data, lines, problems = _read(text)
        if not problems:
            done, reasons = saved(request, version, {**rest, **data} if isinstance(data, dict) else data)
            if done:
                return done
            problems = [(lines.get(r.field, 0), r.field, r) for r in reasons if r.field]
            reasons = tuple(r for r in reasons if not r.field)
    context = {
        "version": version,
        "text": text,
        "part": part,
        "parts": PARTS.values(),
        "problems": problems,
        "reasons": reasons,
        "rev": shown_rev(request, version, reasons),
    }
    return render(request, "catalog/edit_yaml.html", context, status=422 if request.method == "POST" else 200)


def _part(request: HttpRequest) -> Part | None:
    """The part that the address asks for; without one the whole record is edited."""
    name = request.GET.get("part", "")
    if name and name not in PARTS:
        raise Http404
    return PARTS.get(name)


def _divided(record: dict[str, Any], part: Part | None) -> tuple[dict[str, Any], dict[str, Any]]:
    """What the page shows of a record, and what stays beside it."""
    shown = {name: value for name, value in record.items() if part is None or name in part.keys}
    return shown, {name: value for name, value in record.items() if name not in shown}


def _read(text: str) -> tuple[Any, dict[str, int], list[tuple[int, str, Reason]]]:
    if len(text) > MOST_YAML:
        return None, {}, [(1, "", Reason("too_large", _("The text is too long.")))]
    try:
        data, lines = yaml_files.read_record(text)
    except yaml_files.WrongYaml as error:
        return None, {}, [(error.line, "", Reason("syntax", error.message, params=error.params))]
    return data, lines, []


def saved(request: HttpRequest, version: ItemVersion, data: Any) -> tuple[HttpResponse | None, tuple[Reason, ...]]:
    """Where to go after saving ``data``, or why it could not be saved."""
    rev = request.POST.get("rev", "")
    try:
        record = shape.parse(data)
        saved = commands.save_draft(
            actor=actor_of(request),
            item_id=version.item_id,
            record=record,
            rev=int(rev) if rev.isascii() and rev.isdigit() else 0,
            now=timezone.now(),
        )
    except shape.WrongShape as error:
        return None, error.reasons
    except Refused as refusal:
        return None, refusal.reasons
    except Conflict as conflict:
        return None, (conflict.reason,)
    found = [*publishing.reasons(record), *source_reasons(record)]
    if found:
        messages.warning(
            request, _("Saved. Before it can be published, %(n)s things are to be put right.") % {"n": len(found)}
        )
    else:
        messages.success(request, _("Saved. Nothing stands against publishing it."))
    return HttpResponseRedirect(reverse("catalog:version", args=[saved.pk])), ()


def shown_rev(request: HttpRequest, version: ItemVersion, reasons: tuple[Reason, ...]) -> int | str:
    """After a conflict the page carries the other's revision: saving again then replaces it knowingly."""
    if request.method == "POST" and not any(reason.code == "stale_draft" for reason in reasons):
        return request.POST.get("rev", version.rev)
    return version.rev


def draft_of(request: HttpRequest, version_id: int) -> ItemVersion:
    actor = actor_of(request)
    version = drafts.version(actor, version_id)
    if version is None or not can_edit(actor, version.item):
        raise Http404
    if version.state != ItemVersion.State.DRAFT:
        raise Refused(Reason("wrong_state", _("Only a draft can be edited; begin a new one, or have it sent back.")))
    return version
