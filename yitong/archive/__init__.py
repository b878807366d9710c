"""Archive: the archive every person and enterprise has (电子档案袋), for use in later cases.

Owns: archived files, what was read from them. Does not own: stored files' bytes, licences, cases.
Words: archived file, class (family, education, medical, business), trust (issued, verified, uploaded, declared), retention.
Invariants: only the owner and whom he lets see it; trust rises only by a check at the counter; what is kept for a case is kept
until its term.
Public: commands, queries, events, permissions.
"""
