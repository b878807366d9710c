"""Reads of the documents context."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db.models import QuerySet

from yitong.documents import storage
from yitong.documents.commands.sealing import AREA, SealingFailed, seal_one, short_url
from yitong.documents.models import Document, StoredFile
from yitong.documents.permissions import can_read_document, can_read_file
from yitong.documents.rules.kinds import kind_of
from yitong.parties.actors import Actor

__all__ = [
    "SealingFailed",
    "document_for",
    "file_for",
    "files",
    "of_subject",
    "pdf",
    "read_file",
    "short_url",
    "title",
]


def pdf(document: Document, now: datetime) -> bytes:
    """The sealed PDF; seals the document first if nobody has yet (the worker and this cannot both). Raises SealingFailed."""
    if document.state != Document.State.SEALED:
        sealed = seal_one(document.pk, now)
        if sealed is None:
            sealed = Document.objects.get(pk=document.pk)
        for name in ("number", "sha256", "size", "state", "sealed_at"):
            setattr(document, name, getattr(sealed, name))
    return storage.current().read(document.sha256, AREA)


def of_subject(subject: str) -> QuerySet[Document]:
    """Documents about ``subject``, oldest first. The caller has checked that the actor may see the subject."""
    return Document.objects.filter(subject=subject).select_related("template", "issuer_department").order_by("id")


def document_for(actor: Actor, code: str) -> Document | None:
    """The document with this code if ``actor`` may read it, else None, as if there were none."""
    rows = Document.objects.select_related("template", "issuer_department")
    document = rows.filter(code=code).first()
    return document if document is not None and can_read_document(actor, document) else None


def title(document: Document) -> str:
    """What it is called: the template's title, or the licence's or certificate's name."""
    context = document.context
    return str(context.get("licence_name") or context.get("certificate_name") or kind_of(document.kind).title)


def file_for(actor: Actor, file_id: int) -> StoredFile | None:
    """The uploaded file if ``actor`` may read it, else None."""
    file = StoredFile.objects.filter(pk=file_id).first()
    return file if file is not None and can_read_file(actor, file) else None


def files(ids: Iterable[int]) -> dict[int, StoredFile]:
    """Uploaded files by id, in one query. The caller has checked that the actor may see what they belong to."""
    return {file.pk: file for file in StoredFile.objects.filter(pk__in=list(ids))}


def read_file(file: StoredFile) -> bytes:
    """The bytes of an uploaded file, or storage.FileMissing."""
    return storage.current().read(file.sha256)
