"""Supervision (电子监察): sees every clock, changes nothing of it.

Owns: the board of lights and the indicators. Does not own: cases, ratings, the lights' rule (cases.rules.lights).
Words: light, indicator, numerator, denominator, definition.
Invariants: reads only what the viewer may see; every figure can be opened into the cases behind it.
Public: queries.
Law: DOMAIN C2 (green in time, yellow near the limit, red over it).
"""
