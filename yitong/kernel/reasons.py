"""Why something is refused: one value that feeds the tooltip, the 409 body and the supervision rule alike."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import Any


def N_(message: str) -> str:
    """Mark ``message`` (an English msgid) for translation without translating it; delivery code translates."""
    return message


@dataclass(frozen=True, slots=True)
class Reason:
    """One reason for a refusal.

    ``code``: stable word such as ``"wrong_state"``. ``message``: English msgid, may hold ``%(name)s`` placeholders filled
    from ``params``. ``law``: citation, empty when the rule is ours. ``field``: the input it concerns, empty if none.
    """

    code: str
    message: str
    law: str = ""
    field: str = ""
    params: dict[str, Any] = dataclasses.field(default_factory=dict)  # `field` is the name of a column here

    def __str__(self) -> str:
        return self.message % self.params if self.params else self.message


class Refused(Exception):
    """A command was refused by a rule. ``reasons`` is never empty."""

    def __init__(self, *reasons: Reason) -> None:
        if not reasons:
            raise ValueError("Refused needs at least one reason")
        self.reasons = reasons
        super().__init__("; ".join(str(reason) for reason in reasons))


class NotAllowed(Exception):
    """The actor may not do this. Shown as 'not found' or 'no permission', never with details of the object."""

    def __init__(self, permission: str) -> None:
        self.permission = permission
        super().__init__(permission)


class Conflict(Exception):
    """Somebody else acted first; ``message`` says what happened, who and when."""

    def __init__(self, reason: Reason) -> None:
        self.reason = reason
        super().__init__(str(reason))
