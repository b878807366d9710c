"""Pure rules of the archive context."""
