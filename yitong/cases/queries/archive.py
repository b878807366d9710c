"""The complete bundle of a case: everything it consists of, in one zip with a manifest of hashes (归档)."""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from datetime import date, datetime, time
from typing import Any

from django.db.models import Model

from yitong.audit.queries.receipts import receipt
from yitong.cases.models import Case
from yitong.cases.permissions import can_view
from yitong.cases.queries.clock import ledger
from yitong.cases.queries.parts import CaseParts, parts
from yitong.cases.queries.reading import CaseNotVisible, timeline
from yitong.documents import queries as documents
from yitong.kernel.clock import Ledger
from yitong.parties.actors import Actor

EXCLUDED = {"search", "client_token"}


def bundle(actor: Actor, case: Case, now: datetime) -> bytes:
    """The zip: case.json, timeline.json, ledger.json, materials/, documents/, audit/, manifest.json (sha256 of each).

    An applicant's bundle has no internal opinions. A document that cannot be sealed yet is named in the manifest as such.
    Raises CaseNotVisible.
    """
    if case.number is None or not can_view(actor, case):
        raise CaseNotVisible(str(case.pk))
    files: dict[str, bytes] = {}
    missing: list[dict[str, str]] = []
    found = parts(case)
    files["case.json"] = _json(_case(actor, case, found))
    files["timeline.json"] = _json(
        [
            {"seq": e.seq, "kind": e.kind, "at": e.at, "actor": e.actor_name, "data": e.data}
            for e in timeline(actor, case)
        ]
    )
    clocks = ledger(case, now)
    if clocks is not None:
        files["ledger.json"] = _json({"statutory": _ledger(clocks.statutory), "committed": _ledger(clocks.committed)})
    _add_materials(found, files, missing)
    _add_documents(case, files, missing, now)
    proof = receipt(f"case:{case.number}")
    if proof is not None:
        files["audit/receipt.json"] = _json(proof)
    return _zip(case, files, missing, now)


def _case(actor: Actor, case: Case, found: CaseParts) -> dict[str, Any]:
    data: dict[str, Any] = {"case": _row(case)}
    names = ["correction", "special_procedures", "extensions", "provisional", "owed", "commitment", "decision"]
    names += ["deliveries", "materials", "steps", "repairs"]
    if actor.is_staff:
        names += ["opinions", "site_checks"]
    for name in names:
        value = getattr(found, name)
        data[name] = [_row(row) for row in value] if isinstance(value, list) else (_row(value) if value else None)
    return data


def _row(row: Model) -> dict[str, Any]:
    return {f.attname: getattr(row, f.attname) for f in row._meta.concrete_fields if f.attname not in EXCLUDED}


def _ledger(found: Ledger) -> dict[str, Any]:
    return {
        "due_on": found.due.due_on,
        "provisional": found.provisional,
        "remaining": found.remaining,
        "days": [
            {"on": day.on, "counted": day.counted, "number": day.number, "reason": day.reason, "detail": day.detail}
            for day in found.days
        ],
    }


def _add_materials(found: CaseParts, files: dict[str, bytes], missing: list[dict[str, str]]) -> None:
    for material in found.materials:
        stored = material.stored_file
        if stored is None:
            continue
        name = f"materials/{material.pk}-{material.code}-{stored.original_name}"
        try:
            files[name] = documents.read_file(stored)
        except OSError as error:
            missing.append({"file": name, "why": str(error)})


def _add_documents(case: Case, files: dict[str, bytes], missing: list[dict[str, str]], now: datetime) -> None:
    issued = list(documents.of_subject(f"case:{case.pk}"))
    if case.licence is not None and case.licence.document is not None:
        issued.append(case.licence.document)
    for document in issued:
        name = f"documents/{document.pk}-{document.kind}.pdf"
        try:
            files[name] = documents.pdf(document, now)
        except OSError as error:
            missing.append({"file": name, "why": str(error)})


def _zip(case: Case, files: dict[str, bytes], missing: list[dict[str, str]], now: datetime) -> bytes:
    manifest = {
        "case": case.number,
        "made_at": now,
        "files": {
            name: {"sha256": hashlib.sha256(data).hexdigest(), "size": len(data)} for name, data in files.items()
        },
        "missing": missing,
    }
    out = io.BytesIO()
    stamp = now.timetuple()[:6]
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in {**files, "manifest.json": _json(manifest)}.items():
            archive.writestr(zipfile.ZipInfo(name, stamp), data, zipfile.ZIP_DEFLATED)
    return out.getvalue()


def _json(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, indent=1, default=_plain).encode()


def _plain(value: Any) -> str:
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    return str(value)
