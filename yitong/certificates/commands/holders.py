"""Whose certificate it is, and whether the actor may ask for it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from yitong.certificates.rules.terms import local_date
from yitong.kernel.reasons import N_, NotAllowed, Reason, Refused
from yitong.licences.holders import holder_of_enterprise, holder_of_person
from yitong.licences.rules.holders import Holder
from yitong.parties.actors import Actor, ActorKind
from yitong.parties.queries import people
from yitong.parties.roles import Permission


def holder_for(actor: Actor, *, person_id: int | None, enterprise_id: int | None) -> tuple[Holder, Any]:
    """The holder and his row of ``parties``. A citizen asks for himself, an enterprise he acts for, or a principal.

    Whether the principal's mandate covers the certificate says ``mandate_for``. Staff ask for somebody who stands at the
    window. Raises NotAllowed, also when there is nobody: the two look alike.
    """
    if actor.kind is ActorKind.CITIZEN and person_id is None and enterprise_id is None:
        person_id = actor.person_id
    if (person_id is None) == (enterprise_id is None):
        message = N_("Choose one person or one enterprise.")
        raise Refused(Reason("one_holder", message, field="holder"))
    own = (
        person_id == actor.person_id or person_id in actor.mandate_person_ids
        if person_id is not None
        else enterprise_id in actor.enterprise_ids | actor.mandate_enterprise_ids
    )
    if not (actor.is_staff or actor.kind is ActorKind.SYSTEM or own):
        raise NotAllowed(Permission.CERTIFICATE_REQUEST)
    found: Any = people.person(person_id) if person_id is not None else people.enterprise(enterprise_id or 0)
    if found is None:
        raise NotAllowed(Permission.CERTIFICATE_REQUEST)
    return (holder_of_person(found) if person_id is not None else holder_of_enterprise(found)), found


def mandate_for(actor: Actor, holder: Holder, type_code: str, now: datetime) -> int | None:
    """The id of the mandate a citizen needs to ask for ``holder``; None when he asks for himself or by office.

    As for service items the mandate must be in force and cover what is asked: a certificate is covered by one for every
    matter, since a list names service items (民法典 第一百六十五条: a mandate states its scope). Raises Refused.
    """
    by_office = holder.person_id == actor.person_id or holder.enterprise_id in actor.enterprise_ids
    if actor.kind is not ActorKind.CITIZEN or actor.person_id is None or by_office:
        return None
    for mandate in covering(actor, type_code, now):
        if (mandate.principal_person_id, mandate.principal_enterprise_id) == (holder.person_id, holder.enterprise_id):
            return int(mandate.pk)
    message = N_(
        "Your mandate is for certain service items and covers no certificates. Ask the principal for one for all matters."
    )
    raise Refused(Reason("mandate_scope", message, law="《中华人民共和国民法典》第一百六十五条", field="holder"))


def covering(actor: Actor, type_code: str, now: datetime) -> list[Any]:
    """The mandates under which the citizen may ask for a certificate of this type today."""
    on = local_date(now)
    return [each for each in people.mandates_held(actor) if each.in_force(on) and each.covers(type_code)]
