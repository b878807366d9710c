"""E-licences (电子证照): issued at the same moment as the paper record, shown, verified, revoked.

Owns: licence types, licences with their identifier and status history. Does not own: the decision that grants one (cases),
the PDF and its seal (documents).
Words: LicenceType 证照类型, Licence 电子证照, identifier 电子证照标识, holder 持证主体, revoke 撤销/吊销, cancel 注销.
Invariants: identifier and number are unique and never reused; a licence has exactly one holder, a person or an enterprise;
its status only ever leaves ``valid``; every change of status has a row with its reason.
Public: commands (issue, revoke), queries, permissions.visible_to.
Law: 行政许可法 第三十九条 (what is issued), 第六十九条、第七十条 (revocation, cancellation); GB/T 36904-2018 (identifier).
"""
