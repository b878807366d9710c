"""Writes of the waiving context."""

from yitong.waiving.commands.count_library import count_library

__all__ = ["count_library"]
