"""How fast and how large, each beside its limit and beside what the same work costs without us.

`python -m benchmarks` runs them, `--record` keeps the table in RESULTS.md. `frame.py` has the shape every module follows.
"""
