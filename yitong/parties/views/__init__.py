"""Pages of the parties context: parse, one command or query, render."""
