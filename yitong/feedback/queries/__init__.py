"""Reads of feedback."""

from yitong.feedback.queries.ratings import Share, rating_of, recent, stats

__all__ = ["Share", "rating_of", "recent", "stats"]
