"""The wizard's materials: one a page, with the ways there are to give it, promise it or commit to it."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.contrib import messages
from django.http import FileResponse, Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_safe

from yitong.cases.commands import offer_provisional, remove_material, sign_commitment, withdraw_commitment
from yitong.cases.queries import portal as queries
from yitong.cases.queries.reuse import findings
from yitong.cases.rules.deadlines import local_date
from yitong.cases.views.portal_access import CitizenRequest, draft_page, not_found_unless
from yitong.cases.views.portal_draft import Draft, Page, open_draft
from yitong.cases.views.portal_files import material_file
from yitong.cases.views.portal_reuse import offers, origin_of, proposals, use_all_found, use_found
from yitong.cases.views.portal_uploads import accept_attribute, posted_id, take
from yitong.cases.views.portal_wizard import going_on, wizard
from yitong.catalog.records import Material
from yitong.kernel.reasons import N_, Reason, Refused

both = require_http_methods(["GET", "HEAD", "POST"])


@both
@draft_page
def materials(request: CitizenRequest, draft: Draft) -> HttpResponse:
    """What is needed altogether, and what of it need not be brought: one press agrees to all that was found."""
    page = draft.find("materials", "")
    if page is None:
        return redirect(draft.resume)
    reasons: list[Reason] = []
    if request.method == "POST":
        reasons = use_all_found(request, draft.case)
        if not reasons:
            messages.success(
                request, gettext("These materials are taken from where they are already; you need not bring them.")
            )
            return redirect(page.url)
    found = proposals(findings(draft.case, request.actor, timezone.now()), draft.names)
    rows = [
        {
            "material": each,
            "required": draft.required(each),
            "how": draft.covered(each),
            "page": draft.find("materials", each.code),
            "reused": any(row.origin for row in draft.given.get(each.code, ())),
        }
        for each in draft.asked
    ]
    waived = sum(1 for row in rows if row["how"] == "given" and row["reused"])
    more: dict[str, Any] = {
        "rows": rows,
        "found": found,
        "sensitive": sorted({label for each in found for label in each.sensitive}),
        "waived": waived,
        "next_url": draft.after(page),
        "typed": request.POST,
    }
    return wizard(request, "materials", draft, page, reasons=tuple(reasons), **more)


@both
@draft_page
def material(request: CitizenRequest, draft: Draft, code: str) -> HttpResponse:
    """One material: guidance, upload, licence, promise."""
    wanted = draft.material(code)
    if wanted is None:
        return redirect(draft.resume)
    page = draft.find("materials", code)
    assert page is not None  # every material has a page
    if request.method != "POST":
        return _material_page(request, draft, page, wanted)
    act = request.POST.get("act", "next")
    reasons = {"remove": _remove, "agree": _agree, "promise": _promise, "unpromise": _unpromise}.get(act, _take)(
        request, draft, wanted
    )
    fresh = open_draft(queries.wizard_case(request.actor, draft.case.pk))
    if not reasons and act in ("next", "promise") and fresh.required(wanted) and not fresh.covered(wanted):
        message = N_("Choose a file for “%(name)s”.")
        reasons = [Reason("material_missing", message, field="files", params={"name": wanted.name})]
    if reasons:
        return _material_page(request, fresh, page, wanted, tuple(reasons))
    if act in ("next", "promise"):
        return going_on(request, fresh, page)
    return redirect(page.url)


def _take(request: CitizenRequest, draft: Draft, wanted: Material) -> list[Reason]:
    return take(request, draft.case, wanted, posted_id(request, "replaces"))


def _agree(request: CitizenRequest, draft: Draft, wanted: Material) -> list[Reason]:
    return use_found(request, draft.case, wanted.code)


def _remove(request: CitizenRequest, draft: Draft, wanted: Material) -> list[Reason]:
    try:
        chosen = posted_id(request, "material")
        remove_material(actor=request.actor, case_id=draft.case.pk, material_id=chosen or 0, now=timezone.now())
    except Refused as refused:
        return list(refused.reasons)
    return []


def _promise(request: CitizenRequest, draft: Draft, wanted: Material) -> list[Reason]:
    """容缺: one promised day for everything promised; the latest choice holds."""
    now = timezone.now()
    day = _day(request.POST.get("promised_on", ""))
    latest = draft.latest_promise(now)
    if request.POST.get("voluntary") != "yes":
        return [Reason("not_voluntary", N_("Tick that you promise this of your own will."), field="voluntary")]
    if day is None:
        return [Reason("no_day", N_("Choose the day until which you will supply it."), field="promised_on")]
    if latest is not None and day > latest:
        message = N_("Choose a day up to %(latest)s: it must lie within the time the office promised.")
        return [Reason("promised_too_late", message, field="promised_on", params={"latest": latest.isoformat()})]
    return _offer(request, draft, sorted(draft.promised | {wanted.code}), day, now)


def _unpromise(request: CitizenRequest, draft: Draft, wanted: Material) -> list[Reason]:
    now = timezone.now()
    return _offer(request, draft, sorted(draft.promised - {wanted.code}), draft.promised_on or local_date(now), now)


def _offer(request: CitizenRequest, draft: Draft, codes: list[str], day: date, now: datetime) -> list[Reason]:
    try:
        offer_provisional(actor=request.actor, case_id=draft.case.pk, materials=codes, promised_on=day, now=now)
    except Refused as refused:
        return list(refused.reasons)
    return []


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _material_page(
    request: CitizenRequest, draft: Draft, page: Page, wanted: Material, reasons: tuple[Reason, ...] = ()
) -> HttpResponse:
    now = timezone.now()
    found = offers(request, draft.case, {wanted.code: wanted.name}, [wanted.code]).get(wanted.code, [])
    may_promise = wanted.may_be_provisional and draft.required(wanted) and not draft.given.get(wanted.code)
    more: dict[str, Any] = {
        "material": wanted,
        "required": draft.required(wanted),
        "how": draft.covered(wanted),
        "files": [(row, origin_of(row, local_date(now))) for row in draft.given.get(wanted.code, [])],
        "accept": accept_attribute(wanted),
        "kinds": "、".join(kind.upper() for kind in wanted.accept),
        "found": found,
        "sensitive": sorted({label for each in found for label in each.sensitive}),
        "may_promise": may_promise,
        "may_commit": wanted.may_be_commitment and draft.record.commitment is not None,
        "today": local_date(now),
        "latest": draft.latest_promise(now) if may_promise else None,
        "typed": request.POST,
    }
    return wizard(request, "material", draft, page, reasons=reasons, **more)


@require_safe
@draft_page
def file(request: CitizenRequest, draft: Draft, code: str, material_id: int) -> HttpResponseBase:
    """What was uploaded, to look at."""
    row = next((each for each in draft.given.get(code, []) if each.pk == material_id), None)
    if row is None:
        raise Http404
    response: FileResponse | HttpResponse = material_file(row)
    return response


@both
@draft_page
def commitment(request: CitizenRequest, draft: Draft) -> HttpResponse:
    """告知承诺: the full text, what a false promise costs, how it is checked; signed by typing one's name."""
    spec = draft.record.commitment
    not_found_unless(spec)
    page = draft.find("materials", "")
    not_found_unless(page)
    assert page is not None
    reasons: list[Reason] = []
    if request.method == "POST" and request.POST.get("act") == "take_back":
        return _take_back(request, draft, page)
    if request.method == "POST" and not draft.case.committed_by_promise:
        reasons = _unsigned(request)
        if not reasons:
            try:
                sign_commitment(actor=request.actor, case_id=draft.case.pk, rev=draft.case.rev, now=timezone.now())
            except Refused as refused:
                reasons = list(refused.reasons)
            else:
                messages.success(request, gettext("You signed the commitment."))
                return redirect(open_draft(queries.wizard_case(request.actor, draft.case.pk)).resume)
    replaced = [each for each in draft.asked if each.may_be_commitment]
    more = {"spec": spec, "replaced": replaced, "signer": request.actor.name, "typed": request.POST}
    return wizard(request, "commitment", draft, page, reasons=tuple(reasons), **more)


def _take_back(request: CitizenRequest, draft: Draft, page: Page) -> HttpResponse:
    """In a draft nothing was promised to anybody yet: the signature goes, the materials are asked for again."""
    if draft.case.committed_by_promise:
        withdraw_commitment(actor=request.actor, case_id=draft.case.pk, rev=draft.case.rev, now=timezone.now())
        messages.success(request, gettext("The commitment is taken back. Please give the materials it stood for."))
    return redirect(page.url)


def _unsigned(request: CitizenRequest) -> list[Reason]:
    reasons = []
    if request.POST.get("understood") != "yes":
        message = N_("Tick that you were told all of this and promise that it is true.")
        reasons.append(Reason("not_understood", message, field="understood"))
    if "".join(request.POST.get("signature", "").split()) != "".join(request.actor.name.split()):
        message = N_("Sign by typing your own name exactly: %(name)s.")
        reasons.append(Reason("not_signed", message, field="signature", params={"name": request.actor.name}))
    return reasons
