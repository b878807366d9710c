"""Is this document genuine: by its code, by its number, by the file itself. Says the minimum to whoever asks."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
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
    "by_text",
    "normalised_code",
    "of_file",
    "of_pdf",
    "register_kind",
    "register_reader",
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
    source: str = ""  # of a certificate made from data: who answered, and when
    pending: bool = False
    checked: tuple[str, ...] = ()  # stable words: seal, signature, digest, disclosures, binding, term, register
    form: str = "pdf"  # pdf, or what a registered reader calls its files; empty when no file was given
    disclosed: tuple[tuple[str, str], ...] = ()  # (label, value) of what the file's holder chose to show
    audience: str = ""
    nonce: str = ""
    bound_at: datetime | None = None


Standing = Callable[[Document, datetime], tuple[Verdict, str] | None]
"""What the owner of a kind of document knows of one beyond its row: (verdict, why), or None when nothing."""
OfFile = Callable[[bytes, datetime], "Finding | None"]
OfText = Callable[[str, datetime], "Finding | None"]
_standings: dict[str, Standing] = {}
_readers: dict[str, tuple[OfFile, OfText]] = {}


def register_kind(kind: str, standing: Standing) -> None:
    """Called by the context that owns documents of ``kind`` when it starts up."""
    _standings[kind] = standing


def register_reader(name: str, of_file: OfFile, of_text: OfText) -> None:
    """Another context's proofs are verified on the same page: each function answers None for what is not its own."""
    _readers[name] = of_file, of_text


def of_file(content: bytes, now: datetime) -> Finding:
    """The finding on any file: a registered reader's, or that on a sealed PDF."""
    for read, _ in _readers.values():
        found = read(content, now)
        if found is not None:
            return found
    return of_pdf(content, now)


def by_text(text: str, now: datetime) -> Finding | None:
    """The finding on what is printed: verification code, document number, or what a registered reader knows."""
    found = by_code(text, now) or by_number(text, now)
    for _, find in _readers.values():
        found = found or find(text, now)
    return found


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
    plain = Finding(seen.verdict, seen.why, signer=seen.signer, sealed_at=seen.sealed_at, checked=("seal",))
    if seen.verdict not in (Verdict.VALID, Verdict.EXPIRED) or not seen.code:
        return plain
    document = _rows().filter(code=seen.code, sha256=hashlib.sha256(pdf).hexdigest()).first()
    if document is None:
        return replace(plain, verdict=Verdict.UNKNOWN_ISSUER, why="not_in_register")
    found = _finding(document, now, holder=True)
    return replace(found, signer=seen.signer, checked=("seal", "term", "register"), form="pdf")


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
    standing = _standings.get(document.kind)
    verdict, why = (standing and standing(document, now)) or (verdict, why)
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
        source=str(document.context.get("source_note") or ""),
        pending=document.state != Document.State.SEALED,
        checked=("register", "term"),
        form="",
    )
