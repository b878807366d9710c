"""Make, number, seal and store the PDF of an issued document.

One winner: the document's row is locked while it is sealed, by the worker or by whoever opens it first. A worker claims
documents for LEASE before it seals them, so that one that dies over a document counts as an attempt and the document
returns when the lease is over.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import connection, transaction

from yitong.audit.commands import record
from yitong.documents import fonts, storage
from yitong.documents.commands.numbering import take_number
from yitong.documents.events import DocumentSealed
from yitong.documents.models import Document
from yitong.documents.rendering import certificate, notice
from yitong.documents.rendering.sheet import Rendered
from yitong.documents.rules.kinds import kind_of
from yitong.documents.seals import keys, signing, vault
from yitong.kernel.events import publish

log = logging.getLogger(__name__)

LEASE = timedelta(seconds=60)
LONGEST_WAIT = timedelta(hours=1)
MOST_ATTEMPTS = 8
AREA = "sealed"
WHEN_OPENED = datetime(9999, 1, 1, tzinfo=UTC)
"""As the next attempt: none by the worker. ``seal_one`` does not ask for it."""
_FAULTS = (OSError, RuntimeError, ValueError, KeyError, LookupError, TypeError)
"""What can go wrong while a document is made: the disk, the font, the secret, a template. The document waits and says why."""

_CLAIM = """
UPDATE documents_document SET claimed_until = %(until)s, attempts = attempts + 1
WHERE id IN (
    SELECT id FROM documents_document
    WHERE state = 'pending' AND (claimed_until IS NULL OR claimed_until <= %(now)s OR claimed_until > %(beyond)s)
      AND (next_attempt_at IS NULL OR next_attempt_at <= %(now)s
           OR next_attempt_at > %(beyond)s AND next_attempt_at < %(opened)s)
    ORDER BY id LIMIT %(limit)s FOR UPDATE SKIP LOCKED)
RETURNING id
"""


class SealingFailed(RuntimeError):
    """The document could not be sealed now; ``__cause__`` says why. It stays pending and is tried again."""


def seal_pending(*, now: datetime, limit: int = 20) -> int:
    """Seal up to ``limit`` documents that wait; returns how many were sealed. Any number of workers may run at once."""
    with transaction.atomic(), connection.cursor() as cursor:
        # An instant further ahead than we ever set one means that the clock was put back.
        instants = {"now": now, "until": now + LEASE, "beyond": now + 2 * LONGEST_WAIT, "opened": WHEN_OPENED}
        cursor.execute(_CLAIM, {**instants, "limit": limit})
        claimed = sorted(row[0] for row in cursor.fetchall())
    sealed = 0
    for document_id in claimed:
        try:
            sealed += seal_one(document_id, now) is not None
        except SealingFailed:
            # Recorded on the row by seal_one, which is where an operator looks; the next document is not to blame.
            log.warning("document %s could not be sealed, it will be tried again", document_id)
    return sealed


def seal_one(document_id: int, now: datetime) -> Document | None:
    """Seal one document and return it; None when somebody else has sealed it meanwhile. Raises SealingFailed."""
    try:
        with transaction.atomic():
            rows = Document.objects.select_for_update(of=("self",))
            document = rows.select_related("issuer_department__region", "template").get(pk=document_id)
            if document.state == Document.State.SEALED:
                return None
            _seal(document, now)
            return document
    except _FAULTS as error:
        _note_failure(document_id, error, now)
        raise SealingFailed(f"document {document_id}: {error}") from error


@transaction.atomic
def leave_unopened(*, issued_before: datetime) -> int:
    """Let the worker pass by the waiting documents of a loaded past: each is sealed when somebody opens it. How many."""
    waiting = Document.objects.filter(state=Document.State.PENDING, issued_at__lt=issued_before)
    return waiting.update(next_attempt_at=WHEN_OPENED)


def short_url(document: Document) -> str:
    """The address in the QR code: /l/<code> of a licence, /d/<code> of any other document."""
    return f"{settings.YITONG_BASE_URL}/{'l' if document.kind == 'licence' else 'd'}/{document.code}"


def render_piece(piece: notice.Piece) -> Rendered:
    """The unsigned PDF in the layout of its kind. Deterministic: the same piece gives the same bytes."""
    return certificate.render(piece) if piece.kind.code == "licence" else notice.render(piece)


def piece_of(document: Document, number: str) -> notice.Piece:
    """Everything the document's pages depend on. Its date is that of the act, whenever it is sealed."""
    kind = kind_of(document.kind)
    context: Mapping[str, Any] = document.context
    return notice.Piece(
        kind=kind,
        title=str(context.get("licence_name") or context.get("certificate_name") or document.template.title),
        body=document.template.body,
        context=context,
        number=number,
        issuer=document.issuer_department.name,
        code=document.code,
        url=short_url(document),
        at=document.issued_at,
        valid_until=document.valid_until.isoformat() if document.valid_until else "",
    )


def _seal(document: Document, now: datetime) -> None:
    signer = keys.signer_of(document.issuer_department_id, now)
    number = take_number(document)
    lacking = fonts.undrawable(
        f"{document.issuer_department.name}{document.template.title}{document.template.body}{number}"
    )
    if lacking:
        raise ValueError(f"the font cannot draw {' '.join(lacking)} of the template or the department's name")
    piece = piece_of(document, number)
    pdf = signing.seal(
        render_piece(piece), signer=signer, department=piece.issuer, reason=f"{piece.title} {number}", now=now
    )
    # Before the row: a crash between the two leaves bytes nobody refers to, never a row without its bytes.
    held = storage.current().put([pdf], area=AREA)
    document.number, document.sha256, document.size = number, held.sha256, held.size
    document.state, document.sealed_at = Document.State.SEALED, now
    document.claimed_until, document.next_attempt_at, document.last_error, document.failed_at = None, None, "", None
    document.save(
        update_fields=[
            "number", "sha256", "size", "state", "sealed_at", "claimed_until", "next_attempt_at", "last_error",
            "failed_at",
        ]
    )  # fmt: skip
    record(
        actor_ref="system:seals",
        tag="documents:document:sealed",
        subject=f"document:{document.code}",
        detail={"kind": document.kind, "number": number, "sha256": held.sha256, "about": document.subject},
        now=now,
    )
    publish(DocumentSealed(document.pk, document.kind, document.subject, held.sha256, now))


def _note_failure(document_id: int, error: Exception, now: datetime) -> None:
    """Keep what went wrong, outside the transaction that was undone; back off 5 s, 10 s, 20 s … up to an hour."""
    if isinstance(error, storage.StorageFull):
        text = "storage_full: the disk that holds the files is full; make room, the document is sealed by itself then"
    elif isinstance(error, vault.WrongSecret):
        text = f"wrong_secret: {error}"
    else:
        text = f"{type(error).__name__}: {error}"
    with transaction.atomic():
        document = Document.objects.select_for_update().get(pk=document_id)
        if document.state == Document.State.SEALED:
            return
        if document.claimed_until is None or document.claimed_until <= now:
            document.attempts += 1  # opened by somebody, not claimed by a worker
        wait = min(LONGEST_WAIT, timedelta(seconds=5 * 2 ** max(0, min(document.attempts, 20) - 1)))
        document.last_error, document.next_attempt_at, document.claimed_until = text[:1000], now + wait, None
        document.failed_at = now
        # A full disk is nobody's fault and ends some day: the document is never given up for it.
        if document.attempts >= MOST_ATTEMPTS and not isinstance(error, storage.StorageFull):
            document.state = Document.State.FAILED
        document.save(
            update_fields=["last_error", "next_attempt_at", "claimed_until", "attempts", "state", "failed_at"]
        )
