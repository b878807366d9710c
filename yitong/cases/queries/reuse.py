"""What can take the place of the materials of a draft or an open case, and what was taken already."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime

from yitong.archive.permissions import can_own
from yitong.cases.models import BasisNotice, Case, CaseMaterial
from yitong.cases.permissions import assists, owns
from yitong.cases.queries import reuse_sources as sources
from yitong.cases.queries.reuse_sources import asked_materials
from yitong.cases.rules.basis import PENDING_STATES
from yitong.cases.rules.deadlines import local_date
from yitong.cases.rules.reuse import Finding
from yitong.cases.rules.reuse import findings as found_for
from yitong.catalog.records import Material
from yitong.licences.rules.holders import Holder
from yitong.parties.actors import Actor, ActorKind


def findings(
    case: Case, actor: Actor, now: datetime, *, only: Collection[str] | None = None
) -> Mapping[str, tuple[Finding, ...]]:
    """By material code what was found, best first; empty for whoever is not the applicant or does not act for him.

    Cheap: one query for licences, one for connectors, one for the archive, and only where a material asks for it. Nobody
    outside is asked: a register answers after the agreement. ``only``: these materials alone.
    """
    if actor.kind is not ActorKind.CITIZEN or not owns(actor, case) or case.state not in ("draft", *PENDING_STATES):
        return {}
    return _findings(case, _chosen(case, only), now, own=lambda holder: can_own(actor, holder))


def findings_at_counter(case: Case, actor: Actor, now: datetime) -> Mapping[str, tuple[Finding, ...]]:
    """As ``findings``, for a clerk before whom the applicant has just shown his code; the caller checked the code."""
    if not assists(actor, case):
        return {}
    return _findings(case, _chosen(case, None), now, own=lambda holder: True)


def _chosen(case: Case, only: Collection[str] | None) -> list[Material]:
    return [each for each in asked_materials(case) if only is None or each.code in only]


def _findings(
    case: Case, materials: Sequence[Material], now: datetime, own: Callable[[Holder], bool]
) -> Mapping[str, tuple[Finding, ...]]:
    """``own``: whether the holder's archive is open to who asks; somebody with a mandate alone has no business there."""
    if not materials:
        return {}
    on, holder = local_date(now), sources.holder_of(case)
    candidates = [
        *(sources.licence_candidate(row) for row in sources.licences(holder, materials, case.department_id, on)),
        *sources.connectors(materials, holder.kind),
        *(sources.archived(holder, materials, on) if own(holder) else ()),
        *sources.verifiers(materials),
    ]
    return found_for(materials, candidates, on)


def taken(case: Case) -> list[CaseMaterial]:
    """Current materials that came from somewhere, with their origin. One query."""
    rows = CaseMaterial.objects.filter(case=case, superseded_at=None, reuse__isnull=False)
    return list(rows.select_related("reuse", "licence__type"))


def lost(case: Case) -> list[CaseMaterial]:
    """Current materials whose ground was lost and that nobody settled. No query while everything stands."""
    if not case.basis_lost:
        return []
    rows = CaseMaterial.objects.filter(case=case, superseded_at=None, settled_at=None).exclude(standing="")
    return list(rows.select_related("reuse"))


def open_notice(case: Case) -> BasisNotice | None:
    """The open notice that asks for another proof. No query while everything stands."""
    return BasisNotice.objects.filter(case=case, state="open").first() if case.basis_lost else None
