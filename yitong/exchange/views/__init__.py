"""Pages of the exchange context."""
