"""Pages that belong to no context."""
