"""Pure rules of the certificates context."""
