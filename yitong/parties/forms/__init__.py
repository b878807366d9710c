"""Forms of the pages of this context; they check shapes, commands check rules."""
