"""What happened to a document, for whoever listens: published inside the command's transaction."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class DocumentSealed:
    """The PDF was made, numbered, sealed and stored. The document's row is locked: a handler locks nothing else."""

    document_id: int
    kind: str
    subject: str
    sha256: str
    at: datetime
