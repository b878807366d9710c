"""办件: one application from its draft to its archive, on the statutory and the committed clock.

Owns: cases, their materials, review steps, opinions, correction notices, special procedures, extensions, provisional
acceptances, commitments, decisions, deliveries, and the append-only events the clock replays from.

Does not own: items (catalog), people and authority (parties), files and notices (documents), licences (licences), messages
(notifications), the Merkle log (audit), lights and boards (supervision), ratings (feedback).

Words: submit 申请, accept 受理, refuse acceptance 不予受理, not required 不受理, correction notice 补正告知, special procedure
特别程序, provisional acceptance 容缺受理, commitment 告知承诺, credit repair 信用修复, deemed approval 超时默认, decide 决定,
deliver 送达, close 办结.

Invariants: one correction notice of the office before acceptance and none after, and at most one list that follows from a
commitment taken back; one open special procedure; one decision; both clocks are what a replay of the events gives; events
are never changed; a number is unique and taken at submission.

Public: ``commands``, ``queries``, ``permissions``, ``events``, ``rules`` (pure), ``tasks``, ``api``.
Law: 行政许可法 (2019 修正) 第二十六条至第五十条, 第八十二条; 国办发〔2020〕42号 for commitments.
"""
