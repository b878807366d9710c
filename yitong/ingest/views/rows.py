"""Console: rejected rows, one of them mended, some discarded, all of them as a file."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from yitong.ingest.commands.settling import discard, resubmit, values_of
from yitong.ingest.models import RejectedRow
from yitong.ingest.permissions import sources_visible_to, visible_to
from yitong.ingest.queries import overview
from yitong.ingest.views.access import registrar
from yitong.ingest.views.forms import RejectedFilters
from yitong.kernel.reasons import Conflict, Reason, Refused
from yitong.licences.queries.library import type_by_code, types_by_code
from yitong.licences.rules.arrivals import COMMON
from yitong.parties.doors import actor_of
from yitong.parties.exports import csv_file

PER_PAGE = 50
EXPORT_MOST = 50_000
MOST_VALUE = 2_000
MOST_SHOWN = 5_000
LABELS = {
    "source_id": _("Number in the source"),
    "identifier": _("Licence identifier"),
    "number": _("Licence number"),
    "holder_kind": _("Kind of holder"),
    "holder_id": _("Holder's number"),
    "holder_name": _("Holder's name"),
    "issued_on": _("Issued on"),
    "valid_from": _("Valid from"),
    "valid_until": _("Valid until"),
    "issuer_uscc": _("Issuer's credit code"),
    "issuer_name": _("Issuer's name"),
    "status": _("State of the licence"),
}


@registrar
@require_safe
def rejected(request: HttpRequest) -> HttpResponse:
    return _listed(request)


def _listed(request: HttpRequest, reasons: Sequence[Reason] = (), chosen: Sequence[int] = ()) -> HttpResponse:
    """The list; with the reasons of a refusal also what was ticked and typed."""
    form = RejectedFilters(request.GET)
    filters = form.values()
    page: Any = Paginator(overview.rejected(actor_of(request), **filters), PER_PAGE).get_page(request.GET.get("page"))
    page.total = page.paginator.count
    kinds = types_by_code()
    lines = [(row, _reasons(row, kinds.get(row.batch.source.type_code))) for row in page.object_list]
    context = {
        "page": page, "lines": lines, "filters": filters, "query": request.GET.urlencode(), "reasons": reasons,
        "sources": sources_visible_to(actor_of(request)), "chosen": chosen, "why": request.POST.get("reason", ""),
    }  # fmt: skip
    return render(request, "ingest/rejected.html", context, status=422 if reasons else 200)


@registrar
@require_http_methods(["GET", "HEAD", "POST"])
def mend(request: HttpRequest, row_id: int) -> HttpResponseBase:
    """One row with what came, what is wrong with it, and fields to put it right."""
    row = visible_to(actor_of(request)).select_related("batch__source").filter(pk=row_id).first()
    if row is None:
        raise Http404
    came = values_of(row)
    columns = _columns(row, came)
    values = {name: came.get(name) or came.get(label, "") for name, label in columns}
    wrong: dict[str, list[str]] = {}
    for one in row.reasons if row.state == RejectedRow.State.WAITING else ():
        wrong.setdefault(one["field"], []).append(_words(one))
    reasons: tuple[Reason, ...] = ()
    if request.method == "POST":
        values = {name: request.POST.get(name, "")[:MOST_VALUE].replace("\0", "").strip() for name, _label in columns}
        try:
            resubmit(actor=actor_of(request), row_id=row_id, values=values, now=timezone.now())
        except Refused as refused:
            wrong = {}
            for reason in refused.reasons:
                wrong.setdefault(reason.field, []).append(_told(reason))
        except Conflict as conflict:
            reasons = (conflict.reason,)
        else:
            messages.success(request, gettext("The row is mended and brought in."))
            return redirect("ingest:rejected")
    fields = [(name, label, values[name], wrong.pop(name, [])) for name, label in columns]
    marked = next((name for name, _label, _value, texts in fields if texts), "")
    others = [text for texts in wrong.values() for text in texts]
    context = {
        "row": row, "fields": fields, "others": others, "reasons": reasons, "marked": marked,
        "raw": came.get("", "")[:MOST_SHOWN], "waiting": row.state == RejectedRow.State.WAITING,
    }  # fmt: skip
    return render(request, "ingest/mend.html", context, status=422 if request.method == "POST" else 200)


@registrar
@require_POST
def discard_rows(request: HttpRequest) -> HttpResponseBase:
    ids = [int(text) for text in request.POST.getlist("row")[: PER_PAGE * 2] if text.isdecimal() and len(text) < 19]
    try:
        count = discard(
            actor=actor_of(request),
            row_ids=ids,
            reason=request.POST.get("reason", "").replace("\0", ""),
            now=timezone.now(),
        )
    except Refused as refused:
        return _listed(request, refused.reasons, ids)
    else:
        text = ngettext(
            "%(n)d row is discarded; it stays on file.", "%(n)d rows are discarded; they stay on file.", count
        )
        messages.success(request, text % {"n": count})
    return redirect(f"{reverse('ingest:rejected')}?{request.GET.urlencode()}")


@registrar
@require_safe
def export(request: HttpRequest) -> HttpResponseBase:
    """What is filtered, as CSV: place and reasons, nothing of what the rows hold."""
    rows = overview.rejected(actor_of(request), **RejectedFilters(request.GET).values())[:EXPORT_MOST]
    heading = [gettext("Source"), gettext("Batch"), gettext("Row"), gettext("Reasons"), gettext("State")]
    return csv_file("rejected-rows.csv", heading, map(_cells, rows.iterator(chunk_size=1000)))


def _cells(row: RejectedRow) -> list[Any]:
    text = "; ".join(f"{one['field']}: {_words(one)}" for one in row.reasons)
    return [row.batch.source.code, row.batch_id, row.line, text, row.state]


def _columns(row: RejectedRow, came: dict[str, str]) -> list[tuple[str, str]]:
    """(name, label) of every field of the form: the common columns, the type's own, and what else came."""
    kind = type_by_code(row.batch.source.type_code)
    own = _own_labels(kind)
    known = {*COMMON, *own, *own.values()}
    others = ((name, name) for name in came if name and name not in known)
    return [*((name, str(LABELS[name])) for name in COMMON), *own.items(), *others]


def _own_labels(kind: Any) -> dict[str, str]:
    return {str(field["name"]): str(field["label"]) for field in kind.fields} if kind else {}


def _reasons(row: RejectedRow, kind: Any) -> list[tuple[str, str]]:
    """(label of the field, what is wrong with it) of a row."""
    labels = {**_own_labels(kind), **LABELS}
    return [(str(labels.get(one["field"], one["field"])), _words(one)) for one in row.reasons]


def _words(one: dict[str, Any]) -> str:
    return _told(Reason(one["code"], one["message"], params=one["params"]))


def _told(reason: Reason) -> str:
    text = gettext(reason.message)
    return text % reason.params if reason.params else text
