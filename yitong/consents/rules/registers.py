"""A register that answers about the holder, as a consent names it. Pure."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Register:
    """``code`` of the connector that asks it, what people call it, and (name, label, whether sensitive) of its fields."""

    code: str
    title: str
    fields: tuple[tuple[str, str, bool], ...]
