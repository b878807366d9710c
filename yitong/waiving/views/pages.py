"""The pages of the analysis. Each reads the analysis once, filters it and shows it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from yitong.catalog.queries.items import ItemNotFound, published_by_id
from yitong.kernel.reasons import Conflict, NotAllowed
from yitong.waiving.commands import count_library
from yitong.waiving.permissions import may_count
from yitong.waiving.queries import Analysis, analyse
from yitong.waiving.rules.figures import by_department, totals
from yitong.waiving.rules.next_best import AIM_LABELS, ranked
from yitong.waiving.views import shown
from yitong.waiving.views.access import frame, viewer
from yitong.waiving.views.filters import ORDERS, STATES, SUBJECTS, Filters, filters_of, ordered, state_of

PAGE = 50
MOST_STEPS = 30
"""Sources on the page; the export has all."""
REPORT_ITEMS = 300
"""Items written out in the printed report; the export has all."""
STALE_DAYS = 3


@viewer
@require_safe
def overview(request: HttpRequest) -> HttpResponse:
    """Figures, departments, and the first sources to connect next."""
    chosen, found = _asked(request)
    rows = [row for row in found.outcomes if chosen.keeps(row)]
    departments = by_department(rows)
    scale = max((sums.materials for _number, _name, sums in departments), default=0)
    context = {
        **_common(request, chosen, found),
        "totals": totals(rows),
        "ordinary": shown.summary_words(rows),
        "departments": [
            (number, name, sums, shown.bar(sums, scale), shown.bar_words(sums), chosen.of_department(number).query)
            for number, name, sums in departments
        ],
        "steps": shown.step_lines(ranked(rows, found.candidates(rows), chosen.aim, 5)),
    }
    return render(request, "waiving/overview.html", context)


@viewer
@require_safe
def items(request: HttpRequest) -> HttpResponse:
    """The items one by one."""
    chosen, found = _asked(request)
    rows = ordered([row for row in found.outcomes if chosen.keeps(row)], chosen.order)
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    lines = [(row, shown.bar(row), shown.bar_words(row), STATES[state_of(row)], state_of(row)) for row in page]
    context = {**_common(request, chosen, found), "page": page, "lines": lines, "total": len(rows)}
    return render(request, "waiving/items.html", context)


@viewer
@require_safe
def item(request: HttpRequest, item_id: int) -> HttpResponse:
    """One item: every material with why, and its scenarios."""
    chosen, found = _asked(request)
    row = next((each for each in found.outcomes if each.item.item_id == item_id), None)
    if row is None:
        raise Http404
    try:
        published = published_by_id(item_id)
    except ItemNotFound:
        raise Http404 from None
    plan, code = row.item.plan, row.item.department_code
    context = {
        **_common(request, chosen, found),
        "row": row,
        "item": published,
        "state": STATES[state_of(row)],
        "bar": shown.bar(row),
        "bar_words": shown.bar_words(row),
        "materials": shown.material_lines(published, plan, found.judge, code),
        "scenarios": shown.scenario_lines(published, plan, found.judge, code),
        "most": shown.MOST_SCENARIOS,
    }
    return render(request, "waiving/item.html", context)


@viewer
@require_safe
def next_best(request: HttpRequest) -> HttpResponse:
    """What to connect next, in order, and what it would change."""
    chosen, found = _asked(request)
    rows = [row for row in found.outcomes if chosen.keeps(row)]
    candidates = found.candidates(rows)
    real = analyse(request.actor, timezone.now()).outcomes if chosen.assumed else []  # type: ignore[attr-defined]
    before = [row for row in real if chosen.keeps(row)]
    context = {
        **_common(request, chosen, found),
        "totals": totals(rows),
        "compared": list(zip(totals(before).figures, totals(rows).figures, strict=True)) if before else [],
        "steps": shown.step_lines(ranked(rows, candidates, chosen.aim, MOST_STEPS)),
        "candidates": len(candidates),
        "most": MOST_STEPS,
    }
    return render(request, "waiving/next.html", context)


@viewer
@require_safe
def report(request: HttpRequest) -> HttpResponse:
    """Everything on paper: figures with their definitions, departments, items with papers left, what to connect next."""
    chosen, found = _asked(request)
    rows = ordered([row for row in found.outcomes if chosen.keeps(row)], chosen.order)
    context = {
        **_common(request, chosen, found),
        "totals": totals(rows),
        "departments": by_department(rows),
        "rows": [row for row in rows if row.issued][:REPORT_ITEMS],
        "with_papers": sum(1 for row in rows if row.issued),
        "free": [row for row in rows if row.certificate_free][:REPORT_ITEMS],
        "steps": shown.step_lines(ranked(rows, found.candidates(rows), chosen.aim, 20)),
    }
    return render(request, "waiving/report.html", context)


@viewer
@require_POST
def recount(request: HttpRequest) -> HttpResponse:
    """Count the library now."""
    try:
        types = count_library(actor=request.actor, now=timezone.now())  # type: ignore[attr-defined]
    except NotAllowed:
        raise Http404 from None
    except Conflict as conflict:
        messages.warning(request, _(conflict.reason.message))
    else:
        messages.success(request, _("Counted: the library holds licences of %(types)s types.") % {"types": types})
    return HttpResponseRedirect(reverse("waiving:overview"))


def _asked(request: HttpRequest) -> tuple[Filters, Analysis]:
    chosen = filters_of(request.GET)
    return chosen, analyse(request.actor, timezone.now(), frozenset(chosen.assumed))  # type: ignore[attr-defined]


def _common(request: HttpRequest, chosen: Filters, found: Analysis) -> dict[str, Any]:
    """What every page of the analysis needs."""
    departments = {row.item.department_id: row.item.department_name for row in found.outcomes}
    now = timezone.now()
    counted_at = found.held.counted_at
    return {
        "frame": frame(request),
        "chosen": chosen,
        "departments_known": sorted(departments.items(), key=lambda pair: pair[1]),
        "subjects": SUBJECTS,
        "states": STATES,
        "orders": ORDERS,
        "aims": list(AIM_LABELS.items()),
        "now": now,
        "held": found.held,
        "stale": counted_at is not None and (now - counted_at).days >= STALE_DAYS,
        "may_count": may_count(request.actor),  # type: ignore[attr-defined]
        "assumed": [(key, _name_of(key, found)) for key in chosen.assumed],
    }


def _name_of(key: str, found: Analysis) -> str:
    kind, _colon, rest = key.partition(":")
    if kind == "name":
        return rest
    known = found.supply.types.get(rest) if kind == "type" else found.supply.connectors.get(rest)
    return known.name if known else rest
