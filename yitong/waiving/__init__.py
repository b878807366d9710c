"""Waiving: which materials nobody needs to bring any more (减证办, 免证办), and which source to connect next.

Owns: reports of an analysis. Does not own: items, licence types, connectors: it reads them.
Words: material, waived, reduced, remaining, source, next best.
Invariants: every figure has a numerator, a denominator and a definition.
Public: queries, permissions.
"""
