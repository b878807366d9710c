"""The supervisor's pages: every look of his regions, and the ones that ask for a question."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from yitong.consents import queries
from yitong.consents.commands.watching import set_thresholds
from yitong.consents.queries.anomalies import late_ids, local_midnight
from yitong.consents.rules.anomalies import DEFAULTS, DEFINITIONS, LABELS, NAMES, TIMES, Kind
from yitong.consents.rules.outcomes import NAMES as OUTCOMES
from yitong.consents.scenes import all_scenes
from yitong.consents.views import words
from yitong.consents.views.listing import EXPORT_MOST, page_of, whole_number
from yitong.kernel.reasons import Reason, Refused
from yitong.parties.doors import actor_of, staff_with
from yitong.parties.exports import csv_file
from yitong.parties.queries import organisation
from yitong.parties.queries.people import masked_name
from yitong.parties.roles import Permission

PERIODS = {"7": 7, "30": 30, "90": 90}
DEFAULT_PERIOD = "30"


@staff_with(Permission.LOOKS_VIEW)
@require_safe
def looks(request: HttpRequest) -> HttpResponse:
    """The log, filtered; a finding of the anomalies opens here with its own filters."""
    filters, typed = _filters(request)
    context: dict[str, Any] = {"typed": typed, "periods": PERIODS, "roles": words.ROLES, "kinds": NAMES}
    context["departments"] = organisation.departments().filter(region_id__in=actor_of(request).region_ids)
    if typed["kind"] == Kind.REFUSED_SCANS:
        context |= {"page": page_of(request, queries.scans_of(actor_of(request), filters)), "outcomes": OUTCOMES}
        context["scene_names"] = {each.code: each.name for each in all_scenes()}
        return render(request, "consents/board_scans.html", context)
    context["page"] = page_of(request, _rows(request, filters, typed))
    return render(request, "consents/board_looks.html", context)


@staff_with(Permission.LOOKS_VIEW)
@require_safe
def looks_export(request: HttpRequest) -> HttpResponseBase:
    """The filtered log as CSV, holders masked: a file leaves the platform's care."""
    filters, typed = _filters(request)
    heading = [
        _("When"), _("Who"), _("Role"), _("Department"), _("Holder"), _("Licence"), _("Fields seen"), _("Case"),
        _("Party to the case"), _("Purpose"), _("On what ground"),
    ]  # fmt: skip
    rows = _rows(request, filters, typed)[:EXPORT_MOST]
    lines = (
        [
            timezone.localtime(look.at).strftime("%Y-%m-%d %H:%M:%S"),
            look.actor_name,
            str(words.ROLES.get(look.actor_role, "")),
            look.department_name,
            masked_name(look.holder_name),
            look.licence_name,
            "、".join(field["label"] for field in look.fields),
            look.case_number,
            _("Yes") if look.within_case else _("No"),
            look.purpose,
            look.law or _("consent %(id)s") % {"id": look.consent_id},
        ]
        for look in rows.iterator(chunk_size=500)
    )
    return csv_file("looks.csv", heading, lines)


@staff_with(Permission.LOOKS_VIEW)
@require_safe
def anomalies(request: HttpRequest) -> HttpResponse:
    """Who stands out, by kind, each figure opening the looks behind it."""
    typed = _period(request)
    review = queries.anomalies(actor_of(request), since=typed["since"], until=typed["until"])
    limits = {code: _shown(code, value) for code, value in review.limits.items()}
    groups = [
        {
            "kind": kind.value,
            "name": NAMES[kind],
            "definition": _(DEFINITIONS[kind]) % limits,
            "findings": [finding for finding in review.findings if finding.kind == kind],
        }
        for kind in Kind
    ]
    context = {"review": review, "groups": groups, "typed": typed, "periods": PERIODS}
    return render(request, "consents/anomalies.html", context)


@staff_with(Permission.LOOKS_VIEW)
@require_http_methods(["GET", "HEAD", "POST"])
def thresholds(request: HttpRequest) -> HttpResponse:
    """The figures from which somebody is listed."""
    now = timezone.now()
    values: dict[str, Any] = dict(queries.thresholds())
    reasons: tuple[Reason, ...] = ()
    if request.method == "POST":
        typed = {code: request.POST.get(code, "") for code in DEFAULTS}
        try:
            set_thresholds(
                actor=actor_of(request), values={code: _meant(code, text) for code, text in typed.items()}, now=now
            )
        except Refused as refusal:
            reasons, values = refusal.reasons, dict(typed)
        else:
            messages.success(request, _("The thresholds are kept; the list is counted anew with them."))
            return redirect("consents:anomalies")
    rows = [
        {
            "code": code,
            "label": LABELS[code],
            "value": _shown(code, values[code]),
            "usual": _shown(code, DEFAULTS[code]),
            "is_time": code in TIMES,
        }
        for code in DEFAULTS
    ]
    return render(
        request,
        "consents/thresholds.html",
        {"rows": rows, "field_names": LABELS, "reasons": reasons},
        status=422 if reasons else 200,
    )


def _shown(code: str, value: Any) -> str:
    return f"{value // 100:02d}:{value % 100:02d}" if code in TIMES and isinstance(value, int) else str(value)


def _meant(code: str, text: str) -> int:
    """The number of a threshold, -1 when there is none."""
    if code in TIMES:
        text = text.replace(":", "") if re.fullmatch(r"\d\d:\d\d", text, re.ASCII) else ""
    found = whole_number(text)
    return -1 if found is None else found


def _rows(request: HttpRequest, filters: queries.LookFilters, typed: dict[str, Any]) -> Any:
    rows = queries.looks(actor_of(request), filters)
    if typed["kind"] == Kind.OUTSIDE_HOURS and filters.officer:
        ids = late_ids(actor_of(request), officer=filters.officer, since=typed["since"], until=typed["until"])
        rows = rows.filter(pk__in=ids)
    return rows


def _filters(request: HttpRequest) -> tuple[queries.LookFilters, dict[str, Any]]:
    typed = _period(request)
    officer = request.GET.get("officer", "")
    typed |= {
        "officer": officer if officer.startswith("staff:") and whole_number(officer[6:]) is not None else "",
        "department": whole_number(request.GET.get("department", "")),
        "q": request.GET.get("q", "").strip().replace("\0", "")[:60],
        "kind": request.GET.get("kind", "") if request.GET.get("kind", "") in set(Kind) else "",
    }
    filters = queries.LookFilters(
        since=typed["since"],
        until=typed["until"],
        officer=typed["officer"],
        department_id=typed["department"],
        text=typed["q"],
        kind=typed["kind"],
    )
    return filters, typed


def _period(request: HttpRequest) -> dict[str, Any]:
    """The last days, up to and with today; ``days`` is one of PERIODS."""
    days = request.GET.get("days", "")
    days = days if days in PERIODS else DEFAULT_PERIOD
    until: datetime = local_midnight(_today() + timedelta(days=1))
    return {"days": days, "since": until - timedelta(days=PERIODS[days]), "until": until}


def _today() -> date:
    return timezone.localtime(timezone.now()).date()
