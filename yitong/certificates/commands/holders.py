"""Whose certificate it is, and whether the actor may ask for it."""

from __future__ import annotations

from typing import Any

from yitong.kernel.reasons import N_, NotAllowed, Reason, Refused
from yitong.licences.holders import holder_of_enterprise, holder_of_person
from yitong.licences.rules.holders import Holder
from yitong.parties.actors import Actor, ActorKind
from yitong.parties.queries import people
from yitong.parties.roles import Permission


def holder_for(actor: Actor, *, person_id: int | None, enterprise_id: int | None) -> tuple[Holder, Any]:
    """The holder and his row of ``parties``. A citizen asks for himself or an enterprise he acts for by office.

    Not under a mandate: those are given for service items. Staff ask for somebody who stands at the window. Raises
    NotAllowed, also when there is nobody: the two look alike.
    """
    if actor.kind is ActorKind.CITIZEN and person_id is None and enterprise_id is None:
        person_id = actor.person_id
    if (person_id is None) == (enterprise_id is None):
        message = N_("Choose one person or one enterprise.")
        raise Refused(Reason("one_holder", message, field="holder"))
    own = person_id == actor.person_id if person_id is not None else enterprise_id in actor.enterprise_ids
    if not (actor.is_staff or actor.kind is ActorKind.SYSTEM or own):
        raise NotAllowed(Permission.CERTIFICATE_REQUEST)
    found: Any = people.person(person_id) if person_id is not None else people.enterprise(enterprise_id or 0)
    if found is None:
        raise NotAllowed(Permission.CERTIFICATE_REQUEST)
    return (holder_of_person(found) if person_id is not None else holder_of_enterprise(found)), found
