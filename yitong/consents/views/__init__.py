"""Pages of the consents context."""
