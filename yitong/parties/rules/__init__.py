"""Pure rules of the parties context."""
