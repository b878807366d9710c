"""How the few statements every command sends reach the server: prepared once, and several writes as one.

Owns: prepared cursors, joining INSERTs and UPDATEs of several contexts into one statement.
Does not own: any table, any SQL; the contexts write theirs. Most reads and the ORM keep Django's own cursors.
Invariants: what is written together is sent whole or not at all; order and isolation stay those of one transaction.
Public: ``writes.write``, ``writes.together``, ``writes.prepared_cursor``; ``reading.statement``, ``reading.loaded``;
``inserting.insert_now``.
"""
