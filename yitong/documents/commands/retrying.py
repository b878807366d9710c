"""Try again to seal what could not be sealed, after the cause has been removed."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet

from yitong.audit.commands import record
from yitong.documents.models import Document
from yitong.documents.permissions import require, troubled_visible_to
from yitong.kernel.reasons import N_, Conflict, NotAllowed, Reason
from yitong.parties.actors import Actor
from yitong.parties.roles import Permission


@transaction.atomic
def retry(*, document_id: int, actor: Actor, now: datetime) -> Document:
    """Put one document back in the queue with its attempts counted anew; one that waits for its turn goes at once.

    Raises NotAllowed, also when there is no such document, and Conflict when it was sealed meanwhile.
    """
    require(actor, Permission.DOCUMENT_RETRY)
    document = Document.objects.select_for_update().filter(pk=document_id).first()
    if document is None or not may_watch(actor, document):
        raise NotAllowed(Permission.DOCUMENT_RETRY)
    if document.state == Document.State.SEALED:
        raise Conflict(
            Reason("sealed_meanwhile", N_("This document has been sealed meanwhile; nothing is to be done."))
        )
    _queue(Document.objects.filter(pk=document.pk), now)
    document.refresh_from_db()
    _log(actor, f"document:{document.code}", {"documents": 1}, now)
    return document


@transaction.atomic
def retry_all(*, actor: Actor, now: datetime) -> int:
    """Put every document given up, of the actor's regions, back in the queue; returns how many. Idempotent."""
    count = _queue(troubled_visible_to(actor).filter(state=Document.State.FAILED), now)
    if count:
        _log(actor, "documents:failed", {"documents": count}, now)
    return count


def may_watch(actor: Actor, document: Document) -> bool:
    """Whether ``actor`` looks after the region of the document."""
    return troubled_visible_to(actor, everything=True).filter(pk=document.pk).exists()


def _queue(rows: QuerySet[Document], now: datetime) -> int:
    """The reason stays on the row until the document is sealed: who looks meanwhile sees what went wrong before."""
    return rows.update(state=Document.State.PENDING, attempts=0, next_attempt_at=now, claimed_until=None)


def _log(actor: Actor, subject: str, detail: dict[str, int], now: datetime) -> None:
    record(actor_ref=actor.ref, tag="documents:document:retried", subject=subject, detail=detail, now=now)
