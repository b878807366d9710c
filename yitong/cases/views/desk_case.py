"""One case for the officers: everything about it on one page, every act with its form, and why an act is not possible."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_POST, require_safe

from yitong.cases import queries
from yitong.cases.commands.marks import mark_material, may_mark
from yitong.cases.forms.desk_base import ActionForm
from yitong.cases.forms.opinion_templates import texts
from yitong.cases.forms.tabler import reason_line
from yitong.cases.models import Case
from yitong.cases.queries import lists
from yitong.cases.queries.actions import ActionState
from yitong.cases.queries.marks import marks
from yitong.cases.rules.deadlines import local_date
from yitong.cases.views import desk_rows, desk_words
from yitong.cases.views.desk_access import StaffRequest
from yitong.cases.views.desk_acts import ACTS, Act
from yitong.cases.views.desk_detail import CaseFile, Detail, detail_of, lost_lines
from yitong.cases.views.desk_form_facts import form_facts
from yitong.cases.views.desk_inbox import InboxForm, list_query
from yitong.cases.views.desk_timeline import title_of, told
from yitong.catalog.queries.items import version
from yitong.documents import queries as documents
from yitong.kernel.clock import Ledger
from yitong.kernel.reasons import Conflict, Reason, Refused
from yitong.parties.doors import staff_with
from yitong.parties.roles import Permission

NOT_NOW = frozenset(
    {"wrong_state", "nothing_owed", "nothing_signed", "nothing_to_repair", "no_repair_request", "basis_stands"}
)
"""Reasons that only say the case has not come that far, or is past it: told in the folded list."""


@dataclass(slots=True)
class PanelAct:
    """One act in the panel: a form when it is possible, reasons when not."""

    code: str
    label: Any
    form: ActionForm | None = None
    reasons: tuple[Reason, ...] = ()
    primary: bool = False
    danger: bool = False
    hint: Any = ""
    expanded: bool = False
    query: str = ""


@dataclass(slots=True)
class Panel:
    open: list[PanelAct] = field(default_factory=list)
    refused: list[PanelAct] = field(default_factory=list)
    later: list[PanelAct] = field(default_factory=list)


@dataclass(slots=True)
class Failed:
    """An act that did not go through: the form as typed, a conflict in words, reasons the form has no place for."""

    action: str
    form: ActionForm
    status: int
    conflict: str = ""


@staff_with(Permission.CASE_VIEW)
@require_safe
def case_page(request: StaffRequest, number: str) -> HttpResponse:
    """The case as it is now."""
    return _page(request, found(request, number))


def found(request: StaffRequest, number: str) -> Case:
    """The case, or 404: absent and not for this officer look alike."""
    try:
        return queries.case_for(request.actor, number)
    except queries.CaseNotVisible:
        raise Http404 from None


@staff_with(Permission.CASE_VIEW)
@require_POST
def act(request: StaffRequest, number: str, action: str) -> HttpResponse:
    """Do one act. A mistake, a refusal or a lost race shows the page again with everything that was typed."""
    case, spec, now = found(request, number), ACTS.get(action), timezone.now()
    if spec is None:
        raise Http404
    form = spec.form(request.POST, facts=form_facts(case, request.actor, now), auto_id=f"{action}-%s")
    if form.data.get("rev") != str(case.rev):
        # Told before the form is judged: what was right to choose a moment ago may be gone because of the other's act.
        return _lost(request, number, spec, now)
    if not form.is_valid():
        return _page(request, case, Failed(action, form, 422))
    try:
        rev = form.cleaned_data["rev"]
        spec.run(actor=request.actor, case_id=case.pk, rev=rev, now=now, **form.arguments())
    except Conflict:
        return _lost(request, number, spec, now)
    except Refused as refusal:
        form.add_reasons(refusal.reasons)
        return _page(request, found(request, number), Failed(action, form, 422))
    messages.success(request, str(spec.done))
    return redirect(_after(request, number))


def _after(request: StaffRequest, number: str) -> str:
    """The case again, or the list when the officer has nothing to see there any more."""
    try:
        queries.case_for(request.actor, number)
    except queries.CaseNotVisible:
        return reverse("cases:desk_inbox")
    return reverse("cases:desk_case", args=[number]) + kept_query(request.GET)


def _lost(request: StaffRequest, number: str, spec: Act, now: datetime) -> HttpResponse:
    """Somebody else acted first: the case as it is now, and the same words ready to be sent on it once more."""
    fresh = found(request, number)
    data = QueryDict(mutable=True)
    data.update(request.POST)
    data["rev"] = str(fresh.rev)
    code = spec.action.value
    form = spec.form(data, facts=form_facts(fresh, request.actor, now), auto_id=f"{code}-%s")
    form.full_clean()
    return _page(request, fresh, Failed(code, form, 409, _who_was_first(fresh)))


def _who_was_first(case: Case) -> str:
    """Who did what, and when."""
    text = gettext("%(who)s acted on this case at %(at)s: %(what)s.")
    at = timezone.localtime(case.last_event_at).strftime("%H:%M:%S")
    return text % {"who": case.last_event_actor, "at": at, "what": title_of(case.last_event_kind)}


def kept_query(get: QueryDict) -> str:
    """The list this case was opened from, kept through every link of the page."""
    kept = QueryDict(mutable=True)
    if get.get("list") is not None:
        kept["list"] = str(get["list"])[:2000]
    return f"?{kept.urlencode()}" if kept else ""


@staff_with(Permission.CASE_VIEW)
@require_POST
def mark(request: StaffRequest, number: str) -> HttpResponse:
    """Note what is right or wrong with one material."""
    case = found(request, number)
    try:
        mark_material(
            actor=request.actor,
            case_id=case.pk,
            code=request.POST.get("material", ""),
            verdict=request.POST.get("verdict", ""),
            problem=request.POST.get("problem", "")[:500],
            remedy=request.POST.get("remedy", "")[:500],
            now=timezone.now(),
        )
    except Refused as refusal:
        messages.error(request, reason_line(refusal.reasons[0]))
    return redirect(reverse("cases:desk_case", args=[number]) + kept_query(request.GET) + "#materials")


@staff_with(Permission.CASE_EXPORT)
@require_safe
def bundle(request: StaffRequest, number: str) -> HttpResponse:
    """The complete file of the case as a zip."""
    case = found(request, number)
    response = HttpResponse(queries.bundle(request.actor, case, timezone.now()), content_type="application/zip")
    response["Content-Disposition"] = f'attachment; filename="{case.number}.zip"'
    response["Cache-Control"] = "private, no-store"
    return response


def _page(request: StaffRequest, case: Case, failed: Failed | None = None) -> HttpResponse:
    now, actor = timezone.now(), request.actor
    record = version(case.version_id).record
    file = CaseFile(case, queries.parts(case), marks(case))
    kept = kept_query(request.GET)
    chosen = request.GET.get("m", "")
    detail = detail_of(file, record, int(chosen) if chosen.isdecimal() and len(chosen) < 19 else None, kept[1:])
    context = {
        "case": case,
        "head": _head(file, detail, now),
        "detail": detail,
        "preview": detail.preview,
        "documents": _documents(case),
        "licence": _licence(case),
        "ledgers": _ledgers(case, now),
        "events": told(queries.timeline(actor, case)),
        "lost": lost_lines(file),
        "lost_way": "request_correction" if case.state == "submitted" and not case.correction_given else "ask_basis",
        "may_open": actor.may(Permission.LICENCE_OPEN),
        "acts": _panel(request, file, now, kept, failed),
        "conflict": failed.conflict if failed else "",
        "may_mark": may_mark(actor, case),
        "wording": {"problems": texts("correction_problem"), "remedies": texts("correction_remedy")},
        "bundle_url": reverse("cases:desk_bundle", args=[case.number]) if actor.may(Permission.CASE_EXPORT) else "",
        **_list(request, case, now),
    }
    return render(request, "cases/desk/case.html", context, status=failed.status if failed else 200)


def _head(file: CaseFile, detail: Detail, now: datetime) -> dict[str, Any]:
    case, decision, today = file.case, file.parts.decision, local_date(now)
    running = case.state in ("accepted", "deciding")
    terms = [desk_words.committed_term(case, today), desk_words.statutory_term(case, today)] if running else []
    if not running and case.state != "closed":
        terms = [desk_words.next_term(case, now)]
    identity = detail.applicant[1].value if len(detail.applicant) > 1 else ""
    return {
        "light": desk_words.light_of(case, now),
        "state": desk_words.STATES[case.state],
        "outcome": desk_words.OUTCOMES.get(case.outcome, ""),
        "channel": desk_words.CHANNELS.get(case.channel, case.channel),
        "handler": case.handler.name if case.handler is not None else "",
        "terms": terms,
        "identity": identity,
        # The law decided in the organ's place in two ways only (行政许可法 第五十条第二款, and a list of 超时默认).
        "deemed_renewed": decision is not None and decision.deemed and not case.deemed_approved,
    }


def _documents(case: Case) -> list[dict[str, Any]]:
    rows = documents.of_subject(f"case:{case.pk}")
    return [
        {
            "title": documents.title(row),
            "number": row.number,
            "issued_at": row.issued_at,
            "url": f"{reverse('documents:pdf', args=[row.code])}?inline=1",
        }
        for row in rows
        if row.kind != "licence"
    ]


def _licence(case: Case) -> dict[str, Any] | None:
    licence = case.licence
    if licence is None:
        return None
    name = version(case.version_id).record.result.name or gettext("Licence")
    return {
        "name": name,
        "identifier": licence.identifier,
        "issued_on": licence.issued_on,
        "url": reverse("licences:short", args=[licence.code]),
    }


def _ledgers(case: Case, now: datetime) -> list[dict[str, Any]]:
    both = queries.ledger(case, now)
    if both is None:
        return []
    return [
        _explained(gettext("Committed limit"), both.committed),
        _explained(gettext("Statutory limit"), both.statutory),
    ]


def _explained(title: str, ledger: Ledger) -> dict[str, Any]:
    """One clock for the page. ``excluded``: days that did not count, the first day left aside."""
    return {
        "title": title,
        "ledger": ledger,
        "due_on": ledger.due.due_on,
        "counted": ledger.due.counted,
        "excluded": max(0, sum(not day.counted for day in ledger.days) - 1),
    }


def _list(request: StaffRequest, case: Case, now: datetime) -> dict[str, Any]:
    """The list this case was opened from: its rows beside the case, and the way back, forth and home."""
    asked = request.GET.get("list")
    if asked is None:
        return {"back_url": reverse("cases:desk_inbox"), "queue": {}}
    get = QueryDict(asked[:2000])
    back = reverse("cases:desk_inbox") + (f"?{get.urlencode()}" if get else "")
    filters = InboxForm(get, items=[]).filters()
    page = lists.inbox(request.actor, filters, desk_rows.page_number(get.get("page", "")), now)
    rows = desk_rows.rows(page.cases, request.actor, now, query=list_query(get), current=case.number or "")
    at = next((place for place, row in enumerate(rows) if row.current), None)
    before = rows[at - 1].url if at else ""
    after = rows[at + 1].url if at is not None and at + 1 < len(rows) else ""
    return {"back_url": back, "queue": {"rows": rows, "previous": before, "next": after}}


def _panel(request: StaffRequest, file: CaseFile, now: datetime, kept: str, failed: Failed | None) -> Panel:
    """The acts sorted by whether they are possible; the one that failed is open with what was typed."""
    panel, case = Panel(), file.case
    facts = form_facts(case, request.actor, now, file)
    states = {state.code: state for state in queries.actions(request.actor, case, now)}
    for code, spec in ACTS.items():
        state = states.get(code)
        if failed is not None and failed.action == code:
            row = _row(spec, failed.form, kept)
            row.expanded = True
            panel.open.append(row)
            if state is not None and not state.allowed:
                panel.refused.append(_refused(spec, state))
        elif state is not None and state.allowed and not _already(spec, case, request):
            panel.open.append(_row(spec, spec.form(facts=facts, auto_id=f"{code}-%s"), kept))
        elif state is not None and not state.allowed:
            later = {reason.code for reason in state.reasons} <= NOT_NOW
            (panel.later if later else panel.refused).append(_refused(spec, state))
    _unfold(panel, failed)
    return panel


def _already(spec: Act, case: Case, request: StaffRequest) -> bool:
    """Claiming what is one's own is harmless and pointless."""
    return spec.action.value == "claim" and case.handler_id == request.actor.staff_id


def _row(spec: Act, form: ActionForm, kept: str) -> PanelAct:
    return PanelAct(spec.action.value, spec.label, form, (), spec.primary, spec.danger, spec.hint, False, kept)


def _refused(spec: Act, state: ActionState) -> PanelAct:
    return PanelAct(spec.action.value, spec.label, reasons=state.reasons, danger=spec.danger)


def _unfold(panel: Panel, failed: Failed | None) -> None:
    """The likeliest act lies open: nothing needs a second click that could be one."""
    if failed is None:
        for row in panel.open:
            if row.primary and row.form is not None and row.form.visible_fields():
                row.expanded = True
                break
