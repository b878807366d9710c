"""The console's items and versions: lists, comparison, review and publication."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from yitong.catalog import labels
from yitong.catalog.commands import drafts as draft_commands
from yitong.catalog.commands import publishing as publishing_commands
from yitong.catalog.known_sources import source_reasons
from yitong.catalog.models import ItemVersion
from yitong.catalog.permissions import can_edit, can_publish
from yitong.catalog.queries import drafts
from yitong.catalog.queries import items as item_queries
from yitong.catalog.records import ItemRecord
from yitong.catalog.rules import compare as comparing
from yitong.catalog.rules import publishing, same_item, shape
from yitong.catalog.views.access import author
from yitong.catalog.views.guide import guide_context
from yitong.catalog.views.plan_form import PlanForm
from yitong.kernel.reasons import N_, Conflict, Reason, Refused
from yitong.parties.doors import actor_of

PAGE_SIZE = 50
STATES = ("published", "scheduled", "review", "draft", "retired")


@author
@require_safe
def items(request: HttpRequest) -> HttpResponse:
    """Everything this author manages, by state."""
    actor = actor_of(request)
    filters = _filters(request)
    page = Paginator(drafts.items(actor, filters), PAGE_SIZE).get_page(request.GET.get("page"))
    page.total = page.paginator.count  # type: ignore[attr-defined]
    context = {
        "page": page,
        "filters": filters,
        "counts": drafts.state_counts(actor),
        "departments": drafts.departments(actor),
    }
    return render(request, "catalog/manage_items.html", context)


@author
@require_safe
def item(request: HttpRequest, item_id: int) -> HttpResponse:
    """One item with all its versions."""
    actor = actor_of(request)
    found = drafts.item(actor, item_id)
    if found is None:
        raise Http404
    versions = list(found.versions.all())
    context = {
        "item": found,
        "versions": versions,
        "title": versions[0].name if versions else found.basic_code,
        "preparing": next((v for v in versions if v.state in drafts.PREPARING), None),
        "may_edit": can_edit(actor, found),
        "may_publish": can_publish(actor, found),
    }
    return render(request, "catalog/manage_item.html", context)


@author
@require_safe
def version(request: HttpRequest, version_id: int) -> HttpResponse:
    """One version as the guide will show it, with what stands against publishing it and what can be done."""
    found = _version(request, version_id)
    return _page(request, found, PlanForm(initial={"effective_on": found.effective_on, "ends_on": found.ends_on}))


def _page(request: HttpRequest, found: ItemVersion, plan: PlanForm, status: int = 200) -> HttpResponse:
    actor = actor_of(request)
    preview = drafts.preview(found)
    current = found.item.current_version
    changes = []
    if current is not None and current.pk != found.pk:
        changes = comparing.changes(shape.parse(current.record), preview.record)
    context = {
        **guide_context(preview, request.GET.dict()),
        "version": found,
        "problems": [*publishing.reasons(preview.record), *source_reasons(preview.record)],
        "changes": changes,
        "differences": _differences(found, preview.record),
        "same_item_law": same_item.LAW,
        "plan": plan,
        "publish_refusals": publishing_commands.publish_refusals(actor, found),
        "may_edit": can_edit(actor, found.item),
        "may_publish": can_publish(actor, found.item),
    }
    return render(request, "catalog/version.html", context, status=status)


@author
@require_safe
def compare(request: HttpRequest, item_id: int) -> HttpResponse:
    """Two versions of an item side by side; the newest two unless the address names others."""
    actor = actor_of(request)
    found = drafts.item(actor, item_id)
    if found is None:
        raise Http404
    versions = list(found.versions.all())
    if len(versions) < 2:
        raise Http404
    new = _chosen(request.GET.get("new"), versions, versions[0])
    old = _chosen(request.GET.get("old"), versions, versions[1])
    records = [shape.parse(_version(request, each.pk).record) for each in (old, new)]
    context = {"item": found, "versions": versions, "old": old, "new": new, "changes": comparing.changes(*records)}
    return render(request, "catalog/compare.html", context)


@author
@require_POST
def act(request: HttpRequest, version_id: int, act: str) -> HttpResponse:
    """Submit, send back, publish or discard a version."""
    if act not in _ACTS:
        raise Http404
    found = _version(request, version_id)
    rev = request.POST.get("rev", "")
    arguments: dict[str, Any] = {
        "actor": actor_of(request),
        "version_id": found.pk,
        "rev": int(rev) if rev.isascii() and rev.isdigit() else 0,
        "now": timezone.now(),
    }
    if act == "send-back":
        arguments["remark"] = request.POST.get("remark", "")
    plan = PlanForm(request.POST)
    if act in ("submit", "publish"):
        if not plan.is_valid():
            return _page(request, found, plan, status=422)
        arguments["plan"] = plan.plan()
    command, done = _ACTS[act]
    try:
        result = command(**arguments)
    except Refused as refusal:
        if plan.take(refusal.reasons):
            return _page(request, found, plan, status=422)
        return _told(request, found, refusal.reasons)
    except Conflict as conflict:
        return _told(request, found, (conflict.reason,))
    messages.success(request, _waits(result) if act == "publish" and result.state == "scheduled" else _(done))
    if act == "discard":
        return HttpResponseRedirect(reverse("catalog:items"))
    return HttpResponseRedirect(reverse("catalog:version", args=[found.pk]))


@author
@require_POST
def retire(request: HttpRequest, item_id: int) -> HttpResponse:
    """Take an item out of force."""
    actor = actor_of(request)
    try:
        publishing_commands.retire(
            actor=actor, item_id=item_id, reason=request.POST.get("reason", "").replace("\x00", ""), now=timezone.now()
        )
        messages.success(request, _("The item is retired; cases under way go on."))
    except Refused as refusal:
        for reason in refusal.reasons:
            messages.error(request, _text(reason))
    return HttpResponseRedirect(reverse("catalog:manage", args=[item_id]))


_ACTS: dict[str, tuple[Callable[..., Any], str]] = {
    "submit": (draft_commands.submit_for_review, N_("Submitted: somebody else reviews and publishes it.")),
    "send-back": (draft_commands.send_back, N_("Sent back to its author.")),
    "publish": (publishing_commands.publish, N_("Published: the guide and new applications use it from now on.")),
    "discard": (draft_commands.discard_draft, N_("The draft is discarded.")),
}


def _waits(version: ItemVersion) -> str:
    text = _("Approved: it comes into force on %(on)s by itself. Until then the version in force stays.")
    day = version.effective_on
    return text % {"on": f"{day.year}年{day.month}月{day.day}日" if day else ""}


def _differences(found: ItemVersion, record: ItemRecord) -> list[same_item.Difference]:
    """Where the same item is implemented otherwise; asked while it can still be changed."""
    if found.state not in drafts.PREPARING:
        return []
    others = item_queries.same_elsewhere(found.item_id, found.item.basic_code)
    return same_item.differences(record, [(_place(each), each.record) for each in others])


def _place(item: item_queries.PublishedItem) -> str:
    level = labels.LEVELS.get(item.record.level)
    return f"{item.region_name} {item.department_name}" + (f" ({_(level[0])})" if level else "")


def _told(request: HttpRequest, found: ItemVersion, reasons: tuple[Reason, ...]) -> HttpResponse:
    for reason in reasons[:10]:
        messages.error(request, f"{reason.field}: {_text(reason)}" if reason.field else _text(reason))
    return HttpResponseRedirect(reverse("catalog:version", args=[found.pk]))


def _text(reason: Reason) -> str:
    text = _(reason.message)
    return text % reason.params if reason.params else text


def _version(request: HttpRequest, version_id: int) -> ItemVersion:
    found = drafts.version(actor_of(request), version_id)
    if found is None:
        raise Http404
    return found


def _chosen(text: str | None, versions: list[ItemVersion], otherwise: ItemVersion) -> ItemVersion:
    return next((each for each in versions if str(each.pk) == text), otherwise)


def _filters(request: HttpRequest) -> drafts.ItemFilters:
    get = request.GET
    department = get.get("department", "")
    return drafts.ItemFilters(
        text=get.get("q", "").replace("\x00", "").strip()[:100],
        state=get.get("state", "") if get.get("state") in STATES else "",
        department_id=int(department)
        if department.isascii() and department.isdigit() and len(department) < 10
        else None,
    )
