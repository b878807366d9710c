"""Facts travel upwards as past-tense frozen dataclasses; ``site.wiring`` alone decides who listens.

Handlers run synchronously, in the publisher's transaction: a handler that fails undoes the command, so handlers only
write rows (an outbox entry, a follow-up) and never talk to the outside.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from typing import Any, TypeVar

E = TypeVar("E")
_handlers: dict[type, list[Callable[[Any], None]]] = defaultdict(list)


def subscribe(event: type[E], handler: Callable[[E], None]) -> None:
    """Call ``handler`` for every published ``event`` of exactly this class; subscribing the same handler twice is harmless."""
    if handler not in _handlers[event]:
        _handlers[event].append(handler)


def publish(event: object) -> None:
    """Hand ``event`` to its subscribers, in subscription order."""
    for handler in tuple(_handlers[type(event)]):
        handler(event)
