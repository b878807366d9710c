"""The analysis as files: one table as CSV, or all of them as a workbook with the definitions."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from io import BytesIO
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from yitong.parties.exports import cell, csv_file
from yitong.waiving.queries import Analysis, analyse
from yitong.waiving.rules.figures import Outcome, by_department, totals
from yitong.waiving.rules.next_best import ranked
from yitong.waiving.rules.standing import STATUS_LABELS
from yitong.waiving.views.access import viewer
from yitong.waiving.views.filters import STATES, Filters, filters_of, ordered, state_of
from yitong.waiving.views.shown import means_words, why_words

Table = Callable[[list[Outcome], Analysis, Filters], Iterator[list[Any]]]


@viewer
@require_safe
def export(request: HttpRequest, table: str) -> HttpResponse | StreamingHttpResponse:
    """``table``: a key of ``TABLES`` as CSV, or ``workbook``; the filters of the address hold."""
    chosen, now = filters_of(request.GET), timezone.now()
    if table != "workbook" and table not in TABLES:
        raise Http404
    found = analyse(request.actor, now, frozenset(chosen.assumed))  # type: ignore[attr-defined]
    rows = ordered([row for row in found.outcomes if chosen.keeps(row)], chosen.order)
    if table == "workbook":
        return _workbook(rows, found, chosen, now)
    lines = TABLES[table](rows, found, chosen)
    return csv_file(f"waiving-{table}-{_stamp(now)}.csv", next(lines), lines)


def _figures(rows: list[Outcome], found: Analysis, chosen: Filters) -> Iterator[list[Any]]:
    yield [_("Indicator"), _("Numerator"), _("Denominator"), _("Percent"), _("Definition")]
    for each in totals(rows).figures:
        yield [_(each.label), each.numerator, each.denominator, each.percent, _(each.definition)]


def _departments(rows: list[Outcome], found: Analysis, chosen: Filters) -> Iterator[list[Any]]:
    yield [
        _("Department"), _("Items"), _("Certificate-free items"), _("Materials"), _("Waived"), _("Reduced"),
        _("Papers still brought"), _("Made by the applicant"), _("Cases a year"),
    ]  # fmt: skip
    for _number, name, sums in by_department(rows):
        yield [
            name, sums.items, sums.certificate_free, sums.materials, sums.waived, sums.reduced, sums.issued, sums.own, sums.cases,
        ]  # fmt: skip


def _items(rows: list[Outcome], found: Analysis, chosen: Filters) -> Iterator[list[Any]]:
    yield [
        _("Basic code"), _("Item"), _("Department"), _("Region"), _("State"), _("Materials"), _("Waived"), _("Reduced"),
        _("Papers still brought"), _("Made by the applicant"), _("Ordinary scenario: asked for"),
        _("Ordinary scenario: brought"), _("Scenarios"), _("Certificate-free scenarios"), _("Cases a year"),
    ]  # fmt: skip
    for row in rows:
        item = row.item
        yield [
            item.basic_code, item.name, item.department_name, item.region_name, _(STATES[state_of(row)]), row.materials,
            row.waived, row.reduced, row.issued, row.own, row.typical, row.typical_left, row.scenarios, row.scenarios_free,
            item.cases,
        ]  # fmt: skip


def _materials(rows: list[Outcome], found: Analysis, chosen: Filters) -> Iterator[list[Any]]:
    yield [
        _("Basic code"), _("Item"), _("Department"), _("Material"), _("Required"), _("Asked in every scenario"), _("State"),
        _("Why"), _("Licence type"),
    ]  # fmt: skip
    for row in rows:
        item = row.item
        for index, each in enumerate(item.plan.rows):
            standing = found.judge.standing(each, item.department_code)
            yield [
                item.basic_code, item.name, item.department_name, each.name, _("Yes") if each.required else _("No"),
                _("Yes") if item.plan.always >> index & 1 else _("No"), _(STATUS_LABELS[standing.status]), why_words(standing),
                each.licence_type,
            ]  # fmt: skip


def _next(rows: list[Outcome], found: Analysis, chosen: Filters) -> Iterator[list[Any]]:
    yield [
        _("Rank"), _("Source"), _("What to do"), _("Materials it waives"), _("Of these reduced today"), _("Items"),
        _("Cases a year"), _("Items it makes certificate-free alone"), _("Materials, cumulative"),
        _("Items made certificate-free, cumulative"),
    ]  # fmt: skip
    for place, step in enumerate(ranked(rows, found.candidates(rows), chosen.aim, 1000), start=1):
        one = step.candidate
        yield [
            place, one.name, means_words(one), one.materials, one.reduced, one.items, one.cases, one.freed,
            step.materials_sum, step.freed_sum,
        ]  # fmt: skip


TABLES: dict[str, Table] = {
    "figures": _figures,
    "departments": _departments,
    "items": _items,
    "materials": _materials,
    "next": _next,
}


def _workbook(rows: list[Outcome], found: Analysis, chosen: Filters, now: datetime) -> HttpResponse:
    titles = (_("Figures"), _("Departments"), _("Items"), _("Materials"), _("Connect next"))
    from openpyxl import Workbook  # 27 MB, for the few who ask for Excel

    book = Workbook(write_only=True)
    for title, table in zip(titles, TABLES.values(), strict=True):
        sheet = book.create_sheet(title[:31])
        for line in table(rows, found, chosen):
            sheet.append([cell(value) for value in line])
    content = BytesIO()
    book.save(content)
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    response = HttpResponse(content.getvalue(), content_type=kind)
    response["Content-Disposition"] = f'attachment; filename="waiving-{_stamp(now)}.xlsx"'
    response["Cache-Control"] = "private, no-store"
    return response


def _stamp(now: datetime) -> str:
    return f"{timezone.localtime(now):%Y%m%d-%H%M}"
