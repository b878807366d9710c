"""Supplying afterwards: what the correction notice names, and what was promised at a provisional acceptance."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods

from yitong.cases.commands import remove_material, save_form, supply_correction, supply_provisional
from yitong.cases.models import Case, CaseMaterial, CorrectionNotice
from yitong.cases.queries import portal as queries
from yitong.cases.rules.deadlines import local_date
from yitong.cases.views.portal_access import CitizenRequest, case_page, open_case
from yitong.cases.views.portal_draft import Draft, by_field, open_draft
from yitong.cases.views.portal_reuse import Offer, offers, use_found
from yitong.cases.views.portal_standing import left_words
from yitong.cases.views.portal_uploads import accept_attribute, posted_id, take
from yitong.cases.views.portal_wizard import posted_values
from yitong.catalog.records import Material
from yitong.catalog.rules import forms
from yitong.kernel.reasons import N_, Conflict, Reason, Refused

both = require_http_methods(["GET", "HEAD", "POST"])


@dataclass(frozen=True, slots=True)
class Wanted:
    """One thing to supply: a material or a field. ``done``: whether it was supplied since it was asked for."""

    code: str
    name: str
    problem: str = ""
    remedy: str = ""
    material: Material | None = None
    view: forms.FieldView | None = None
    value: Any = ""
    done: bool = False
    fresh: list[CaseMaterial] = field(default_factory=list)
    old: list[CaseMaterial] = field(default_factory=list)
    accept: str = ""
    kinds: str = ""
    found: list[Offer] = field(default_factory=list)

    @property
    def sensitive(self) -> list[str]:
        """Labels of sensitive fields among what was found."""
        return sorted({label for each in self.found for label in each.sensitive})


@both
@case_page
def correction(request: CitizenRequest, case: Case) -> HttpResponse:
    """Thing by thing what the one notice asks for; then all of it is handed in at once."""
    notice = queries.correction(case)
    if notice is None or notice.state != "open":
        messages.info(request, gettext("Nothing has to be put right in this case now."))
        return redirect("cases:case", number=case.number)
    reasons: list[Reason] = []
    if request.method == "POST":
        try:
            reasons = _mend(request, case, notice)
        except Conflict as conflict:
            reasons = [conflict.reason]
        if not reasons:
            return _after_mending(request, case, notice)
    draft = open_draft(open_case(request, case.number or ""))
    wanted = _wanted_by_notice(request, draft, notice)
    context = {
        "case": draft.case,
        "notice": notice,
        "wanted": wanted,
        "ready": all(each.done for each in wanted),
        "left": left_words(notice.supply_by_on, local_date(timezone.now())),
        "reasons": tuple(reasons),
        "wrong": by_field(reasons),
        "touched": request.POST.get("code", ""),
    }
    return render(request, "cases/portal/correction.html", context, status=422 if reasons else 200)


def _mend(request: CitizenRequest, case: Case, notice: CorrectionNotice) -> list[Reason]:
    act, code = request.POST.get("act", ""), request.POST.get("code", "")
    if act == "supply":
        try:
            supply_correction(actor=request.actor, case_id=case.pk, rev=posted_id(request, "rev"), now=timezone.now())
        except Refused as refused:
            return list(refused.reasons)
        return []
    draft = open_draft(case)
    asked = next((item for item in notice.items if code and code in (item.get("material"), item.get("field"))), None)
    if asked is None:
        return [Reason("not_asked", N_("The notice does not ask for this; choose something from the list."))]
    if asked.get("field"):
        return _save_field(request, draft, code)
    return give(request, draft.case, draft.record.material(code), act)


def _save_field(request: CitizenRequest, draft: Draft, name: str) -> list[Reason]:
    values = posted_values(request, draft, [name])
    form = {key: value for key, value in draft.case.form.items() if key != name} | values
    wrong = [each for each in forms.validate(draft.record, draft.selection, form) if each.field == name]
    if wrong:
        return wrong
    save_form(actor=request.actor, case_id=draft.case.pk, form=form, rev=draft.case.rev, now=timezone.now())
    request.session[_saved_key(draft.case)] = sorted({*_saved(request, draft.case), name})
    return []


def _saved_key(case: Case) -> str:
    return f"cases.mended.{case.pk}"


def _saved(request: CitizenRequest, case: Case) -> list[str]:
    """Fields saved since the notice, as far as this browser's session knows: only a mark on the page hangs on it."""
    return list(request.session.get(_saved_key(case), ()))


def give(request: CitizenRequest, case: Case, material: Material, act: str) -> list[Reason]:
    """Take what was posted for one material: a finding agreed to, a file taken out, or files."""
    if act == "agree":
        return use_found(request, case, material.code)
    if act == "remove":
        try:
            chosen = posted_id(request, "material") or 0
            remove_material(actor=request.actor, case_id=case.pk, material_id=chosen, now=timezone.now())
        except Refused as refused:
            return list(refused.reasons)
        return []
    if not request.FILES.getlist("files"):
        message = N_("Choose a file for “%(name)s”.")
        return [Reason("material_missing", message, field=material.code, params={"name": material.name})]
    return take(request, case, material)


def _after_mending(request: CitizenRequest, case: Case, notice: CorrectionNotice) -> HttpResponse:
    if request.POST.get("act") == "supply":
        text = gettext(
            "Thank you. Everything is handed in; you will hear within five working days whether it is accepted."
        )
        messages.success(request, text)
        return redirect("cases:case", number=case.number)
    if _is_field(notice, request.POST.get("code", "")):
        messages.success(request, gettext("The answer is saved."))
    return redirect(f"{request.path}#item-{request.POST.get('code', '')}")


def _is_field(notice: CorrectionNotice, code: str) -> bool:
    return any(item.get("field") == code for item in notice.items)


def _wanted_by_notice(request: CitizenRequest, draft: Draft, notice: CorrectionNotice) -> list[Wanted]:
    views = {view.name: view for view in forms.fields(draft.record, draft.selection)}
    found = []
    for item in notice.items:
        words: dict[str, Any] = {"name": item.get("name", ""), "problem": item["problem"], "remedy": item["remedy"]}
        if item.get("material"):
            material = draft.record.material(item["material"])
            found.append(_wanted_material(request, draft.case, material, notice.given_at, words))
            continue
        name = item["field"]
        done = name not in views or name in _saved(request, draft.case)
        found.append(Wanted(name, **words, view=views.get(name), value=draft.case.form.get(name, ""), done=done))
    return found


def _wanted_material(
    request: CitizenRequest, case: Case, material: Material, since: Any, words: dict[str, Any]
) -> Wanted:
    rows = queries.given(case).get(material.code, [])
    fresh = [row for row in rows if row.added_at >= since]
    return Wanted(
        material.code,
        **words,
        material=material,
        done=bool(fresh),
        fresh=fresh,
        old=[row for row in rows if row.added_at < since],
        accept=accept_attribute(material),
        kinds="、".join(kind.upper() for kind in material.accept),
        found=offers(request, case, {material.code: material.name}, [material.code]).get(material.code, []),
    )


@both
@case_page
def provisional(request: CitizenRequest, case: Case) -> HttpResponse:
    """What was promised at the provisional acceptance, with the days that are left."""
    promise = queries.promise(case)
    if promise is None or not case.provisional_open:
        messages.info(request, gettext("No material is owed for this case."))
        return redirect("cases:case", number=case.number)
    reasons: list[Reason] = []
    if request.method == "POST":
        try:
            reasons = _bring(request, case)
        except Conflict as conflict:
            reasons = [conflict.reason]
        if not reasons:
            return _after_bringing(request, case)
    case = open_case(request, case.number or "")
    record = open_draft(case).record
    wanted = [
        _wanted_material(
            request,
            case,
            record.material(item.code),
            promise.accepted_at,
            {"name": item.name, "problem": "", "remedy": record.material(item.code).guidance},
        )
        for item in queries.owed(case)
    ]
    context = {
        "case": case,
        "promise": promise,
        "wanted": wanted,
        "ready": all(each.done for each in wanted),
        "left": left_words(promise.promised_on, local_date(timezone.now())),
        "reasons": tuple(reasons),
        "wrong": by_field(reasons),
        "touched": request.POST.get("code", ""),
    }
    return render(request, "cases/portal/provisional.html", context, status=422 if reasons else 200)


def _bring(request: CitizenRequest, case: Case) -> list[Reason]:
    if request.POST.get("act") == "supply":
        try:
            supply_provisional(actor=request.actor, case_id=case.pk, rev=posted_id(request, "rev"), now=timezone.now())
        except Refused as refused:
            return list(refused.reasons)
        return []
    code = request.POST.get("code", "")
    if code not in {item.code for item in queries.owed(case)}:
        return [Reason("not_asked", N_("This material was not promised; choose something from the list."))]
    return give(request, case, open_draft(case).record.material(code), request.POST.get("act", ""))


def _after_bringing(request: CitizenRequest, case: Case) -> HttpResponse:
    if request.POST.get("act") == "supply":
        messages.success(request, gettext("Thank you. The promised materials are here; the case goes on."))
        return redirect("cases:case", number=case.number)
    return redirect(f"{request.path}#item-{request.POST.get('code', '')}")
