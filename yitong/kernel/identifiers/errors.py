"""The one error every identifier module raises."""

from __future__ import annotations

from typing import Any


class InvalidIdentifier(ValueError):
    """``value`` is not a valid identifier of ``kind``.

    ``code``: stable word such as ``"length"`` or ``"check_character"``. ``reason``: English msgid that names what is
    wrong and the remedy, with ``%(name)s`` placeholders filled from ``params``. Neither holds the whole value, so that
    the message can be logged where the number of a person must not be.
    """

    def __init__(self, kind: str, value: str, code: str, reason: str, params: dict[str, Any] | None = None) -> None:
        self.kind = kind
        self.value = value
        self.code = code
        self.reason = reason
        self.params: dict[str, Any] = dict(params or {})
        super().__init__(kind, value, code, reason, self.params)

    def __str__(self) -> str:
        return self.reason % self.params if self.params else self.reason


class UnknownKind(LookupError):
    """No identifier kind has this name; ``known`` lists those that exist."""

    def __init__(self, kind: str, known: tuple[str, ...]) -> None:
        self.kind = kind
        self.known = known
        super().__init__(kind, known)

    def __str__(self) -> str:
        return f"unknown identifier kind {self.kind!r}; known kinds: {', '.join(self.known)}"
