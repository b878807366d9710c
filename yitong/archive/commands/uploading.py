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
from yitong.kernel.reasons import N_, Reason, Refused
from yitong.licences.holders import key_of_holder
from yitong.licences.queries import library
from yitong.licences.rules.holders import ENTERPRISE, Holder
from yitong.parties.actors import Actor
from yitong.parties.queries import people

ACCEPT = ("jpg", "png", "pdf")
MOST_MB = 20
PURPOSE = "archive:file"
MOST_WAITING = 20
"""Papers of one archive that may wait to be read: an album at once, and not a day's work of the reader."""


def upload(
    *, actor: Actor, holder: Holder, kind: str, paper: str, name: str, upload: Any, now: datetime
) -> ArchivedFile:
    """Keep ``upload`` in the archive of ``holder``, to be read by the worker.

    ``kind``: a class; ``paper``: a code of ``rules.papers``; ``name``: what the owner calls it, the paper's name when empty. A
    licence in force of the same holder and of the type the paper stands for, as the sealed PDF of this platform, is ``issued``
    and called what it is; everything else is ``uploaded``. Not to be called in a transaction (see ``uploads.store``). Raises
    NotAllowed, Refused.
    """
    require_owner(actor, holder)
    known = PAPERS.get(paper)
    reasons = entry_refusals(kind=kind, paper=paper, name=name, enterprise=holder.kind == ENTERPRISE)
    if reasons or known is None:
        raise Refused(*reasons)
    if known.is_read:
        _require_room(holder)
    stored = uploads.store(upload=upload, actor=actor, purpose=PURPOSE, accept=ACCEPT, max_mb=MOST_MB, now=now)
    type_code = type_code_of(known.licence_type)
    issued = _is_licence(stored, holder, type_code, now)
    with transaction.atomic():
        file = ArchivedFile.objects.create(
            **new_row(holder, actor, now),
            kind=kind,
            paper=paper,
            name=known.name if issued else name.strip() or known.name,
            licence_type=type_code,
            stored_file=stored,
            trust=ArchivedFile.Trust.ISSUED if issued else ArchivedFile.Trust.UPLOADED,
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
        licence_type=type_code_of(known.licence_type),
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


def type_code_of(name: str) -> str:
    """The code of the licence type with this name; empty when the library has none."""
    if not name:
        return ""
    return next((code for code, kind in library.types_by_code().items() if kind.name == name), "")


def _require_room(holder: Holder) -> None:
    """Refused while so many papers of this archive wait to be read. Two uploads at once may both find room: no harm."""
    waiting = ArchivedFile.objects.filter(holder_key=key_of_holder(holder), state="kept", reading="waiting").count()
    if waiting >= MOST_WAITING:
        message = N_(
            "%(most)s papers of this archive are waiting to be read. Add this one when some of them have been."
        )
        raise Refused(Reason("too_many_waiting", message, field="file", params={"most": MOST_WAITING}))


def _is_licence(stored: Any, holder: Holder, type_code: str, now: datetime) -> bool:
    """The sealed PDF of a licence of this type, unchanged, in force, the holder's own: seal and register both say so."""
    if not type_code or stored.content_type != "application/pdf":
        return False
    finding = verification.of_pdf(documents.read_file(stored), now)
    licence = library.by_code(finding.code) if finding.verdict is verification.Verdict.VALID else None
    return licence is not None and licence.type.code == type_code and bytes(licence.holder_key) == key_of_holder(holder)
