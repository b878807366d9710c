"""Take an upload: stream it to the store, look at what it really is, keep it or put it into quarantine."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

from django.db import transaction

from yitong.audit.commands import record
from yitong.documents import storage
from yitong.documents.commands import lookups
from yitong.documents.inspection import content
from yitong.documents.inspection.suspicious import Suspicious
from yitong.documents.models import QuarantinedFile, StoredFile
from yitong.documents.permissions import require
from yitong.documents.rules.filenames import extension, sanitised
from yitong.kernel.reasons import N_, NotAllowed, Reason, Refused
from yitong.parties.actors import Actor, ActorKind
from yitong.parties.roles import Permission

CHUNK = 1 << 16
MEBIBYTE = 1 << 20
QUARANTINE = "quarantine"


class _Verdict:
    """Inspects a complete upload and remembers what came out: ``kind``, or the ``refusal``."""

    def __init__(self, claimed: str, accept: tuple[str, ...]) -> None:
        self.claimed = claimed
        self.accept = accept
        self.kind = ""
        self.refusal: Reason | None = None

    def area(self, path: Path) -> str:
        try:
            self.kind = content.inspect(path, self.claimed, self.accept)
        except Suspicious as error:
            self.refusal = error.reason
            return QUARANTINE
        return "files"


def store(
    *,
    upload: Any,
    actor: Actor,
    purpose: str,
    accept: tuple[str, ...],
    max_mb: int,
    now: datetime,
    subject: str = "",
) -> StoredFile:
    """Keep ``upload`` (Django's UploadedFile, or anything with ``name`` and ``read``) if it is what it should be.

    ``purpose``: what it is for, such as ``cases:material``. ``accept``: extensions, told by content. ``max_mb``: of 1,048,576
    bytes. ``subject``: what it belongs to; may be set later by ``assign``. Raises Refused with a reason for the field
    ``file``, also for a person over the limits ``upload`` and ``upload_mb``; a file refused for its content stays in
    quarantine. Must not run inside a transaction that the refusal rolls back: the quarantine's row would go with it, so that
    an outer transaction is an error.
    """
    _require_within(upload, actor, max_mb, now)
    name = sanitised(str(getattr(upload, "name", "") or ""))
    verdict = _Verdict(extension(name), accept)
    held = _receive(upload, max_mb, verdict)
    if verdict.refusal is not None:
        _quarantine(held, name, verdict.refusal, actor, purpose, now)
        raise Refused(verdict.refusal)
    with transaction.atomic():
        return StoredFile.objects.create(
            sha256=held.sha256,
            size=held.size,
            content_type=content.CONTENT_TYPES[verdict.kind],
            original_name=name,
            purpose=purpose,
            subject=subject,
            uploaded_by=actor.ref,
            uploaded_at=now,
        )


@transaction.atomic
def store_again(*, file: StoredFile, uploaded_by: str, actor: Actor, now: datetime, name: str = "") -> StoredFile:
    """Note another upload of bytes that were inspected and kept before: a row, and no second inspection.

    Only the system may (loading a prepared city): anybody else would make a file his own by knowing its hash.
    """
    if actor.kind is not ActorKind.SYSTEM:
        raise NotAllowed("documents:file:store")
    return StoredFile.objects.create(
        sha256=file.sha256,
        size=file.size,
        content_type=file.content_type,
        original_name=sanitised(name) if name else file.original_name,
        purpose=file.purpose,
        uploaded_by=uploaded_by,
        uploaded_at=now,
    )


@transaction.atomic
def assign(*, stored_file_id: int, subject: str, actor: Actor) -> StoredFile:
    """Say what an upload belongs to. Only the one who uploaded it may, and only once; the same subject again is harmless.

    Raises NotAllowed, also when there is no such file: the two must look alike.
    """
    file = StoredFile.objects.select_for_update().filter(pk=stored_file_id).first()
    if file is None or file.uploaded_by != actor.ref or file.subject not in ("", subject):
        raise NotAllowed("documents:file:assign")
    if file.subject != subject:
        file.subject = subject
        file.save(update_fields=["subject"])
    return file


@transaction.atomic
def discard(*, quarantined_id: int, actor: Actor, now: datetime) -> QuarantinedFile:
    """Delete the bytes of a quarantined file and keep its row. Idempotent. Raises NotAllowed."""
    require(actor, Permission.QUARANTINE_VIEW)
    file = QuarantinedFile.objects.select_for_update().filter(pk=quarantined_id).first()
    if file is None:
        raise NotAllowed(Permission.QUARANTINE_VIEW)
    if file.state == QuarantinedFile.State.DISCARDED:
        return file
    file.state, file.discarded_at, file.discarded_by = QuarantinedFile.State.DISCARDED, now, actor.ref
    file.save(update_fields=["state", "discarded_at", "discarded_by"])
    record(
        actor_ref=actor.ref,
        tag="documents:quarantine:discarded",
        subject=f"quarantine:{file.pk}",
        detail={"sha256": file.sha256, "reason": file.reason_code},
        now=now,
    )
    others = QuarantinedFile.objects.filter(sha256=file.sha256, state=QuarantinedFile.State.HELD)
    if not others.exists():
        sha256 = file.sha256
        transaction.on_commit(lambda: storage.current().discard(sha256, QUARANTINE))
    return file


def _require_within(upload: Any, actor: Actor, max_mb: int, now: datetime) -> None:
    """Refused for a file that says itself that it is too large, and for a person who uploads more than is reasonable.

    Staff scan what a day's applicants bring; the platform loads a prepared city.
    """
    size = getattr(upload, "size", 0) or 0
    if size > max_mb * MEBIBYTE:
        raise Refused(_too_large(max_mb))
    if actor.kind is not ActorKind.CITIZEN:
        return
    counted = {"upload": 1, "upload_mb": -(-size // MEBIBYTE)}
    if [limit for limit, n in counted.items() if not lookups.allowed(address=actor.ref, now=now, limit=limit, times=n)]:
        message = N_("You have uploaded very many files in a short time. What came before is kept; go on later.")
        raise Refused(Reason("too_many_uploads", message, field="file"))


def _too_large(max_mb: int) -> Reason:
    message = N_(
        "The file is larger than %(most)s MB. Scan it in black and white or at 150 dots per inch, or split it."
    )
    return Reason("too_large", message, field="file", params={"most": max_mb})


def _receive(upload: Any, max_mb: int, verdict: _Verdict) -> storage.Held:
    try:
        held = storage.current().put(_chunks(upload), limit=max_mb * MEBIBYTE, choose=verdict.area)
    except storage.TooLarge as error:
        raise Refused(_too_large(max_mb)) from error
    except storage.StorageFull as error:
        message = N_(
            "The platform's disk is full and the file was not stored. What you entered is kept; try again later."
        )
        raise Refused(Reason("storage_full", message, field="file")) from error
    if held.size == 0:
        raise Refused(Reason("empty_file", N_("The file is empty. Choose the file again."), field="file"))
    return held


def _chunks(upload: Any) -> Iterator[bytes]:
    if hasattr(upload, "chunks"):
        chunks: Iterable[bytes] = upload.chunks(CHUNK)
        yield from chunks
        return
    while chunk := upload.read(CHUNK):
        yield chunk


def _quarantine(held: storage.Held, name: str, reason: Reason, actor: Actor, purpose: str, now: datetime) -> None:
    with transaction.atomic(durable=True):
        row = QuarantinedFile.objects.create(
            sha256=held.sha256,
            size=held.size,
            original_name=name,
            purpose=purpose,
            uploaded_by=actor.ref,
            uploaded_at=now,
            reason_code=reason.code,
            reason_message=reason.message,
            reason_params=reason.params,
        )
        record(
            actor_ref=actor.ref,
            tag="documents:file:quarantined",
            subject=f"quarantine:{row.pk}",
            detail={"sha256": held.sha256, "reason": reason.code},
            now=now,
        )
