"""Tables of the waiving context."""

from yitong.waiving.models.stock import SourceCount

__all__ = ["SourceCount"]
