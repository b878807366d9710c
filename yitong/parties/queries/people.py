"""Who persons and enterprises are, and who may act for whom."""

from __future__ import annotations

from datetime import date

from django.db.models import Exists, OuterRef, Q, QuerySet

from yitong.kernel.reasons import N_, Reason
from yitong.parties.actors import Actor
from yitong.parties.models import Account, Enterprise, EnterpriseHandler, Mandate, Person
from yitong.parties.queries.actors import in_period
from yitong.parties.rules.masking import mask_idcard, mask_phone, masked_name

__all__ = [
    "account_phone",
    "demo_cards",
    "enterprise",
    "enterprise_by_uscc",
    "enterprises",
    "enterprises_of",
    "enterprises_represented",
    "handlers_of",
    "mandate_refusal",
    "mandates_given",
    "mandates_held",
    "mask_idcard",
    "mask_phone",
    "masked_name",
    "people",
    "person",
    "person_by_idcard",
]


def person(person_id: int) -> Person | None:
    """The person, with the region read."""
    return Person.objects.select_related("region").filter(pk=person_id).first()


def person_by_idcard(idcard: str) -> Person | None:
    """The person with this citizen number (a small x and blanks are accepted)."""
    return Person.objects.select_related("region").filter(idcard="".join(idcard.split()).upper()).first()


def people(ids: frozenset[int] | set[int] | list[int]) -> dict[int, Person]:
    """Several persons by id, in one statement."""
    return Person.objects.in_bulk(list(ids))


def demo_cards(most: int) -> list[tuple[str, str]]:
    """Number and name of the first ``most`` persons: cards to lay on a counter's reader in the demonstration city."""
    return list(Person.objects.order_by("id").values_list("idcard", "name")[:most])


def enterprise(enterprise_id: int) -> Enterprise | None:
    """The enterprise, with region and legal representative read."""
    return Enterprise.objects.select_related("region", "legal_representative").filter(pk=enterprise_id).first()


def enterprise_by_uscc(uscc: str) -> Enterprise | None:
    """The enterprise with this unified social credit code."""
    code = "".join(uscc.split()).upper()
    return Enterprise.objects.select_related("region", "legal_representative").filter(uscc=code).first()


def enterprises(ids: frozenset[int] | set[int] | list[int]) -> dict[int, Enterprise]:
    """Several enterprises by id, in one statement."""
    return Enterprise.objects.in_bulk(list(ids))


def enterprises_of(actor: Actor) -> list[Enterprise]:
    """The enterprises this citizen acts for as legal representative or named handler (not by mandate), by name."""
    return list(
        Enterprise.objects.select_related("legal_representative").filter(pk__in=actor.enterprise_ids).order_by("name")
    )


def enterprises_represented(person_id: int) -> list[Enterprise]:
    """The enterprises whose legal representative this person is, by name."""
    return list(Enterprise.objects.filter(legal_representative_id=person_id).order_by("name")[:50])


def account_phone(person_id: int) -> str:
    """Where codes and messages reach this person: the log-in phone, else the phone on record, else empty."""
    phone = Account.objects.filter(person_id=person_id).values_list("phone", flat=True).first()
    return phone or Person.objects.filter(pk=person_id).values_list("phone", flat=True).first() or ""


def handlers_of(enterprise_id: int, on: date) -> QuerySet[EnterpriseHandler]:
    """Handlers the enterprise has on the day ``on``."""
    return EnterpriseHandler.objects.select_related("person").filter(in_period(on), enterprise_id=enterprise_id)


def mandates_given(actor: Actor) -> QuerySet[Mandate]:
    """Mandates this citizen gave, for himself or for an enterprise he represents by law."""
    return Mandate.objects.select_related("agent", "principal_person", "principal_enterprise").filter(
        Q(principal_person_id=actor.person_id)
        | Exists(
            Enterprise.objects.filter(pk=OuterRef("principal_enterprise_id"), legal_representative_id=actor.person_id)
        )
    )


def mandates_held(actor: Actor) -> QuerySet[Mandate]:
    """Mandates under which this citizen acts or acted for others."""
    return Mandate.objects.select_related("agent", "principal_person", "principal_enterprise").filter(
        agent_id=actor.person_id
    )


def mandate_refusal(
    agent_person_id: int,
    *,
    item_code: str,
    on: date,
    principal_person_id: int | None = None,
    principal_enterprise_id: int | None = None,
) -> Reason | None:
    """Why the agent may not act for this principal in the item (basic code) on the day ``on``; None when he may."""
    mandates = Mandate.objects.filter(
        agent_id=agent_person_id,
        principal_person_id=principal_person_id,
        principal_enterprise_id=principal_enterprise_id,
    )
    known = list(mandates)
    if any(mandate.in_force(on) and mandate.covers(item_code) for mandate in known):
        return None
    if any(mandate.in_force(on) for mandate in known):
        message = N_("The mandate does not cover this item. Ask the principal for one that names it.")
        return Reason("mandate_scope", message, law="民法典 第165条", field="applicant")
    message = N_("There is no mandate in force for this principal. Ask for a written mandate and enter it first.")
    return Reason("mandate_missing", message, law="民法典 第165条", field="applicant")
