"""Ingest: licences that arrive from departments (证照归集).

Owns: sources, batches, rejected rows. Does not own: licences, their types.
Words: source, batch, row, quarantine, freshness (鲜活度).
Invariants: a row of a source is one licence however often it arrives; a wrong row is kept with its reason until mended or discarded.
Public: commands, queries, events, permissions.
"""
