"""Pages of the ingest context."""
