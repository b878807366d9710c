"""Instants that were kept as ISO text."""

from __future__ import annotations

from datetime import datetime

from django import template
from django.utils import timezone

register = template.Library()


@register.filter
def iso_instant(value: str) -> datetime | None:
    """The instant in local time; None for a text that is none."""
    try:
        return timezone.localtime(datetime.fromisoformat(value))
    except (TypeError, ValueError):
        return None
