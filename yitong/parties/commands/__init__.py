"""Writes of the parties context: keyword-only, with the actor and the time."""
