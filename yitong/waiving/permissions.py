"""Who may see the analysis. It holds figures of published items, and nothing about anybody: one permission answers all."""

from __future__ import annotations

from collections.abc import Iterable

from yitong.kernel.reasons import NotAllowed
from yitong.parties.actors import Actor, ActorKind
from yitong.parties.roles import Permission
from yitong.waiving.rules.figures import Item


def may_view(actor: Actor) -> bool:
    """Whether the actor may see the analysis."""
    return actor.kind is ActorKind.SYSTEM or (actor.is_staff and actor.may(Permission.WAIVING_VIEW))


def may_count(actor: Actor) -> bool:
    """Whether the actor may have the library counted anew: a heavy read, for those who keep its data."""
    return actor.kind is ActorKind.SYSTEM or (may_view(actor) and actor.may(Permission.INGEST_MANAGE))


def visible_to(actor: Actor, items: Iterable[Item]) -> list[Item]:
    """The items whose figures this actor may see: all published ones, or none."""
    return list(items) if may_view(actor) else []


def require_view(actor: Actor) -> None:
    """NotAllowed unless the actor may see the analysis."""
    if not may_view(actor):
        raise NotAllowed(Permission.WAIVING_VIEW)


def require_count(actor: Actor) -> None:
    """NotAllowed unless the actor may have the library counted."""
    if not may_count(actor):
        raise NotAllowed(Permission.INGEST_MANAGE)
