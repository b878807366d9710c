"""Everything of one archive in a zip, for its owner (《个人信息保护法》第四十五条: to consult, copy and carry away)."""

from __future__ import annotations

import json
import tempfile
import zipfile
from collections.abc import Callable
from datetime import datetime
from typing import IO, Any

from django.db import transaction

from yitong.archive import contents
from yitong.archive.commands.writing import TAGS
from yitong.archive.models import ArchivedFile, ArchiveUse
from yitong.archive.permissions import require_owner, visible_to
from yitong.archive.rules.papers import PAPERS
from yitong.audit.commands import Act
from yitong.audit.commands.record import record_many
from yitong.documents import queries as documents
from yitong.licences.rules.holders import Holder
from yitong.parties.actors import Actor

EXTENSIONS = {"image/jpeg": "jpg", "image/png": "png", "application/pdf": "pdf"}
IN_MEMORY = 8 << 20
"""Bytes of a zip held in memory; a larger one is written to a temporary file."""


@transaction.atomic
def export(
    *, actor: Actor, holder: Holder, page: Callable[[dict[str, Any]], str], now: datetime
) -> tempfile.SpooledTemporaryFile[bytes]:
    """The zip, at its beginning: index.json, index.html and the files. Each paper's log notes the export.

    ``page``: renders the readable index from the same data. Raises NotAllowed.
    """
    require_owner(actor, holder)
    rows = visible_to(actor).select_related("stored_file", "verified_by")
    column = "owner_enterprise_id" if holder.enterprise_id is not None else "owner_person_id"
    files = list(rows.filter(**{column: holder.enterprise_id or holder.person_id}).order_by("kind", "id"))
    # The response that sends it closes it.
    out: tempfile.SpooledTemporaryFile[bytes] = tempfile.SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115
    _write(out, files, holder, page, now)
    ArchiveUse.objects.bulk_create(
        ArchiveUse(file=file, at=now, act="exported", actor_ref=actor.ref, actor_name=actor.name) for file in files
    )
    record_many((Act(actor.ref, TAGS["exported"], f"archive:{file.pk}") for file in files), now=now)
    out.seek(0)
    return out


def _write(
    out: IO[bytes], files: list[ArchivedFile], holder: Holder, page: Callable[[dict[str, Any]], str], now: datetime
) -> None:
    stamp = now.timetuple()[:6]
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as archive:
        entries = []
        for file in files:
            entry = _entry(file)
            # Pictures are compressed already; one at a time is in memory.
            content = _bytes(file)
            if content is not None:
                archive.writestr(zipfile.ZipInfo(entry["file"], stamp), content)
            elif entry["file"]:
                entry["missing"] = True
            entries.append(entry)
        index = {"owner": holder.name, "made_at": now.isoformat(), "papers": entries}
        text = json.dumps(index, ensure_ascii=False, indent=1).encode()
        archive.writestr(zipfile.ZipInfo("index.json", stamp), text, zipfile.ZIP_DEFLATED)
        archive.writestr(zipfile.ZipInfo("index.html", stamp), page(index).encode(), zipfile.ZIP_DEFLATED)


def _entry(file: ArchivedFile) -> dict[str, Any]:
    stored = file.stored_file
    name = f"{file.kind}/{file.pk}.{EXTENSIONS.get(stored.content_type, 'bin')}" if stored is not None else ""
    paper = PAPERS.get(file.paper)
    return {
        "id": file.pk,
        "name": file.name,
        "class": file.kind,
        "paper": paper.name if paper else "",
        "trust": file.trust,
        "file": name,
        "sha256": stored.sha256 if stored is not None else "",
        "added_at": file.created_at.isoformat(),
        "case": file.case_number,
        "keep_until": file.keep_until.isoformat() if file.keep_until else None,
        "verified_at": file.verified_at.isoformat() if file.verified_at else None,
        "seals": [{"shape": each["shape"], "text": each["text"]} for each in file.stamps],
        "contents": contents.plain(contents.of(file)),
    }


def _bytes(file: ArchivedFile) -> bytes | None:
    if file.stored_file is None:
        return None
    try:
        return documents.read_file(file.stored_file)
    except FileNotFoundError:
        return None
