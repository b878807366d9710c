"""Writes of the ingest context."""
