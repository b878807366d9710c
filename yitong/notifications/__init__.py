"""Notifications: text messages, in-app messages and e-mail, each told once.

Owns: message templates, the outbox, its delivery and retries, the local provider's outbox.
Does not own: legal documents (documents), who is to be told what and when (the context that sends).
Words: message, channel, template, dedup key (what makes two sends one), provider, lease, dead (given up, for a person).
Invariants: a send is a row of the sender's transaction, so it exists exactly when the act does; one dedup key gives one
message a channel; no transaction is open while a provider is called; a worker that dies loses nothing.
Public: commands.send, commands.drain, commands.ensure_templates, queries.unread_count.
"""
