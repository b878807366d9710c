"""Consents: the holder's say over his licences (授权, 亮码), and the log of who looked.

Owns: consents, presentation codes and their scans, the log of looks. Does not own: licences, cases.
Words: holder, consent, use, purpose, presentation code (亮码), scene (一码通行), look.
Invariants: without a consent in force or a named law nobody of the staff reads a licence; a use is spent once; a code is spent
once; the log is never changed.
Public: commands, queries, events, permissions, scenes.
Law: 《中华人民共和国个人信息保护法》第十三条、第十四条、第十五条、第二十三条.
"""
