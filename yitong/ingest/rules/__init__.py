"""Pure rules of the ingest context."""
