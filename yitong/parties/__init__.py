"""Who is who, who may act for whom, and who may do what.

Owns: regions, departments, counters, persons, enterprises, staff, posts, authorisation letters, delegations, mandates,
accounts and the ways to log in. Does not own: what anybody applies for or decides.
Words: Actor 行为人, Region 行政区划, Department 部门, Post 岗位 (seats A 角, B 角), AuthorisationLetter 首席代表授权委托书,
Delegation 放权, Mandate 授权委托书, EnterpriseHandler 经办人.
Invariants, held by the database: one A and one B per post and day, never one person on both; one letter per chief
representative, department and day; one open delegation per item, department and region; a citizen number and a credit
code once; an account is a citizen's or a staff member's, never both; one open code per phone.
Public: ``actors``, ``doors``, ``exports``, ``roles``, ``queries``, ``commands``, ``events``, ``permissions``, ``rules.masking``;
``identity`` and ``face`` are where another log-in or face check joins.
Law: 行政许可法, 民法典 art. 165 and 173 (mandates), 个人信息保护法 art. 51.
"""
