"""Exchange: data shared with other systems (数据共享): connectors inward, our API outward.

Owns: connectors and every call of theirs, API clients, their quota and log. Does not own: licences, consents.
Words: connector, look-up, upstream, circuit, client, scope, quota.
Invariants: every call names a purpose, and a case or a law; a client gets only the types and fields of its scope and the holder's consent.
Public: commands, queries, events, permissions.
"""
