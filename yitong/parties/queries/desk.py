"""Persons, enterprises and mandates as a clerk opens them: by the whole number, never as a list to look through."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db.models import Q

from yitong.parties import papers, permissions
from yitong.parties.actors import Actor
from yitong.parties.models import Account, Enterprise, Mandate, Person
from yitong.parties.queries.people import enterprise_by_uscc, person_by_idcard


@dataclass(frozen=True, slots=True)
class MandateRow:
    """One mandate with where its scan is opened (empty: given by log-in) and whether it may still be revoked."""

    mandate: Mandate
    scan: str
    open: bool


def person(actor: Actor, person_id: int) -> Person | None:
    """The person's entry, None when it is another region's or there is none."""
    return permissions.people_at_desk(actor).filter(pk=person_id).first()


def enterprise(actor: Actor, enterprise_id: int) -> Enterprise | None:
    """The enterprise's entry, None when it is another region's or there is none."""
    return permissions.enterprises_at_desk(actor).filter(pk=enterprise_id).first()


def mandate(actor: Actor, mandate_id: int) -> Mandate | None:
    """The mandate, None when the principal's entry is another region's or there is none."""
    return permissions.mandates_at_desk(actor).filter(pk=mandate_id).first()


def by_number(actor: Actor, number: str) -> Person | Enterprise | None:
    """Who has this citizen number or credit code, wherever registered; the caller asks whether it may be opened."""
    number = number.replace("\x00", "")
    return (person_by_idcard(number) or enterprise_by_uscc(number)) if permissions.can_register(actor) else None


def log_in_phone(person_id: int) -> str:
    """The phone the person logs in with, empty for somebody who has no log-in."""
    return Account.objects.filter(person_id=person_id).values_list("phone", flat=True).first() or ""


def mandates_of(
    actor: Actor, today: date, *, person_id: int | None = None, enterprise_id: int | None = None
) -> list[MandateRow]:
    """Mandates somebody gave or holds, newest first, at most fifty."""
    if enterprise_id is not None:
        wanted = Q(principal_enterprise_id=enterprise_id)
    else:
        wanted = Q(principal_person_id=person_id) | Q(agent_id=person_id)
    rows = permissions.mandates_at_desk(actor).filter(wanted).order_by("-id")[:50]
    return [
        MandateRow(
            row,
            papers.keeper().address(row.document_ref) if row.document_ref else "",
            row.revoked_at is None and today < row.valid_until,
        )
        for row in rows
    ]
