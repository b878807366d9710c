"""Put a paper into one's own archive: a picture or PDF, or a statement without a paper."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from yitong.archive import contents
from yitong.archive.commands.writing import noted, owner_columns
from yitong.archive.models import ArchivedFile
from yitong.archive.permissions import require_owner
from yitong.archive.rules.entries import entry_refusals, value_refusals
from yitong.archive.rules.papers import PAPERS
from yitong.documents import queries as documents
from yitong.documents.commands import uploads
from yitong.documents.queries import verification
from yitong.kernel.reasons import Refused
from yitong.licences.holders import key_of_holder
from yitong.licences.queries import library
from yitong.licences.rules.holders import ENTERPRISE, Holder
from yitong.parties.actors import Actor
from yitong.parties.queries import people

ACCEPT = ("jpg", "png", "pdf")
MOST_MB = 20
PURPOSE = "archive:file"


def upload(
    *, actor: Actor, holder: Holder, kind: str, paper: str, name: str, upload: Any, now: datetime
) -> ArchivedFile:
    """Keep ``upload`` in the archive of ``holder``, to be read by the worker.

    ``kind``: a class; ``paper``: a code of ``rules.papers``; ``name``: what the owner calls it, the paper's name when empty. A
    PDF that this platform issued to the same holder and whose seal is valid is ``issued``, everything else ``uploaded``. Not to
    be called in a transaction (see ``uploads.store``). Raises NotAllowed, Refused.
    """
    require_owner(actor, holder)
    known = PAPERS.get(paper)
    reasons = entry_refusals(kind=kind, paper=paper, name=name, enterprise=holder.kind == ENTERPRISE)
    if reasons or known is None:
        raise Refused(*reasons)
    stored = uploads.store(upload=upload, actor=actor, purpose=PURPOSE, accept=ACCEPT, max_mb=MOST_MB, now=now)
    trust = ArchivedFile.Trust.ISSUED if _is_ours(stored, holder, now) else ArchivedFile.Trust.UPLOADED
    with transaction.atomic():
        file = ArchivedFile.objects.create(
            **new_row(holder, actor, now),
            kind=kind,
            paper=paper,
            name=name.strip() or known.name,
            licence_type=type_code(known.licence_type),
            stored_file=stored,
            trust=trust,
            reading=ArchivedFile.Reading.WAITING if known.is_read else ArchivedFile.Reading.NONE,
        )
        file.stored_file = uploads.assign(stored_file_id=stored.pk, subject=f"archive:{file.pk}", actor=actor)
        noted(file, "added", actor=actor, now=now)
    return file


@transaction.atomic
def declare(
    *, actor: Actor, holder: Holder, kind: str, paper: str, name: str, values: Mapping[str, str], now: datetime
) -> ArchivedFile:
    """Keep what the owner says without a paper (self-declared), to pre-fill forms with. Raises NotAllowed, Refused."""
    require_owner(actor, holder)
    known = PAPERS.get(paper)
    reasons = entry_refusals(kind=kind, paper=paper, name=name, enterprise=holder.kind == ENTERPRISE)
    kept, wrong = value_refusals(paper, values, needed=True)
    if reasons or wrong or known is None:
        raise Refused(*reasons, *wrong)
    file = ArchivedFile(
        **new_row(holder, actor, now),
        kind=kind,
        paper=paper,
        name=name.strip() or known.name,
        licence_type=type_code(known.licence_type),
        trust=ArchivedFile.Trust.DECLARED,
        confirmed_at=now,
    )
    contents.put(file, contents.Contents(confirmed=kept))
    file.save()
    noted(file, "added", actor=actor, now=now)
    return file


def new_row(holder: Holder, actor: Actor, now: datetime) -> dict[str, Any]:
    """The columns every new paper has."""
    owner: Any = (
        people.enterprise(holder.enterprise_id)
        if holder.enterprise_id is not None
        else people.person(holder.person_id or 0)
    )
    return {
        **owner_columns(holder),
        "ref": secrets.token_hex(16),
        "holder_key": key_of_holder(holder),
        "region_id": owner.region_id if owner is not None else None,
        "created_at": now,
        "created_by_ref": actor.ref,
    }


def type_code(name: str) -> str:
    """The code of the licence type with this name; empty when the library has none."""
    if not name:
        return ""
    return next((code for code, kind in library.types_by_code().items() if kind.name == name), "")


def _is_ours(stored: Any, holder: Holder, now: datetime) -> bool:
    """A PDF of ours, unchanged, in force, and issued to the holder: the seal and the register both say so."""
    if stored.content_type != "application/pdf":
        return False
    finding = verification.of_pdf(documents.read_file(stored), now)
    if finding.verdict is not verification.Verdict.VALID or not finding.code:
        return False
    licence = library.by_code(finding.code)
    if licence is not None:
        return bytes(licence.holder_key) == key_of_holder(holder)
    return holder.person_id is not None and documents.recipient_of(finding.code) == holder.person_id
