"""Audit: the append-only log of every act, provable by Merkle tree.

Owns: entries, the tree's complete nodes, signed checkpoints, the signing key, receipts and their offline check.
Does not own: who may act (parties), what happened to a case (cases keeps its own events).
Words: entry, leaf (the canonical bytes of an entry), sequencing (giving an entry its place in the tree), checkpoint
(a signed size and root), receipt (an entry with its inclusion proof and checkpoint).
Invariants: an entry commits with the act it records or not at all; nothing is changed or deleted (triggers); an entry
gets its index once, in an order that never moves; every checkpoint extends the one before it.
Public: commands.record, commands.record_many, commands.sequence, commands.ensure_keys, queries.receipt, queries.search.
Law: 网络安全法 (2016) 第二十一条第三项 (network logs kept at least six months). Tree: RFC 6962 section 2.
"""
