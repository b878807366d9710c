"""Who sees which licences and who may change them: the one policy of every list, search, page and endpoint."""

from __future__ import annotations

from django.db.models import Q, QuerySet

from yitong.licences.models import Licence
from yitong.parties.actors import Actor
from yitong.parties.roles import Permission


def visible_to(actor: Actor) -> QuerySet[Licence]:
    """The holder, the handlers and mandated agents of the holder, staff of the issuing department; nobody else."""
    if not actor.may(Permission.LICENCE_VIEW):
        return Licence.objects.none()
    allowed = Q(pk__in=())
    if actor.person_id is not None:
        allowed |= held_by(actor)
    if actor.is_staff and actor.department_ids:
        allowed |= Q(issuer_department_id__in=actor.department_ids)
    return Licence.objects.filter(allowed)


def held_by(actor: Actor) -> Q:
    """Licences of the person, of enterprises he handles and of principals whose mandate he has."""
    people = {*actor.mandate_person_ids, *({actor.person_id} if actor.person_id is not None else ())}
    return Q(holder_person_id__in=people) | Q(
        holder_enterprise_id__in=actor.enterprise_ids | actor.mandate_enterprise_ids
    )


def can_revoke(actor: Actor, licence: Licence) -> bool:
    """Staff of the issuing department with the power to revoke."""
    return actor.may(Permission.LICENCE_REVOKE) and licence.issuer_department_id in actor.department_ids


def may_see_subject(actor: Actor, subject: str) -> bool:
    """The policy of documents about ``licence:<number>``."""
    return visible_to(actor).filter(number=subject.partition(":")[2]).exists()
