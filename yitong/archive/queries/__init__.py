"""Reads of the archive."""

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
    reusable,
    traces,
)

__all__ = [
    "LibraryComparison",
    "class_counts",
    "comparison",
    "holder_for",
    "keeping",
    "listed",
    "log",
    "log_of",
    "one",
    "owner_of",
    "reusable",
    "traces",
]
