"""Reads of the archive."""

from yitong.archive.queries.among import ended, reusable_among
from yitong.archive.queries.archives import (
    LibraryComparison,
    class_counts,
    comparison,
    holder_for,
    keeping,
    listed,
    log,
    log_of,
    one,
    owner_of,
    traces,
)

__all__ = [
    "LibraryComparison",
    "class_counts",
    "comparison",
    "ended",
    "holder_for",
    "keeping",
    "listed",
    "log",
    "log_of",
    "one",
    "owner_of",
    "reusable_among",
    "traces",
]
