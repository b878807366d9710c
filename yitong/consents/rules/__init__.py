"""Pure rules of the consents context."""
