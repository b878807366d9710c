"""Whose licences and logs an actor may call his own: keys of himself, his enterprises and his principals."""

from __future__ import annotations

from yitong.licences import holders
from yitong.licences.rules.holders import Holder
from yitong.parties.actors import Actor, ActorKind
from yitong.parties.queries import people


def of_actor(actor: Actor) -> dict[bytes, Holder]:
    """Key → holder, the actor himself first; empty for staff. At most two statements."""
    if actor.kind is not ActorKind.CITIZEN or actor.person_id is None:
        return {}
    persons = people.people({actor.person_id, *actor.mandate_person_ids})
    found = [holders.holder_of_person(persons[each]) for each in sorted(persons, key=lambda i: i != actor.person_id)]
    companies = actor.enterprise_ids | actor.mandate_enterprise_ids
    if companies:
        found += [holders.holder_of_enterprise(each) for each in people.enterprises(companies).values()]
    return {key_of(holder): holder for holder in found}


def key_of(holder: Holder) -> bytes:
    """The 16 bytes under which this holder's rows are found."""
    return holders.key_of(holder.kind, holder.id_number)
