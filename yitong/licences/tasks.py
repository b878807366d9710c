"""Set-up step of the licences context."""

from __future__ import annotations

from django.utils import timezone

from yitong.licences.commands import ensure_types


def seed_types() -> None:
    """The built-in licence types."""
    ensure_types(timezone.now())
