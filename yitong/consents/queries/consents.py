"""Consents as their holder lists them, and the one a case may use."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from functools import cache
from typing import Any

from django.db.models import F, Q, QuerySet

from yitong.consents.models import HolderConsent
from yitong.consents.permissions import CaseFacts, case_facts, visible_to
from yitong.parties.actors import Actor
from yitong.storage import reading


def consents_of(actor: Actor, *, state: str = "", now: datetime) -> QuerySet[HolderConsent]:
    """The actor's consents, newest first. ``state``: in_force, over, or empty for all."""
    rows = visible_to(actor).select_related("receiving_department").order_by("-id")
    usable_now = in_force(now)
    if state == "in_force":
        return rows.filter(usable_now)
    return rows.exclude(usable_now) if state == "over" else rows


def one(actor: Actor, consent_id: int) -> HolderConsent | None:
    """One of the actor's consents."""
    return visible_to(actor).select_related("receiving_department").filter(pk=consent_id).first()


def revoked_among(consent_ids: Collection[int]) -> list[int]:
    """Those of these consents that their holders took back. One statement."""
    rows = HolderConsent.objects.filter(pk__in=consent_ids, revoked_at__isnull=False)
    return list(rows.order_by("id").values_list("id", flat=True))


def for_receiver(consent_id: int, department_id: int) -> HolderConsent | None:
    """The consent with this id if it was given to this department, whatever its standing; for systems that were told its id."""
    found = _for_receiver().rows({_SOME_CONSENT: consent_id, _SOME_DEPARTMENT: department_id})
    return reading.loaded(HolderConsent, found[0]) if found else None


_SOME_CONSENT, _SOME_DEPARTMENT = -1, -2


@cache
def _for_receiver() -> reading.Statement:
    rows = HolderConsent.objects.filter(pk=_SOME_CONSENT, receiving_department_id=_SOME_DEPARTMENT)
    return reading.statement(rows.order_by())


def in_force(now: datetime) -> Q:
    """Can be used at ``now``."""
    return Q(revoked_at__isnull=True, uses_left__gt=0, valid_from__lte=now, valid_until__gt=now)


def usable(actor: Actor, *, licence: Any, case_number: str, now: datetime) -> HolderConsent | None:
    """The consent under which ``actor`` may look at ``licence`` for this case now, the one given for the case first.

    None when there is none or when the actor cannot see the case. One or two statements.
    """
    facts = case_facts(actor, case_number)
    if facts is None:
        return None
    named = HolderConsent.objects.filter(case_number__in=_references(facts, case_number))
    general = HolderConsent.objects.filter(case_number="", receiving_department_id__in=actor.department_ids)
    for rows in (named, general):
        found = rows.filter(in_force(now), holder_key=bytes(licence.holder_key)).filter(
            Q(licence_ids__contains=[licence.pk]) | Q(type_codes__contains=[licence.type.code])
        )
        best = found.order_by(F("valid_until").desc(), "-id").first()
        if best is not None:
            return best
    return None


def of_case(actor: Actor, case_number: str) -> list[HolderConsent]:
    """Every consent given for a case the actor may see, newest first: what was allowed and what was taken back."""
    facts = case_facts(actor, case_number)
    if facts is None:
        return []
    rows = HolderConsent.objects.filter(case_number__in=_references(facts, case_number))
    return list(rows.select_related("receiving_department").order_by("-id"))


def _references(facts: CaseFacts, case_number: str) -> list[str]:
    return sorted({case_number, *facts.references} - {""})
