"""The JSON API of cases: the same queries and commands as the pages, under the same policy.

Every answer starts at ``permissions.visible_to``; a case of somebody else is 404 like one that does not exist. A rule that
refuses answers 422 with its reasons, a lost race 409. Log-in by session; writes need the CSRF token (``X-CSRFToken``).
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any, Literal

from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext
from ninja import Query, Router, Schema
from ninja.security import django_auth
from pydantic import Field

from yitong.cases import commands, queries
from yitong.cases.commands import Applicant, CaseNotFound
from yitong.cases.models import Case
from yitong.cases.queries import InboxFilters
from yitong.cases.queries.lists import TABS, TIMED_TABS, CasePage
from yitong.kernel.reasons import Reason
from yitong.parties.actors import ANONYMOUS, Actor

router = Router(auth=django_auth)
Id = Annotated[int, Field(ge=1, le=2**63 - 1)]
Rev = Annotated[int, Field(ge=0, le=2**31 - 1)]
Text = Annotated[str, Field(max_length=5000, pattern=r"^[^\x00]*$")]
Line = Annotated[str, Field(max_length=300, pattern=r"^[^\x00]*$")]
Number = Annotated[str, Field(min_length=43, max_length=50, pattern=r"^[0-9A-Z]+$")]


class ReasonOut(Schema):
    """Why something is not possible."""

    code: str
    message: str
    law: str
    field: str


class Problem(Schema):
    """``reasons`` is empty for 401 and 404."""

    detail: str
    reasons: list[ReasonOut] = []


class CaseOut(Schema):
    """One case in a list. ``light``: green, yellow, red, paused, none."""

    number: str | None
    id: int
    item_code: str
    item_name: str
    applicant_name: str
    state: str
    outcome: str
    suspended: bool
    submitted_at: datetime | None
    accepted_at: datetime | None
    statutory_due_on: date | None
    committed_due_on: date | None
    provisional_clock: bool
    light: str
    rev: int


class CasesOut(Schema):
    """One page. ``more``: there is a next one."""

    cases: list[CaseOut]
    page: int
    more: bool


class EventOut(Schema):
    """One act of the timeline."""

    seq: int
    kind: str
    at: datetime
    actor_name: str


class ActionOut(Schema):
    """One act this log-in may do to the case, and why not now."""

    code: str
    label: str
    allowed: bool
    reasons: list[ReasonOut]


class DetailOut(CaseOut):
    """One case with its form, timeline and possible acts."""

    form: dict[str, Any]
    answers: dict[str, Any]
    timeline: list[EventOut]
    actions: list[ActionOut]


class DayOut(Schema):
    """One day of a clock."""

    on: date
    counted: bool
    number: int | None
    reason: str
    detail: str


class ClockOut(Schema):
    """One clock day by day. ``due_on`` is null while it stands."""

    due_on: date | None
    remaining: int | None
    provisional: bool
    days: list[DayOut]


class LedgerOut(Schema):
    """Both clocks of an accepted case."""

    statutory: ClockOut
    committed: ClockOut


class Act(Schema):
    """``rev``: the revision you looked at; another one by now answers 409."""

    rev: Rev | None = None


class DraftIn(Schema):
    """For oneself without ids. ``client_token`` names this application, so that sending it twice makes one case."""

    item_code: Annotated[str, Field(pattern=r"^[0-9A-Z]{12,31}$")]
    enterprise_id: Id | None = None
    person_id: Id | None = None
    answers: dict[str, Any] = {}
    form: dict[str, Any] = {}
    client_token: Annotated[str, Field(min_length=8, max_length=64, pattern=r"^[0-9A-Za-z_-]+$")] | None = None


class MaterialIn(Act):
    """An uploaded file for a material."""

    material_code: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,39}$")]
    stored_file_id: Id


class ReasonIn(Act):
    """A reason in words."""

    reason: Text = ""


class RefuseAcceptanceIn(ReasonIn):
    """Who is competent instead."""

    right_organ: Line


class CorrectionItem(Schema):
    """One thing that is missing or wrong: a material or a field of the form, by code."""

    material: Line = ""
    field: Line = ""
    problem: Text
    remedy: Text


class CorrectionIn(Act):
    """The one notice."""

    items: Annotated[list[CorrectionItem], Field(max_length=100)]
    supply_days: Annotated[int, Field(ge=-1000, le=1000)] = 15


class StepIn(Act):
    """An opinion on an open step."""

    step_id: Id
    opinion: Literal["agree", "conditional", "disagree"]
    text: Text = ""


class DecideIn(Act):
    """The decision; a refusal needs both texts."""

    outcome: Literal["granted", "refused"]
    reasons: Text = ""
    remedies: Text = ""


REFUSALS = {401: Problem, 404: Problem, 409: Problem, 422: Problem}


def _actor(request: HttpRequest) -> Actor:
    return getattr(request, "actor", ANONYMOUS)


def _reason(reason: Reason) -> ReasonOut:
    text = gettext(reason.message)
    message = text % reason.params if reason.params else text
    return ReasonOut(code=reason.code, message=message, law=reason.law, field=reason.field)


def _fields(case: Case, now: datetime) -> dict[str, Any]:
    names = [name for name in CaseOut.model_fields if name != "light"]
    ended = case.decided_at or case.closed_at
    light = queries.light(now, case.yellow_at, case.committed_due_at, case.statutory_due_at, case.suspended, ended)
    return {**{name: getattr(case, name) for name in names}, "light": light.value}


def _page(found: CasePage, now: datetime) -> CasesOut:
    return CasesOut(cases=[CaseOut(**_fields(case, now)) for case in found.cases], page=found.page, more=found.more)


def _detail(actor: Actor, case: Case, now: datetime) -> DetailOut:
    return DetailOut(
        **_fields(case, now),
        form=case.form,
        answers=case.answers,
        timeline=[
            EventOut(seq=e.seq, kind=e.kind, at=e.at, actor_name=e.actor_name) for e in queries.timeline(actor, case)
        ],
        actions=[
            ActionOut(code=a.code, label=gettext(a.label), allowed=a.allowed, reasons=[_reason(r) for r in a.reasons])
            for a in queries.actions(actor, case, now)
        ],
    )


def _found(actor: Actor, number: str) -> Case:
    try:
        return queries.case_for(actor, number)
    except queries.CaseNotVisible:
        raise CaseNotFound from None


def _act(request: HttpRequest, number: str, command: Any, **arguments: Any) -> DetailOut:
    """Run one command on the case with ``number`` and answer with the case as it is then."""
    actor, now = _actor(request), timezone.now()
    command(actor=actor, case_id=_found(actor, number).pk, now=now, **arguments)
    return _detail(actor, _found(actor, number), now)


@router.get("/mine", response={200: CasesOut, 401: Problem}, summary="My cases and drafts")
def mine(request: HttpRequest, page: Annotated[int, Query(ge=1, le=100)] = 1) -> CasesOut:
    """Cases of the logged-in citizen, the enterprises he handles and principals with a mandate; newest first."""
    actor = _actor(request)
    if actor.is_staff:
        return CasesOut(cases=[], page=1, more=False)
    return _page(queries.own_cases(actor, page), timezone.now())


@router.get("/inbox", response={200: CasesOut, 401: Problem}, summary="The office's open cases")
def inbox(
    request: HttpRequest,
    tab: Annotated[str, Query(pattern=f"^({'|'.join([*TABS, *TIMED_TABS])})$")] = "open",
    text: Annotated[str, Query(max_length=40)] = "",
    page: Annotated[int, Query(ge=1, le=100)] = 1,
) -> CasesOut:
    """Open cases this officer sees, the next due first."""
    actor, now = _actor(request), timezone.now()
    if not actor.is_staff:
        return CasesOut(cases=[], page=1, more=False)
    return _page(queries.inbox(actor, InboxFilters(tab=tab, text=text), page, now), now)


@router.get("/search", response={200: CasesOut, 401: Problem}, summary="Search visible cases")
def search(
    request: HttpRequest,
    q: Annotated[str, Query(min_length=1, max_length=60)],
    page: Annotated[int, Query(ge=1, le=50)] = 1,
) -> CasesOut:
    """By applicant, item, or number (whole, or its last 4 to 12 characters)."""
    return _page(queries.search(_actor(request), q, page), timezone.now())


@router.post("/drafts", response={201: DetailOut, **REFUSALS}, summary="Start a draft")
def start_draft(request: HttpRequest, body: DraftIn) -> tuple[int, DetailOut]:
    """Start a draft with answers and form; attach materials, then submit it."""
    actor, now = _actor(request), timezone.now()
    own = actor.person_id or 0
    applicant = (
        Applicant(enterprise_id=body.enterprise_id)
        if body.enterprise_id is not None
        else Applicant(person_id=own if body.person_id is None else body.person_id)
    )
    place: dict[str, Any] = {"actor": actor, "now": now}
    case = commands.start_draft(
        **place, item_code=body.item_code, applicant=applicant, channel="web", client_token=body.client_token
    )
    if case.state == "draft":
        if body.answers:
            case = commands.save_answers(**place, case_id=case.pk, answers=body.answers)
        if body.form:
            case = commands.save_form(**place, case_id=case.pk, form={**case.form, **body.form})
    return 201, _detail(actor, case, now)


@router.post("/drafts/{int:case_id}/materials", response={200: DetailOut, **REFUSALS}, summary="Attach to a draft")
def attach_to_draft(request: HttpRequest, case_id: int, body: MaterialIn) -> DetailOut:
    """Give an uploaded file (``/api/documents``) for a material of a draft."""
    actor, now = _actor(request), timezone.now()
    case = commands.attach_material(actor=actor, case_id=_id(case_id), now=now, **body.dict())
    return _detail(actor, case, now)


@router.post("/drafts/{int:case_id}/submit", response={200: DetailOut, **REFUSALS}, summary="Submit a draft")
def submit(request: HttpRequest, case_id: int, body: Act) -> DetailOut:
    """Hand the draft in and get its number. A draft with a ``client_token`` may be submitted twice without harm."""
    actor, now = _actor(request), timezone.now()
    token = queries.draft_token(actor, _id(case_id))
    case = commands.submit(actor=actor, case_id=_id(case_id), now=now, rev=body.rev, client_token=token)
    return _detail(actor, case, now)


def _id(case_id: int) -> int:
    if not 1 <= case_id <= 2**63 - 1:
        raise CaseNotFound
    return case_id


@router.get("/{number}", response={200: DetailOut, 401: Problem, 404: Problem, 422: Problem}, summary="One case")
def detail(request: HttpRequest, number: Number) -> DetailOut:
    """The case with its form, timeline and what you may do to it now."""
    actor = _actor(request)
    return _detail(actor, _found(actor, number), timezone.now())


@router.get(
    "/{number}/ledger", response={200: LedgerOut, 401: Problem, 404: Problem, 422: Problem}, summary="Both clocks"
)
def ledger(request: HttpRequest, number: Number) -> LedgerOut:
    """Every day of both limits with the reason it counts or not; 404 before acceptance."""
    found = queries.ledger(_found(_actor(request), number), timezone.now())
    if found is None:
        raise CaseNotFound
    clocks = {
        name: ClockOut(
            due_on=each.due.due_on,
            remaining=each.remaining,
            provisional=each.provisional,
            days=[
                DayOut(on=d.on, counted=d.counted, number=d.number, reason=d.reason, detail=d.detail) for d in each.days
            ],
        )
        for name, each in (("statutory", found.statutory), ("committed", found.committed))
    }
    return LedgerOut(**clocks)


@router.post("/{number}/materials", response={200: DetailOut, **REFUSALS}, summary="Attach a material asked for")
def attach(request: HttpRequest, number: Number, body: MaterialIn) -> DetailOut:
    """A file the correction notice asks for, or one promised at provisional acceptance."""
    return _act(request, number, commands.attach_material, **body.dict())


@router.post("/{number}/supply-correction", response={200: DetailOut, **REFUSALS}, summary="Supply the correction")
def supply_correction(request: HttpRequest, number: Number, body: Act) -> DetailOut:
    """Hand in everything the notice named."""
    return _act(request, number, commands.supply_correction, rev=body.rev)


@router.post("/{number}/supply-provisional", response={200: DetailOut, **REFUSALS}, summary="Supply what was promised")
def supply_provisional(request: HttpRequest, number: Number, body: Act) -> DetailOut:
    """Say that every promised material is there."""
    return _act(request, number, commands.supply_provisional, rev=body.rev)


@router.post("/{number}/withdraw", response={200: DetailOut, **REFUSALS}, summary="Withdraw")
def withdraw(request: HttpRequest, number: Number, body: ReasonIn) -> DetailOut:
    """Take the application back before the decision."""
    return _act(request, number, commands.withdraw, rev=body.rev, reason=body.reason)


@router.post("/{number}/claim", response={200: DetailOut, **REFUSALS}, summary="Claim")
def claim(request: HttpRequest, number: Number, body: Act) -> DetailOut:
    """Take the case."""
    return _act(request, number, commands.claim, rev=body.rev)


@router.post("/{number}/accept", response={200: DetailOut, **REFUSALS}, summary="Accept")
def accept(request: HttpRequest, number: Number, body: Act) -> DetailOut:
    """Accept; both clocks start."""
    return _act(request, number, commands.accept, rev=body.rev)


@router.post("/{number}/refuse-acceptance", response={200: DetailOut, **REFUSALS}, summary="Refuse acceptance")
def refuse_acceptance(request: HttpRequest, number: Number, body: RefuseAcceptanceIn) -> DetailOut:
    """Not in this organ's power; names the right one."""
    return _act(request, number, commands.refuse_acceptance, **body.dict())


@router.post("/{number}/request-correction", response={200: DetailOut, **REFUSALS}, summary="Ask for correction, once")
def request_correction(request: HttpRequest, number: Number, body: CorrectionIn) -> DetailOut:
    """Tell once everything that is missing."""
    return _act(request, number, commands.request_correction, **body.dict())


@router.post("/{number}/complete-step", response={200: DetailOut, **REFUSALS}, summary="Give an opinion")
def complete_step(request: HttpRequest, number: Number, body: StepIn) -> DetailOut:
    """Complete an open review step."""
    return _act(request, number, commands.complete_step, **body.dict())


@router.post("/{number}/decide", response={200: DetailOut, **REFUSALS}, summary="Decide")
def decide(request: HttpRequest, number: Number, body: DecideIn) -> DetailOut:
    """Grant or refuse under an authorisation letter in force."""
    return _act(request, number, commands.decide, **body.dict())
