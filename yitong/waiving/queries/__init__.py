"""Reads of the waiving context."""

from yitong.waiving.queries.analysis import Analysis, analyse, of_item

__all__ = ["Analysis", "analyse", "of_item"]
