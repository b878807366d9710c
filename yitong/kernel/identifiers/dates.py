"""Dates written as eight digits inside an identifier."""

from __future__ import annotations

from datetime import date


def date_from_digits(digits: str) -> date | None:
    """The day ``YYYYMMDD`` names, or None when no such day exists. ``digits`` must be eight ASCII digits."""
    try:
        return date(int(digits[:4]), int(digits[4:6]), int(digits[6:8]))
    except ValueError:
        return None


def digits_from_date(on: date) -> str:
    """``on`` as ``YYYYMMDD``. Not strftime: it does not pad years before 1000 on every platform."""
    return f"{on.year:04d}{on.month:02d}{on.day:02d}"
