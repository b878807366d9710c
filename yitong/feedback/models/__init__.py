"""Models of feedback; private to it."""

from yitong.feedback.models.rating import Rating

__all__ = ["Rating"]
