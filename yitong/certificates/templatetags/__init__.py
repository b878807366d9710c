"""Template words of the certificates context."""
