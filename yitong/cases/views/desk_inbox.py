"""The to-do inbox: what waits for this office, claimed from here."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe

from yitong.cases import queries
from yitong.cases.commands.handling import claim
from yitong.cases.forms.desk_filters import InboxForm
from yitong.cases.forms.tabler import reason_line
from yitong.cases.queries import counts, lists
from yitong.cases.queries.reading import CaseNotVisible
from yitong.cases.views import desk_rows
from yitong.cases.views.desk_access import StaffRequest
from yitong.catalog.queries.items import of_departments
from yitong.kernel.reasons import Conflict, NotAllowed, Refused
from yitong.parties.doors import staff_with
from yitong.parties.roles import Permission

TABS: tuple[tuple[str, Any, bool], ...] = (
    ("open", _("All open"), False),
    ("to_accept", _("To be accepted"), False),
    ("correcting", _("Waiting for correction"), False),
    ("reviewing", _("Under review"), False),
    ("deciding", _("To be decided"), False),
    ("delivering", _("To be delivered"), False),
    ("suspended", _("Clock stopped"), False),
    ("mine", _("Mine"), False),
    ("yellow", _("Due soon"), False),
    ("red", _("Overdue"), True),
)
CLAIM_MOST = lists.PAGE_SIZE * 5


@dataclass(frozen=True, slots=True)
class Tab:
    label: Any
    count: str
    url: str
    current: bool
    warn: bool


@staff_with(Permission.CASE_VIEW)
@require_safe
def inbox(request: StaffRequest) -> HttpResponse:
    """One page of the inbox. Statements: counts 1, list 2, items 1, whatever the number of rows."""
    now, actor = timezone.now(), request.actor
    form = InboxForm(request.GET, items=of_departments(actor.department_ids))
    filters = form.filters()
    page = lists.inbox(actor, filters, desk_rows.page_number(request.GET.get("page", "")), now)
    context = {
        "tabs": _tabs(filters.tab, counts(actor, now), request.GET),
        "filters": form,
        "filtered": form.in_use,
        "clear_url": f"?{urlencode({'tab': filters.tab})}",
        "rows": desk_rows.rows(page.cases, actor, now, query=list_query(request.GET)),
        "page": desk_rows.paging(page),
        "may_claim": actor.may(Permission.CASE_CLAIM),
        "may_file": actor.may(Permission.CASE_FILE),
        "export_url": export_url("cases:desk_export", request) if actor.may(Permission.CASE_EXPORT) else "",
    }
    return render(request, "cases/desk/inbox.html", context)


def list_query(get: QueryDict) -> str:
    """The query string of a case opened from this list: it carries the list's own, for the way back and the neighbours."""
    return f"?{urlencode({'list': get.urlencode()})}"


def export_url(name: str, request: StaffRequest) -> str:
    """The export of what is shown now: the same filters, all pages."""
    query = request.GET.copy()
    query.pop("page", None)
    return f"{reverse(name)}?{query.urlencode()}"


def _tabs(current: str, counts: dict[str, int], get: QueryDict) -> list[Tab]:
    kept = get.copy()
    for name in ("tab", "page", "state"):
        kept.pop(name, None)
    tabs = []
    for key, label, warn in TABS:
        count = counts[key]
        words = f"{lists.COUNT_CAP}+" if count >= lists.COUNT_CAP else str(count)
        url = f"?{urlencode({'tab': key})}{'&' if kept else ''}{kept.urlencode()}"
        tabs.append(Tab(label, words, url, key == current, warn and count > 0))
    return tabs


@staff_with(Permission.CASE_EXPORT)
@require_safe
def export(request: StaffRequest) -> HttpResponseBase:
    """The inbox as it is filtered, as CSV."""
    now, actor = timezone.now(), request.actor
    filters = InboxForm(request.GET, items=of_departments(actor.department_ids)).filters()
    parts = lists.inbox_parts(actor, filters, now)
    return desk_rows.csv_response(lists.all_of(parts, lists.inbox_order(filters), desk_rows.EXPORT_MOST), actor, now)


@staff_with(Permission.CASE_CLAIM)
@require_POST
def claim_cases(request: StaffRequest) -> HttpResponse:
    """Claim one (``one``) or several (``number``); each stands for itself, and what failed is told."""
    one = request.POST.get("one")
    numbers = [one] if one else request.POST.getlist("number")[:CLAIM_MOST]
    done, faults = 0, []
    for number in numbers:
        fault = _claim(request, number)
        done += not fault
        faults += [f"{number[-8:]}: {fault}"] if fault else []
    if not numbers:
        messages.warning(request, gettext("Choose at least one case to claim."))
    if done:
        text = ngettext("%(n)d case is yours.", "%(n)d cases are yours.", done) % {"n": done}
        messages.success(request, text)
    for fault in faults:
        messages.error(request, fault)
    return redirect(back(request.POST.get("next", "")))


def _claim(request: StaffRequest, number: str) -> str:
    """Empty when claimed, else why not."""
    try:
        case = queries.case_for(request.actor, number)
        claim(actor=request.actor, case_id=case.pk, now=timezone.now())
    except (CaseNotVisible, NotAllowed):
        return gettext("not for you, or not there")
    except Conflict as conflict:
        return reason_line(conflict.reason)
    except Refused as refusal:
        return reason_line(refusal.reasons[0])
    return ""


def back(url: str) -> str:
    """``url`` when it leads to the desk, else the inbox."""
    safe = url.startswith("/desk/") and url_has_allowed_host_and_scheme(url, allowed_hosts=None)
    return url if safe else reverse("cases:desk_inbox")
