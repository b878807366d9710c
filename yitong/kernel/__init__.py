"""Kernel: the pure values everything else is counted, named and proved with.

Owns: working-day calendar, legal clock, identifiers with check characters, money, Merkle tree, refusal reasons.
Does not own: persistence, users, any I/O beyond reading its own calendar data.
Words: workday, limit, suspension, extension, due, ledger, provisional; check character; leaf, node, root, proof; reason.
Invariants: no Django, no system clock, no randomness; the same input gives the same output in every process.
Public: calendar, clock, identifiers, merkle, money, reasons.
Law: 行政许可法 arts. 42, 45, 82; GB 32100, GB 11643, GB/T 36904, GB/T 40058, GB/T 2260; RFC 6962.
"""
