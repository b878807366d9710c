"""Examine a sealed PDF without the database: is it intact, is it complete, is it sealed under our authority, till when."""

from __future__ import annotations

import io
import re
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from asn1crypto import x509
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.diff_analysis import ModificationLevel
from pyhanko.sign.general import SigningError
from pyhanko.sign.validation import EmbeddedPdfSignature, validate_pdf_signature
from pyhanko.sign.validation.errors import SignatureValidationError
from pyhanko.sign.validation.status import PdfSignatureStatus, SignatureCoverageLevel
from pyhanko_certvalidator import ValidationContext

SHANGHAI = ZoneInfo("Asia/Shanghai")


class Verdict(StrEnum):
    """``revoked``, ``lost`` and ``not_yet`` are only told by the register."""

    VALID = "valid"
    ALTERED = "altered"
    EXPIRED = "expired"
    NOT_YET = "not_yet"
    REVOKED = "revoked"
    LOST = "lost"
    UNKNOWN_ISSUER = "unknown_issuer"


@dataclass(frozen=True, slots=True)
class Examination:
    """What a file is worth. ``why``: a stable word. ``code``, ``number``, ``kind``, ``valid_until``: what the sealed file says
    of itself, believed only because the seal covers it; empty unless the seal is ours."""

    verdict: Verdict
    why: str
    signer: str = ""
    sealed_at: datetime | None = None
    code: str = ""
    number: str = ""
    kind: str = ""
    valid_until: date | None = None
    notes: tuple[str, ...] = field(default=())


# Whatever a hostile or damaged file makes the parser stumble over means the same: this is not the file that was sealed.
_UNREADABLE = (
    PdfError,
    SigningError,
    SignatureValidationError,
    ValueError,
    KeyError,
    IndexError,
    TypeError,
    AttributeError,
    NotImplementedError,
    RecursionError,
    OverflowError,
    OSError,
)


def examine(pdf: bytes, *, authority: bytes, now: datetime) -> Examination:
    """Examine ``pdf`` against the authority's certificate (DER)."""
    try:
        reader = PdfFileReader(io.BytesIO(pdf), strict=True)
        signatures = list(reader.embedded_regular_signatures)
        if not signatures:
            return Examination(Verdict.UNKNOWN_ISSUER, "no_seal")
        statuses = [_checked(signature, authority, now) for signature in signatures]
        ended = not statuses[0].trusted and _trusted_while_in_force(signatures[0], statuses[0], authority, now)
        facts = _keywords(reader)
    except _UNREADABLE:
        # A file of ours that was cut or overwritten can fail to parse at all; another file never was ours.
        ours = b"ETSI.CAdES.detached" in pdf
        return Examination(Verdict.ALTERED if ours else Verdict.UNKNOWN_ISSUER, "unreadable")
    return _judged(statuses, facts, now, ended=ended)


def _checked(signature: EmbeddedPdfSignature, authority: bytes, at: datetime) -> PdfSignatureStatus:
    root = x509.Certificate.load(authority)
    # Revocation of seals is kept in the register, not in lists the authority would have to publish.
    context = ValidationContext(trust_roots=[root], allow_fetching=False, moment=at, revocation_mode="soft-fail")
    return validate_pdf_signature(signature, signer_validation_context=context)


def _trusted_while_in_force(
    signature: EmbeddedPdfSignature, status: PdfSignatureStatus, authority: bytes, now: datetime
) -> bool:
    """The chain is ours and only its term is over: it was trusted on the last minute of the certificate."""
    last = status.signing_cert.not_valid_after
    return bool(last < now and _checked(signature, authority, last - timedelta(minutes=1)).trusted)


def _judged(statuses: list[PdfSignatureStatus], facts: dict[str, str], now: datetime, *, ended: bool) -> Examination:
    status = statuses[0]
    signer = _signer_name(status)
    if not (status.intact and status.valid):
        return Examination(Verdict.ALTERED, "seal_broken", signer)
    # A second signature, or any byte after the first, is a change: these files are sealed once and for all.
    whole = status.coverage == SignatureCoverageLevel.ENTIRE_FILE
    unchanged = status.modification_level in (None, ModificationLevel.NONE)
    if len(statuses) > 1 or not whole or not unchanged or status.docmdp_ok is False:
        return Examination(Verdict.ALTERED, "changed_after_sealing", signer)
    if not status.trusted:
        if ended:
            return Examination(Verdict.EXPIRED, "seal_certificate_ended", signer)
        return Examination(Verdict.UNKNOWN_ISSUER, "other_authority", signer)
    until = date.fromisoformat(facts["valid-until"]) if facts.get("valid-until") else None
    expired = until is not None and now.astimezone(SHANGHAI).date() > until
    return Examination(
        Verdict.EXPIRED if expired else Verdict.VALID,
        "term_ended" if expired else "intact",
        signer,
        status.signer_reported_dt,
        facts.get("code", ""),
        facts.get("number", ""),
        facts.get("kind", ""),
        until,
    )


def _signer_name(status: PdfSignatureStatus) -> str:
    native = status.signing_cert.subject.native
    return str(native.get("organization_name") or native.get("common_name") or "")


def _keywords(reader: PdfFileReader) -> dict[str, str]:
    try:
        info = reader.trailer["/Info"]
    except KeyError:
        return {}
    return dict(re.findall(r"([a-z-]+)=([^;]*)", str(info.get("/Keywords", ""))))
