"""Scans of signed papers. Files are kept by a context above this one, which says here how (``site.wiring``)."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Protocol

from yitong.parties.actors import Actor


class Keeper(Protocol):
    """Keeps scans."""

    def keep(self, *, upload: Any, actor: Actor, now: datetime) -> str:
        """Keep the upload; its reference, such as ``file:12``. Refused (field ``file``) when it is no fit file."""
        ...

    def give(self, *, reference: str, subject: str, actor: Actor) -> None:
        """From now on whoever may see ``subject`` may read the scan. Only the one who uploaded it may say so."""
        ...

    def address(self, reference: str) -> str:
        """Where the scan is opened; empty when the reference names none."""
        ...


_keepers: list[Keeper] = []


def register(keeper: Keeper) -> None:
    """Say who keeps scans; a second call replaces the first."""
    _keepers[:] = [keeper]


def keeper() -> Keeper:
    """Who keeps scans."""
    if not _keepers:
        raise LookupError("nobody keeps scans: site.wiring registers the keeper")
    return _keepers[0]
