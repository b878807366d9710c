"""The rule language: CEL text, compiled once, evaluated on one record in three values, explained.

Owns: compiling and type-checking an expression, its And/Or/Not/Atom form, evaluation with missing data, explanation.
Does not own: which variables exist and what a rule decides; the callers name both.
Words: atom (a comparison or call, true, false or unknown as a whole), fact (a variable's value), unknown (needs data).
Invariants: a missing fact is absent, never null; missing data is never "no"; unknown and false is false.
Public: ``port.compile_rule``, ``port.Rule``, ``port.RuleError``, ``port.FactError``, ``port.Explanation``.
Source: github.com/google/cel-spec; the three values are those of Kleene's strong logic.
"""
