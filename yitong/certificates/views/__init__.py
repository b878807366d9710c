"""Pages of the certificates context."""
