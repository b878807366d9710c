"""Certificates: 证明 issued three ways: reviewed by a department, at once from data, or answered between departments.

Owns: certificate types, requests, verifications between departments, the data inquiry sheet. Does not own: documents, licences,
connectors, the consent of a holder.
Words: certificate, request, instant certificate (即时生成), department verification (部门核验), data inquiry sheet (政务数据查询单).
Invariants: a certificate from data states only what the source answered, names the source and the time; nobody but the holder
and the reviewers of its department sees a request; a verification has a clock from the day it was asked, and one answer.
An agent asks under a mandate for every matter; a revoked certificate stays revoked.
Public: commands, queries, events, permissions.
Law: every type cites the article or document it rests on.
"""
