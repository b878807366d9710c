"""Pure rules of the waiving context."""
