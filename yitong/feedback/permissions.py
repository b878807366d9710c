"""Who sees ratings: the applicant his own; heads those of their departments; supervisors those of their regions."""

from __future__ import annotations

from django.db.models import Q, QuerySet

from yitong.feedback.models import Rating
from yitong.parties.actors import Actor, ActorKind
from yitong.parties.roles import Permission, Role


def visible_to(actor: Actor) -> QuerySet[Rating]:
    """The ratings ``actor`` may see. The rated officer is not among the viewers, whatever he handled."""
    if actor.kind is ActorKind.SYSTEM:
        return Rating.objects.all()
    if actor.kind is ActorKind.CITIZEN:
        return Rating.objects.filter(rated_by_ref=actor.ref)
    scope = Q(pk__in=[])
    if actor.may(Permission.RATING_VIEW):
        if Role.SUPERVISOR in actor.roles:
            scope |= Q(region_id__in=actor.region_ids)
        if Role.HEAD in actor.roles:
            scope |= Q(department_id__in=actor.department_ids)
    return Rating.objects.filter(scope)
