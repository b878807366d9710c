"""Writes of feedback."""

from yitong.feedback.commands.rating import rate

__all__ = ["rate"]
