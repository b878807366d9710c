"""What an applicant's pages read: his drafts, his cases with filters, what waits for him, the public progress look-up."""

from __future__ import annotations

import hmac
from dataclasses import dataclass

from django.db.models import Q, QuerySet

from yitong.cases.models import (
    Case,
    CaseMaterial,
    Commitment,
    CorrectionNotice,
    CreditRepair,
    ProvisionalAcceptance,
    ProvisionalItem,
)
from yitong.cases.permissions import visible_to
from yitong.cases.queries.reading import RELATED, CaseNotVisible
from yitong.parties.actors import Actor, ActorKind

ONLINE = ("web", "mobile")
GROUPS: dict[str, Q] = {
    "all": Q(),
    "todo": Q(state="correcting")
    | Q(provisional_open=True)
    | Q(basis_lost=True, state__in=["submitted", "accepted", "deciding"]),
    "running": Q(state__in=["submitted", "accepted", "deciding", "delivering"]),
    "done": Q(state="closed"),
}
"""Filters of the list of one's own cases, by the word in its address."""
TAIL = 4
"""How many last characters of the ID number the public look-up asks for."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """What waits for the applicant: cases, and ``drafts`` that were not handed in yet. ``lost``: a ground of it ended."""

    correcting: list[Case]
    owed: list[Case]
    drafts: list[Case]
    collect: list[Case]
    lost: list[Case]


def owes_proof(case: Case) -> bool:
    """Whether a ground was lost that the applicant may replace now; while correcting, the correction is the way."""
    return case.basis_lost and case.state in ("submitted", "accepted", "deciding")


def _own(actor: Actor) -> QuerySet[Case]:
    # Staff see cases too, but no case is theirs.
    return visible_to(actor) if actor.kind is ActorKind.CITIZEN else Case.objects.none()


def drafts_of(actor: Actor) -> QuerySet[Case]:
    """The applicant's own unfinished applications, the latest first. What a clerk fills in at a window is not among them."""
    return _own(actor).filter(state="draft", channel__in=ONLINE).order_by("-last_event_at", "-id")


def wizard_case(actor: Actor, case_id: int) -> Case:
    """A draft of the applicant, or what became of it; CaseNotVisible for anybody else's. One query."""
    case = _own(actor).select_related(*RELATED).filter(pk=case_id, channel__in=ONLINE).first()
    if case is None:
        raise CaseNotVisible(str(case_id))
    return case


def own_case(actor: Actor, number: str) -> Case:
    """The applicant's case with this number; CaseNotVisible for anybody else's, staff included. One query."""
    case = _own(actor).select_related(*RELATED).filter(number=number).first()
    if case is None:
        raise CaseNotVisible(number)
    return case


def my_cases(actor: Actor, group: str, text: str) -> QuerySet[Case]:
    """The applicant's submitted cases, newest first. ``text``: part of the item's name, the applicant's or the number."""
    rows = _own(actor).filter(number__isnull=False).filter(GROUPS.get(group, Q()))
    for word in text.split():
        rows = rows.filter(Q(item_name__icontains=word) | Q(number__icontains=word) | Q(applicant_name__icontains=word))
    return rows.select_related("department").order_by("-id")


def counts(actor: Actor) -> dict[str, int]:
    """How many submitted cases each of GROUPS has. One query."""
    rows = _own(actor).filter(number__isnull=False).values_list("state", "provisional_open", "basis_lost")
    found = dict.fromkeys(GROUPS, 0)
    for state, owed, lost in rows:
        found["all"] += 1
        found["todo"] += state == "correcting" or owed or (lost and state in ("submitted", "accepted", "deciding"))
        found["running"] += state in ("submitted", "accepted", "deciding", "delivering")
        found["done"] += state == "closed"
    return found


def waiting(actor: Actor, most: int = 20) -> Waiting:
    """What the applicant has to do, oldest first, at most ``most`` of a kind. Two queries."""
    rows = _own(actor).filter(GROUPS["todo"] | Q(state="delivering", outcome="granted")).order_by("id")
    cases = list(rows.select_related("department", "version")[: 3 * most])
    return Waiting(
        correcting=[case for case in cases if case.state == "correcting"][:most],
        owed=[case for case in cases if case.provisional_open][:most],
        drafts=list(drafts_of(actor)[:most]),
        lost=[case for case in cases if owes_proof(case) and not case.provisional_open][:most],
        collect=[case for case in cases if case.state == "delivering"][:most],
    )


def given(case: Case) -> dict[str, list[CaseMaterial]]:
    """What was handed in and still counts, by material code. One query."""
    found: dict[str, list[CaseMaterial]] = {}
    rows = CaseMaterial.objects.filter(case=case, superseded_at=None).select_related(
        "stored_file", "licence__type", "reuse"
    )
    for row in rows:
        found.setdefault(row.code, []).append(row)
    return found


def correction(case: Case) -> CorrectionNotice | None:
    """The latest correction list of the case: the open one, if any is. One query."""
    return CorrectionNotice.objects.filter(case=case).last()


def corrections(cases: list[Case]) -> dict[int, CorrectionNotice]:
    """Open correction notices by case. One query."""
    return {row.case_id: row for row in CorrectionNotice.objects.filter(case__in=cases, state="open")}


def promises(cases: list[Case]) -> dict[int, ProvisionalAcceptance]:
    """Running provisional acceptances by case. One query."""
    return {row.case_id: row for row in ProvisionalAcceptance.objects.filter(case__in=cases, state="promised")}


def promise(case: Case) -> ProvisionalAcceptance | None:
    """The provisional acceptance of the case. One query."""
    return ProvisionalAcceptance.objects.filter(case=case).first()


def commitment(case: Case) -> Commitment | None:
    """The commitment of the case, whatever became of it. One query."""
    return Commitment.objects.filter(case=case).first()


def repairs(case: Case) -> list[CreditRepair]:
    """Requests for credit repair of the case, the latest first. One query."""
    return list(CreditRepair.objects.filter(case=case).select_related("stored_file").order_by("-id"))


def owed(case: Case) -> list[ProvisionalItem]:
    """Materials promised for later, supplied or not. One query."""
    return list(ProvisionalItem.objects.filter(case=case).order_by("id"))


def progress(number: str, tail: str) -> Case | None:
    """The case with this number if ``tail`` ends its applicant's, or agent's, ID number or credit code; else None.

    For everybody, logged in or not: the caller limits how often it is asked, and shows the minimum.
    """
    rows = Case.objects.select_related("department", "applicant_person", "applicant_enterprise", "agent_person")
    case = rows.filter(number=number.strip().upper()).first()
    if case is None:
        return None
    numbers = [
        case.applicant_person.idcard if case.applicant_person else "",
        case.applicant_enterprise.uscc if case.applicant_enterprise else "",
        case.agent_person.idcard if case.agent_person else "",
    ]
    wanted = tail.strip().upper().encode()
    fits = [hmac.compare_digest(known[-TAIL:].encode(), wanted) for known in numbers if known]
    return case if len(wanted) == TAIL and any(fits) else None
