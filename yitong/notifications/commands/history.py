"""Messages of a past that was loaded and not lived: they count as delivered when they were written."""

from __future__ import annotations

from datetime import datetime

from django.db import connection, transaction

from yitong.audit.commands import record
from yitong.notifications.commands.drain import texts_in_force
from yitong.notifications.models import Message
from yitong.notifications.rules.states import State
from yitong.notifications.rules.texts import rendered

CHUNK = 2000
_SETTLE = """
UPDATE notifications_message SET state = 'delivered', attempts = 1, title = settled.title, text = settled.text,
    delivered_at = created_at, read_at = created_at, provider_ref = 'history'
FROM unnest(%s::bigint[], %s::text[], %s::text[]) AS settled (id, title, text)
WHERE notifications_message.id = settled.id
"""


@transaction.atomic
def settle_history(*, before: datetime) -> int:
    """Mark every pending message written before ``before`` as delivered and read then, its text filled in; how many.

    For loading a prepared city: nobody wants a year of text messages at once. Nothing is handed to a provider.
    """
    texts = texts_in_force()
    total = 0
    waiting = Message.objects.filter(state=State.PENDING, created_at__lt=before).order_by("id")
    while rows := list(waiting.only("id", "template", "channel", "context")[:CHUNK]):
        filled = [rendered(texts[row.template], row.channel, row.context) for row in rows]
        with connection.cursor() as cursor:
            ids, titles, bodies = (
                [row.pk for row in rows],
                [title[:500] for title, _ in filled],
                [text for _, text in filled],
            )
            cursor.execute(_SETTLE, [ids, titles, bodies])
        total += len(rows)
    if total:
        record(
            actor_ref="system:demo",
            tag="notifications:history:settled",
            subject="notifications:outbox",
            detail={"messages": total},
            now=before,
        )
    return total
