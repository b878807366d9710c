"""What a provider is."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Protocol

from yitong.exchange.rules.answers import Answer, Question


@dataclass(frozen=True, slots=True)
class Target:
    """Whom to ask and how patiently: the part of a connector a provider needs. ``timeout``: seconds for one attempt, whole."""

    code: str
    url: str
    timeout: float
    licence_type: str = ""
    envelope: dict[str, Any] = field(default_factory=dict)


class Provider(Protocol):
    """Asks one question once. Repeating, waiting, remembering and logging are the business of ``commands.look_up``."""

    name: str
    label: str

    def problems(self, target: Target) -> list[str]:
        """What is wrong with a connector that names this provider, in English; empty when nothing is."""
        ...

    def ask(self, target: Target, question: Question) -> Answer:
        """The record as the source spells it, or that there is none. Raises NoAnswer. Called outside any transaction."""
        ...
