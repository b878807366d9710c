"""Reads of the parties context."""
