"""Delete an upload for good: the row, and the bytes when no other upload has the same."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import ProtectedError

from yitong.audit.commands import record
from yitong.documents import storage
from yitong.documents.models import StoredFile
from yitong.kernel.reasons import NotAllowed
from yitong.parties.actors import Actor

FRESH = timedelta(minutes=1)
"""Bytes written more recently may be those of an upload whose row is not committed yet."""


@transaction.atomic
def remove(*, stored_file_id: int, subject: str, actor: Actor, now: datetime) -> str:
    """Remove the row of the upload that belongs to ``subject``; the SHA-256 of the bytes, which ``sweep`` then deletes.

    Empty: another record still needs the upload, and nothing was removed. The caller owns ``subject`` and has settled that the
    file may be deleted. Raises NotAllowed when the file belongs to something else.
    """
    file = StoredFile.objects.select_for_update().filter(pk=stored_file_id).first()
    if file is None or file.subject != subject:
        raise NotAllowed("documents:file:remove")
    sha256 = file.sha256
    try:
        with transaction.atomic():
            file.delete()
    except ProtectedError:
        return ""
    record(
        actor_ref=actor.ref,
        tag="documents:file:removed",
        subject=subject,
        detail={"file": stored_file_id, "sha256": sha256},
        now=now,
    )
    return sha256


def sweep(*, sha256: str, now: datetime) -> bool:
    """Delete the bytes unless a row needs them; False: they are too fresh to tell, try again later. Idempotent.

    They are set aside under another name first and looked at there: an upload of the same bytes at this very moment puts its
    own copy in the freed place, so that neither way anything is lost.
    """

    def needed() -> bool:
        return StoredFile.objects.filter(sha256=sha256).exists()

    return needed() or storage.current().retire(sha256, needed=needed, since=now - FRESH)
