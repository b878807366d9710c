"""Who may read the log. Actors are duck-typed: parties stands above this context."""

from __future__ import annotations

from typing import Any, Protocol

from yitong.kernel.reasons import NotAllowed

VIEW = "audit:entry:view"


class Reader(Protocol):
    """What this context needs of an actor."""

    @property
    def ref(self) -> str: ...

    def may(self, permission: Any, /) -> bool: ...


def can_view(actor: Reader) -> bool:
    """Supervisors and administrators; the log is about everybody, so there is no narrower scope."""
    return actor.may(VIEW)


def require_view(actor: Reader) -> None:
    """NotAllowed unless ``can_view``."""
    if not can_view(actor):
        raise NotAllowed(VIEW)
