"""Rows of the ingest context."""

from yitong.ingest.models.batch import Batch, Chunk, RejectedRow
from yitong.ingest.models.source import Source

__all__ = ["Batch", "Chunk", "RejectedRow", "Source"]
