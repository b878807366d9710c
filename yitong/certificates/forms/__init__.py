"""Forms of the pages; the rules themselves are the commands'."""
