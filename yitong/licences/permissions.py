"""Who sees which licences and who may change them: the one policy of every list, search, page and endpoint.

The holder and the handlers of an enterprise that holds it; of staff only those who keep their department's register, who may
issue or revoke. Everybody else, an agent with a written mandate too, reaches a licence through a case, see ``consents``.
"""

from __future__ import annotations

from django.db.models import Q, QuerySet

from yitong.kernel.reasons import NotAllowed
from yitong.licences.holders import key_of
from yitong.licences.models import Licence, LicenceType
from yitong.licences.rules.holders import ENTERPRISE, PERSON
from yitong.parties.actors import Actor, ActorKind
from yitong.parties.queries import people
from yitong.parties.roles import Permission


def visible_to(actor: Actor) -> QuerySet[Licence]:
    """The actor's own licences, those of enterprises he handles, and the register he keeps."""
    if not actor.may(Permission.LICENCE_VIEW):
        return Licence.objects.none()
    allowed = Q(pk__in=())
    if actor.person_id is not None:
        allowed |= held_by(actor)
    if keeps_register(actor):
        allowed |= Q(issuer_department_id__in=actor.department_ids)
    return Licence.objects.filter(allowed)


def held_by(actor: Actor) -> Q:
    """Licences of the person and of enterprises he handles; by key, in two statements."""
    return Q(holder_key__in=holder_keys(actor))


def holder_keys(actor: Actor) -> list[bytes]:
    """The keys of the person and of the enterprises he handles."""
    persons = people.people({actor.person_id}).values() if actor.person_id is not None else ()
    companies = people.enterprises(actor.enterprise_ids).values() if actor.enterprise_ids else ()
    return [
        *(key_of(PERSON, row.idcard) for row in persons),
        *(key_of(ENTERPRISE, row.uscc) for row in companies),
    ]


def keeps_register(actor: Actor) -> bool:
    """Staff who issue or revoke for a department."""
    may = actor.may(Permission.LICENCE_ISSUE) or actor.may(Permission.LICENCE_REVOKE)
    return actor.is_staff and may and bool(actor.department_ids)


def can_revoke(actor: Actor, licence: Licence) -> bool:
    """Staff of the issuing department with the power to revoke."""
    return actor.may(Permission.LICENCE_REVOKE) and licence.issuer_department_id in actor.department_ids


def can_report_lost(actor: Actor, licence: Licence) -> bool:
    """The holder or a handler; the keepers of the register."""
    return can_revoke(actor, licence) or is_holder(actor, licence)


def is_holder(actor: Actor, licence: Licence) -> bool:
    """Whether the actor is the holder or handles the enterprise that is."""
    return actor.person_id is not None and bytes(licence.holder_key) in holder_keys(actor)


def can_issue(actor: Actor, department_id: int | None) -> bool:
    """Staff of the department with the power to issue, and the platform's own scheduled work."""
    here = actor.kind is ActorKind.SYSTEM or department_id in actor.department_ids
    return actor.may(Permission.LICENCE_ISSUE) and here


def types_visible_to(actor: Actor) -> QuerySet[LicenceType]:
    """The types, for who administers or authors with them."""
    if not any(
        actor.may(each) for each in (Permission.LICENCE_TYPE_EDIT, Permission.CATALOG_EDIT, Permission.PARTY_MANAGE)
    ):
        raise NotAllowed(Permission.LICENCE_TYPE_EDIT)
    return LicenceType.objects.order_by("name")


def may_see_subject(actor: Actor, subject: str) -> bool:
    """The policy of documents about ``licence:<number>``."""
    return visible_to(actor).filter(number=subject.partition(":")[2]).exists()
