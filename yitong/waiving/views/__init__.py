"""Pages of the waiving context."""
