"""Documents that could not be sealed, as whoever keeps the platform running sees them."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Count, QuerySet

from yitong.documents.models import Document
from yitong.documents.permissions import troubled_visible_to
from yitong.documents.rules.kinds import KINDS
from yitong.kernel.reasons import N_
from yitong.parties.actors import Actor

CAUSES = {
    "storage_full": N_("The disk that holds the files is full. Make room; the document is sealed by itself then."),
    "wrong_secret": N_("The secret that opens the seal keys is not the one they were locked with. Set the right one."),
    "FileNotFoundError": N_("A file the document needs is missing. Restore it, then try again."),
    "PermissionError": N_("The file store may not be written to. Correct the rights of its folder, then try again."),
}
"""First word of ``last_error`` → what it means and what to do."""
OTHER = N_("The document could not be made. The message below tells the operator why; try again once it is mended.")


@dataclass(frozen=True, slots=True)
class Failure:
    """One line of the list. ``cause``: msgid; ``given_up``: only a person tries it again."""

    document: Document
    kind: str
    cause: str
    given_up: bool


def failures(actor: Actor, *, given_up: bool = False) -> QuerySet[Document]:
    """Documents whose last attempt failed, newest first; ``given_up``: without those the worker will try again.

    Raises NotAllowed without ``documents:document:retry``.
    """
    rows = troubled_visible_to(actor).exclude(state=Document.State.SEALED)
    if given_up:
        rows = rows.filter(state=Document.State.FAILED)
    return rows.select_related("issuer_department").order_by("-id")


def counts(actor: Actor) -> dict[str, int]:
    """``{"failed": given up, "pending": to be tried again}`` of the actor's regions."""
    rows = failures(actor).order_by().values_list("state").annotate(n=Count("pk"))
    return {Document.State.FAILED.value: 0, Document.State.PENDING.value: 0, **dict(rows)}


def line(document: Document) -> Failure:
    """What the list shows of one document: kind, cause and whether it is given up; nothing of what it says."""
    word = document.last_error.partition(":")[0]
    kind = KINDS.get(document.kind)
    given_up = document.state == Document.State.FAILED
    return Failure(document, kind.title if kind else document.kind, CAUSES.get(word, OTHER), given_up)
