"""Is this document genuine: by its code, by its number, by the file itself. Says the minimum to whoever asks."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from django.db.models import QuerySet

from yitong.documents.commands.issuing import ALPHABET, CODE_LENGTH
from yitong.documents.models import Document
from yitong.documents.queries import title
from yitong.documents.seals import certificates, keys
from yitong.documents.seals.checking import Examination, Verdict, examine
from yitong.parties.rules.masking import masked_name

__all__ = [
    "Examination",
    "Finding",
    "Verdict",
    "authority_file",
    "by_code",
    "by_number",
    "normalised_code",
    "of_pdf",
    "without_register",
]

SHANGHAI = ZoneInfo("Asia/Shanghai")


@dataclass(frozen=True, slots=True)
class Finding:
    """What the public is told. ``why``: a stable word. ``holder``: masked, empty when the asker could have guessed the key."""

    verdict: Verdict
    why: str
    title: str = ""
    number: str = ""
    issuer: str = ""
    holder: str = ""
    sealed_at: datetime | None = None
    valid_until: date | None = None
    revoked_at: datetime | None = None
    revoked_reason: str = ""
    signer: str = ""
    code: str = ""
    pending: bool = False


def normalised_code(text: str) -> str:
    """A typed code without blanks and dashes, in capitals; empty when it cannot be one."""
    code = "".join(text.upper().split()).replace("-", "")
    return code if len(code) == CODE_LENGTH and set(code) <= set(ALPHABET) else ""


def by_code(code: str, now: datetime) -> Finding | None:
    """The finding on the document with this verification code (any spelling); None when there is none."""
    wanted = normalised_code(code)
    document = _rows().filter(code=wanted).first() if wanted else None
    return _finding(document, now, holder=True) if document else None


def by_number(number: str, now: datetime) -> Finding | None:
    """The finding on the document with this number; without the holder, since numbers are consecutive."""
    document = _rows().filter(number=number.strip()).first() if number.strip() else None
    return _finding(document, now, holder=False) if document else None


def of_pdf(pdf: bytes, now: datetime) -> Finding:
    """The finding on a file: its seal first, then the register (revoked, expired). Two queries.

    Intact and ours, yet not in the register, is not called valid: the register is what we answer for.
    """
    seen = examine(pdf, authority=keys.authority_certificate(now), now=now)
    plain = Finding(seen.verdict, seen.why, signer=seen.signer, sealed_at=seen.sealed_at)
    if seen.verdict not in (Verdict.VALID, Verdict.EXPIRED) or not seen.code:
        return plain
    document = _rows().filter(code=seen.code, sha256=hashlib.sha256(pdf).hexdigest()).first()
    if document is None:
        return replace(plain, verdict=Verdict.UNKNOWN_ISSUER, why="not_in_register")
    found = _finding(document, now, holder=True)
    return replace(found, signer=seen.signer)


def without_register(pdf: bytes, authority: bytes, now: datetime) -> Examination:
    """Seal and term only, against an authority's certificate (PEM); needs no database. ValueError when it is not one."""
    return examine(pdf, authority=certificates.from_pem(authority), now=now)


def authority_file() -> Path:
    """Where set-up puts the local authority's certificate (PEM)."""
    return keys.authority_file()


def _rows() -> QuerySet[Document]:
    return Document.objects.select_related("issuer_department")


def _finding(document: Document, now: datetime, *, holder: bool) -> Finding:
    today = now.astimezone(SHANGHAI).date()
    if document.revoked_at is not None:
        verdict, why = Verdict.REVOKED, "revoked"
    elif document.valid_until is not None and today > document.valid_until:
        verdict, why = Verdict.EXPIRED, "term_ended"
    else:
        verdict, why = Verdict.VALID, "intact" if document.state == Document.State.SEALED else "being_sealed"
    name = str(document.context.get("holder_name") or document.context.get("applicant_name") or "")
    return Finding(
        verdict=verdict,
        why=why,
        title=title(document),
        number=document.number or "",
        issuer=document.issuer_department.name,
        holder=masked_name(name) if holder else "",
        sealed_at=document.sealed_at,
        valid_until=document.valid_until,
        revoked_at=document.revoked_at,
        revoked_reason=document.revoked_reason,
        code=document.code,
        pending=document.state != Document.State.SEALED,
    )
