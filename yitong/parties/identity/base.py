"""What every way of proving who one is has in common.

A provider is asked twice: ``start`` (send a code, or say where to go), then ``complete`` with what came back. A wrong
answer is returned, not raised, so that the caller's transaction keeps the count of tries. An OpenID Connect provider
returns a Challenge with ``redirect_url`` and ``state`` and reads ``code`` and ``state`` from ``data`` on completion.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from yitong.kernel.reasons import Reason


@dataclass(frozen=True, slots=True)
class Challenge:
    """What comes next: a form with ``fields``, or a visit to ``redirect_url``. ``state`` is kept in the session."""

    fields: tuple[str, ...]
    state: str = ""
    redirect_url: str = ""
    expires_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class VerifiedIdentity:
    """Who it is, as far as the provider knows.

    ``account_id`` is None for somebody without an account yet; then ``phone`` is proved, ``name`` and ``idcard`` are
    given only by providers that know the real name.
    """

    provider: str
    account_id: int | None
    phone: str = ""
    name: str = ""
    idcard: str = ""


class IdentityProvider(Protocol):
    """One way to log in. ``code`` is stored with attempts and audit entries."""

    code: str

    def start(self, *, data: Mapping[str, str], address: str, now: datetime) -> Challenge:
        """Begin; Refused when it may not (wrong phone, too often)."""
        ...

    def complete(self, *, data: Mapping[str, str], address: str, now: datetime) -> VerifiedIdentity | Reason:
        """Who it is, or why that is not proved."""
        ...
