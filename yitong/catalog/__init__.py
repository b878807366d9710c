"""The catalogue of service items (事项): what can be applied for, on which conditions, with what papers, how fast.

Owns: items, versions with the implementation record (实施清单), import, export, guides, search, themes, synonyms.
Does not own: applications (cases), licence types (licences), regions and departments (parties).
States of a version: draft, review, scheduled 待生效 (planned day ahead), published, retired.
Words: item 事项, version 版本, record 实施清单, material 材料, scenario 情形, question 问题, everyday word 百姓用语.
Invariants: a published version never changes (trigger); one version of an item is in force at a time, one is being
prepared; nobody publishes what he wrote; an import is taken whole or not at all.
Public: ``records``, ``themes``, ``events``, ``permissions``, ``queries``, ``commands``, ``rules``.
Law: GB/T 39046-2020, GB/T 39554.1-2020, 国务院令第722号 (优化营商环境条例), 国办发〔2020〕42号.
"""
