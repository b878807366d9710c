"""Feedback: what people think of how their case was handled (好差评).

Owns: ratings. Does not own: the case, the invitation's delivery.
Words: rating, level (1 非常满意 … 5 非常不满意), bad rating (levels 4 and 5).
Invariants: one rating a case; never changed nor deleted; nobody of the staff rates; the rated officer never sees who rated.
Public: commands, queries, permissions.
Law: 国办发〔2019〕51号; levels as in GB/T 39046-2020 A.8.
"""
