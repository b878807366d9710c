"""Reads of the ingest context."""
