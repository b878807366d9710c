"""Who sees and handles arrivals: the registrar (证照数据管理员), everything; nobody else."""

from __future__ import annotations

from django.db.models import QuerySet

from yitong.ingest.models import Batch, RejectedRow, Source
from yitong.kernel.reasons import NotAllowed
from yitong.parties.actors import Actor
from yitong.parties.roles import Permission


def require_manage(actor: Actor) -> None:
    """Raises NotAllowed for whoever may not bring licences in."""
    if not actor.may(Permission.INGEST_MANAGE):
        raise NotAllowed(Permission.INGEST_MANAGE)


def sources_visible_to(actor: Actor) -> QuerySet[Source]:
    """All for a registrar, none for anybody else."""
    return Source.objects.all() if actor.may(Permission.INGEST_MANAGE) else Source.objects.none()


def batches_visible_to(actor: Actor) -> QuerySet[Batch]:
    """All for a registrar, none for anybody else."""
    return Batch.objects.all() if actor.may(Permission.INGEST_MANAGE) else Batch.objects.none()


def visible_to(actor: Actor) -> QuerySet[RejectedRow]:
    """Rejected rows: all for a registrar, none for anybody else."""
    return RejectedRow.objects.all() if actor.may(Permission.INGEST_MANAGE) else RejectedRow.objects.none()
