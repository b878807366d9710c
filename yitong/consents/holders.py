"""Whose licences and logs an actor may call his own: keys of himself and of the enterprises he handles.

A mandate opens none of them: it is for a matter, and what the matter needs is reached through its case.
"""

from __future__ import annotations

from yitong.licences import holders
from yitong.licences.rules.holders import Holder
from yitong.parties.actors import Actor, ActorKind
from yitong.parties.queries import people


def of_actor(actor: Actor) -> dict[bytes, Holder]:
    """Key → holder, the actor himself first; empty for staff. At most two statements."""
    if actor.kind is not ActorKind.CITIZEN or actor.person_id is None:
        return {}
    found = [holders.holder_of_person(each) for each in people.people({actor.person_id}).values()]
    if actor.enterprise_ids:
        found += [holders.holder_of_enterprise(each) for each in people.enterprises(actor.enterprise_ids).values()]
    return {key_of(holder): holder for holder in found}


def key_of(holder: Holder) -> bytes:
    """The 16 bytes under which this holder's rows are found."""
    return holders.key_of(holder.kind, holder.id_number)
