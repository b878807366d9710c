"""A ground that falls away: mark the materials, tell everybody, ask for another proof, or record why it still counts.

The law is in ``rules.basis``. Losses come from elsewhere (a licence ends, a consent is taken back, a department denies, a
day passes) and are written by the system, case by case, each in a transaction of its own, after what caused them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from itertools import groupby
from typing import Any

from django.db import transaction
from django.db.models import Q

from yitong.cases.commands import notices, statements
from yitong.cases.commands.journal import EventDraft, begin, finish, happened, instant, require
from yitong.cases.events import BasisLost
from yitong.cases.models import BasisNotice, Case, CaseMaterial, MaterialReuse
from yitong.cases.queries.facts import row_facts
from yitong.cases.rules.basis import (
    CONFIRMED,
    LICENCE_ENDS,
    NOT_CONFIRMED,
    PENDING_STATES,
    WORDS,
    ask_refusals,
    law_of,
)
from yitong.cases.rules.contents import filled
from yitong.cases.rules.deadlines import local_date
from yitong.cases.rules.transitions import Action
from yitong.catalog.queries.items import version
from yitong.certificates.queries import answers_among
from yitong.consents.queries import revoked_among
from yitong.kernel.events import publish
from yitong.kernel.reasons import N_, Reason, Refused
from yitong.licences.queries import library
from yitong.notifications.commands.send import Recipient, send
from yitong.parties.actors import Actor, system
from yitong.parties.queries import organisation
from yitong.parties.roles import Role

LOSER = system("cases:basis")
SWEEP_BATCH = 500
VERIFICATION_PREFIX = "verification:"
"""Of ``MaterialReuse.reference``, where a department was asked."""
HANDLERS = {
    "submitted": (Role.ACCEPTER,),
    "correcting": (Role.ACCEPTER,),
    "accepted": (Role.REVIEWER,),
    "deciding": (Role.CHIEF,),
}
"""Whose post is told while nobody holds the case."""


def licence_ended(*, licence_id: int, status: str, reason: str, now: datetime) -> int:
    """A licence may no longer be relied on: every pending case that does, or took its PDF from the holder's archive, is marked
    and told. Returns how many cases."""
    if status not in LICENCE_ENDS:
        return 0
    licence = library.by_id(licence_id)
    papers = [] if licence is None or licence.document is None else _papers(licence).values_list("pk", flat=True)
    relying = CaseMaterial.objects.filter(Q(licence_id=licence_id) | Q(pk__in=list(papers)))
    return _lose(relying, status, reason, now)


def _papers(licence: Any) -> Any:
    """Materials its holder took from his archive that are the sealed PDF of his licence, byte by byte."""
    return CaseMaterial.objects.filter(
        source="archive",
        stored_file__sha256=licence.document.sha256,
        case__applicant_person_id=licence.holder_person_id,
        case__applicant_enterprise_id=licence.holder_enterprise_id,
    )


def consent_revoked(*, consent_id: int, now: datetime) -> int:
    """The holder took the consent back: what was taken under it no longer stands. Returns how many cases."""
    return _lose(CaseMaterial.objects.filter(reuse__consent_id=consent_id), "consent_revoked", "", now)


def expire(*, now: datetime, limit: int = SWEEP_BATCH) -> int:
    """Materials whose last day has passed, in cases that are still pending. For the daily sweep; returns how many cases.

    ``limit``: materials a round; it goes on until none is left.
    """
    done = 0
    while ids := _ended(now, limit):
        lost = _lose(CaseMaterial.objects.filter(pk__in=ids), "expired", "", now)
        if not lost:
            break  # decided or closed meanwhile
        done += lost
    return done


def _ended(now: datetime, limit: int) -> list[int]:
    ended = MaterialReuse.objects.filter(
        holds_until__lt=local_date(now), material__standing="", material__superseded_at=None
    ).filter(case__state__in=("draft", *PENDING_STATES))
    return list(ended.order_by("holds_until", "id").values_list("material_id", flat=True)[:limit])


def reconcile(*, now: datetime, limit: int = SWEEP_BATCH) -> int:
    """Compare what pending cases rely on with the library, the consents and the departments' answers, batch by batch.

    A licence may end between the moment a case finds it valid and the moment the case commits, and a host may die between
    a loss (a licence's end, a consent taken back, a denial) and the marking of its cases: nothing of it goes unnoticed for
    longer than a day. When the licence behind a paper of the archive expires, only the library knows. Returns how many cases
    had missed a loss.
    """
    done = 0
    for ids in _relied_on("licence_id", limit):
        for licence in library.by_ids(ids).values():
            done += licence_ended(licence_id=licence.pk, status=licence.status, reason="", now=now)
    for digests in _relied_on("stored_file__sha256", limit, source="archive"):
        for licence in library.of_papers(digests):
            done += licence_ended(licence_id=licence.pk, status=licence.status, reason="", now=now)
            if licence.valid_until is not None and licence.valid_until < local_date(now):
                done += _lose(_papers(licence), "expired", "", now)
    for ids in _relied_on("reuse__consent_id", limit):
        for consent_id in revoked_among(ids):
            done += consent_revoked(consent_id=consent_id, now=now)
    for references in _relied_on("reuse__reference", limit, reuse__reference__startswith=VERIFICATION_PREFIX):
        answers = answers_among(int(each.removeprefix(VERIFICATION_PREFIX)) for each in references)
        for pk, outcome in answers.items():
            done += answered(verification_id=pk, outcome=outcome, now=now)
    return done


def _relied_on(column: str, limit: int, **only: Any) -> Iterator[list[Any]]:
    """The values of ``column`` among what pending cases rely on, in batches, each value once."""
    rows = CaseMaterial.objects.filter(superseded_at=None, standing="", case__state__in=("draft", *PENDING_STATES))
    rows = rows.filter(**{f"{column}__isnull": False}, **only).order_by(column)
    values = rows.values_list(column, flat=True).distinct()
    batch = list(values[:limit])
    while batch:
        yield batch
        batch = list(values.filter(**{f"{column}__gt": batch[-1]})[:limit])


def answered(*, verification_id: int, outcome: str, now: datetime) -> int:
    """The department asked has answered: unless it confirmed, the material has lost its ground. Returns how many cases."""
    if outcome == CONFIRMED:
        return 0
    reference = f"{VERIFICATION_PREFIX}{verification_id}"
    return _lose(CaseMaterial.objects.filter(reuse__reference=reference), "denied", NOT_CONFIRMED[outcome], now)


def _lose(materials: Any, standing: str, reason: str, now: datetime) -> int:
    # By case id: two losses at once lock the cases in the same order.
    rows = materials.filter(superseded_at=None, standing="", case__state__in=("draft", *PENDING_STATES))
    pairs = rows.order_by("case_id", "id").values_list("case_id", "id")
    done = 0
    for case_id, group in groupby(pairs, key=lambda pair: pair[0]):
        done += _lose_in(case_id, [pk for _, pk in group], standing, reason[:300], now)
    return done


@transaction.atomic
def _lose_in(case_id: int, material_ids: Sequence[int], standing: str, reason: str, now: datetime) -> bool:
    case = statements.locked_case(case_id, given=False)
    if case is None or case.state not in ("draft", *PENDING_STATES):
        return False
    # A fact from outside is never refused, whatever this host's clock says.
    now = instant(case, now)
    rows = list(CaseMaterial.objects.filter(pk__in=material_ids, standing="", superseded_at=None).order_by("id"))
    if not rows:
        return False
    CaseMaterial.objects.filter(pk__in=[row.pk for row in rows]).update(
        standing=standing, standing_at=now, standing_reason=reason
    )
    case.basis_lost = True
    names = "、".join(row.name for row in rows)
    listed = [{"code": row.code, "name": row.name} for row in rows]
    events: list[EventDraft] = []
    if case.state != "draft":
        data = {"materials": listed, "standing": standing, "reason": reason, "law": law_of(standing)}
        events = [("basis_lost", data)]
        _tell_loss(case, names, standing, reason, now)
    finish(
        case,
        actor=LOSER,
        now=now,
        tag="cases:basis:lost",
        events=events,
        changed=["basis_lost"],
        detail={"standing": standing, "codes": [row.code for row in rows]},
    )
    if case.state != "draft":
        publish(BasisLost(**happened(case, now), standing=standing, materials=tuple(row.code for row in rows)))
    return True


def _tell_loss(case: Case, names: str, standing: str, reason: str, now: datetime) -> None:
    words = WORDS[standing]
    shown = names if len(names) <= 50 else f"{names[:48]}…"
    notices.tell(case, "case_basis_lost", now=now, materials=shown, reason=words)
    tell_officers(case, "staff_basis_lost", now=now, materials=shown, reason=words)


def tell_officers(case: Case, template: str, *, now: datetime, **context: Any) -> None:
    """A message to who holds the case, or to everybody whose post it waits for."""
    today = local_date(now)
    if case.handler_id is not None:
        named = organisation.staff_names({case.handler_id})
    else:
        roles = HANDLERS.get(case.state, ())
        named = {s.pk: s.name for role in roles for s in organisation.holders(case.department_id, role, today)}
    for staff_id, name in named.items():
        send(
            template=template,
            recipient=Recipient(staff_id=staff_id, name=name),
            context={"number": case.number, "item": case.item_name, **context},
            dedup_key=f"case:{case.pk}:{case.rev}:{template}:{staff_id}",
            now=now,
            channels=("inapp",),
            subject=notices.case_subject(case),
        )


@transaction.atomic
def ask_basis(
    *,
    actor: Actor,
    case_id: int,
    items: Sequence[Mapping[str, str]],
    supply_by_on: date,
    now: datetime,
    rev: int | None = None,
) -> Case:
    """依据失效告知: a sealed notice that names what was lost and why, and asks for another proof by a day within the limit.

    ``items``: {"material": code, "remedy"}. No correction notice (``rules.basis``): the clock runs on, and what is not
    brought leaves the decision to what there is. A second notice replaces the open one.
    """
    case, now = begin(Action.ASK_BASIS, actor=actor, case_id=case_id, rev=rev, now=now)
    record = version(case.version_id).record
    require(Action.ASK_BASIS, row_facts(case, record, actor, now))
    lost = {row.code: row for row in lost_materials(case)}
    today = local_date(now)
    reasons = ask_refusals(items, list(lost), supply_by_on, today, case.committed_due_on)
    if reasons:
        raise Refused(*reasons)
    rows = [_line(lost[item["material"]], item["remedy"]) for item in items]
    BasisNotice.objects.filter(case=case, state="open").update(state="lapsed", ended_at=now)
    BasisNotice.objects.create(
        case=case,
        region_id=case.region_id,
        items=rows,
        given_at=now,
        given_by_ref=actor.ref,
        given_by_name=actor.name,
        supply_by_on=supply_by_on,
    )
    notices.document(
        case,
        "basis_notice",
        actor=actor,
        now=now,
        items=[{key: row[key] for key in ("name", "problem", "remedy")} for row in rows],
        basis="、".join(dict.fromkeys(law_of(lost[item["material"]].standing) for item in items)),
        supply_by=supply_by_on,
        contact=notices.contact(record),
    )
    names = "、".join(row["name"] for row in rows)
    shown = names if len(names) <= 50 else f"{len(rows)} 项材料，详见告知书"
    notices.tell(case, "basis_asked", now=now, materials=shown, due_on=notices.words(supply_by_on))
    data = {"items": rows, "supply_by_on": supply_by_on.isoformat()}
    finish(case, actor=actor, now=now, tag="cases:basis:asked", events=[("basis_asked", data)])
    return case


def _line(row: CaseMaterial, remedy: str) -> dict[str, str]:
    problem = WORDS[row.standing] + (f"（{row.standing_reason}）" if row.standing_reason else "")
    return {"material": row.code, "name": row.name, "problem": problem, "remedy": remedy.strip()}


@transaction.atomic
def settle_basis(
    *, actor: Actor, case_id: int, material: str, reason: str, now: datetime, rev: int | None = None
) -> Case:
    """Record why a material counts although its ground was lost: it was examined before, or the fact is shown otherwise.

    What was read before a consent was taken back stays lawful (个人信息保护法 第十五条第二款); the officer answers for it.
    """
    case, now = begin(Action.SETTLE_BASIS, actor=actor, case_id=case_id, rev=rev, now=now)
    require(Action.SETTLE_BASIS, row_facts(case, version(case.version_id).record, actor, now))
    reason = filled("reason", reason, most=500)
    rows = [row for row in lost_materials(case) if row.code == material]
    if not rows:
        message = N_("Only what has lost its ground can be settled; choose one of those.")
        raise Refused(Reason("ground_stands", message, field="material"))
    CaseMaterial.objects.filter(pk__in=[row.pk for row in rows]).update(settled_at=now, settled_note=reason)
    data = {"code": material, "name": rows[0].name, "reason": reason}
    events = [("basis_settled", data), *restored(case, actor=actor, now=now)]
    finish(case, actor=actor, now=now, tag="cases:basis:settled", events=events, changed=["basis_lost"])
    return case


def lost_materials(case: Case) -> list[CaseMaterial]:
    """Current materials whose ground was lost and that nobody settled. One query, none while everything stands."""
    if not case.basis_lost:
        return []
    rows = CaseMaterial.objects.filter(case=case, superseded_at=None, settled_at=None).exclude(standing="")
    return list(rows.order_by("id"))


def restored(case: Case, *, actor: Actor, now: datetime) -> list[EventDraft]:
    """Look again whether anything is still lost, and set ``basis_lost``; when nothing is, end the notice and tell the office.

    Returns the events to write. Call after the materials were written, before ``finish``.
    """
    rows = CaseMaterial.objects.filter(case=case, superseded_at=None, settled_at=None).exclude(standing="")
    if rows.exists():
        return []
    case.basis_lost = False
    if case.state == "draft":
        return []
    BasisNotice.objects.filter(case=case, state="open").update(state="supplied", ended_at=now)
    if not actor.is_staff:
        tell_officers(case, "staff_basis_restored", now=now)
    return [("basis_restored", {})]


def lapse_notice(case: Case, now: datetime) -> None:
    """The case ends or is decided: an open notice ends with it. No statement while everything stands."""
    if case.basis_lost:
        BasisNotice.objects.filter(case=case, state="open").update(state="lapsed", ended_at=now)
