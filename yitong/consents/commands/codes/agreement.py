"""What showing a code agrees to: its scan stands for a consent, given by the holder's own act."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from yitong.consents import library
from yitong.consents.commands.granting import give
from yitong.consents.models import HolderConsent, PresentationCode
from yitong.consents.rules.registers import Register
from yitong.consents.scenes import Scene
from yitong.licences.holders import holder_of_enterprise, holder_of_person
from yitong.licences.rules.holders import Holder
from yitong.parties.actors import Actor
from yitong.parties.queries import people

TAKING = timedelta(minutes=15)
"""How long the scanner's page may take licences from a code it spent: as long as somebody stands at the counter."""


def consent_of(
    actor: Actor, code: PresentationCode, place: Scene, department_id: int | None, case_number: str, life: timedelta,
    uses: int, now: datetime, *, ids: Sequence[int] = (), registers: Sequence[Register] = (), fields: Sequence[str] | None = None,
) -> HolderConsent:  # fmt: skip
    """The consent a code stands for, given by the holder's own act of showing it."""
    if fields is None:
        things = [library.fields_of(each) for each in library.chosen(bytes(code.holder_key), ids)]
        things += [list(each.fields) for each in registers]
        fields = sorted({name for each in things for name, _, _ in each}) if code.sensitive else ()
    return give(
        actor=actor,
        holder=holder_of(code.person_id, code.holder_enterprise_id),
        licence_ids=ids,
        registers=registers,
        fields=fields,
        purpose=place.purpose,
        department_id=department_id or min(actor.department_ids, default=0),
        case_number=case_number,
        until=now + life,
        uses=uses,
        way=HolderConsent.Way.CODE,
        now=now,
    )


def holder_of(person_id: int, enterprise_id: int | None) -> Holder:
    if enterprise_id is not None:
        return holder_of_enterprise(people.enterprise(enterprise_id))
    return holder_of_person(people.person(person_id))
