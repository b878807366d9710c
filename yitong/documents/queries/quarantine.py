"""What lies in quarantine."""

from __future__ import annotations

from typing import BinaryIO

from django.db.models import QuerySet

from yitong.documents import storage
from yitong.documents.commands.uploads import QUARANTINE
from yitong.documents.inspection.content import described
from yitong.documents.models import QuarantinedFile
from yitong.documents.permissions import require
from yitong.parties.actors import Actor
from yitong.parties.roles import Permission


def held(actor: Actor, *, all_states: bool = False) -> QuerySet[QuarantinedFile]:
    """Files in quarantine, newest first; with ``all_states`` the discarded ones too. Raises NotAllowed."""
    require(actor, Permission.QUARANTINE_VIEW)
    rows = QuarantinedFile.objects.order_by("-uploaded_at", "-id")
    return rows if all_states else rows.filter(state=QuarantinedFile.State.HELD)


def one(actor: Actor, quarantined_id: int) -> QuarantinedFile | None:
    """One of them, or None. Raises NotAllowed."""
    return held(actor, all_states=True).filter(pk=quarantined_id).first()


def looks_like(file: QuarantinedFile) -> str:
    """A guess at what the file is; empty when nothing is known or its bytes are gone."""
    path = storage.current().path(file.sha256, QUARANTINE)
    return described(path) if path.exists() else ""


def reader(file: QuarantinedFile) -> BinaryIO:
    """The bytes, or storage.FileMissing."""
    return storage.current().open(file.sha256, QUARANTINE)
