"""Is this licence genuine and in force: by its credential, SM2 pair or OFD export, by its number or identifier.

The file first, then the register, which is what we answer for. Says the minimum: the holder masked, and of a credential nothing
but what its holder disclosed. Registered with the documents' verification, so that there is one page and one endpoint.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from yitong.documents.queries.verification import Finding, Verdict
from yitong.licences import proof_keys
from yitong.licences.models import Licence, LicenceProof
from yitong.licences.proofs.credential import Place
from yitong.licences.proofs.examining import Examined, Form, Outcome, examine
from yitong.licences.queries import library
from yitong.licences.rules import fields as field_rules
from yitong.licences.rules.holders import ENTERPRISE
from yitong.licences.rules.status import Standing, standing
from yitong.parties.rules.masking import masked_name

SHANGHAI = ZoneInfo("Asia/Shanghai")
SAID: dict[Standing, tuple[Verdict, str]] = {
    Standing.NOT_YET: (Verdict.NOT_YET, "not_yet"),
    Standing.EXPIRED: (Verdict.EXPIRED, "term_ended"),
    Standing.REVOKED: (Verdict.REVOKED, "revoked"),
    Standing.CANCELLED: (Verdict.REVOKED, "cancelled"),
    Standing.TRANSFERRED: (Verdict.REVOKED, "transferred"),
    Standing.SUPERSEDED: (Verdict.REVOKED, "superseded"),
    Standing.LOST: (Verdict.LOST, "lost"),
}
"""What the register says; a licence in force is not in it."""


def verify_file(content: bytes, now: datetime) -> Finding | None:
    """The finding on a credential, an SM2 pair or an OFD export; None when it is none of these."""
    seen = examine(content, proof_keys.trust(), now)
    return None if seen is None else judged(seen, now)


def judged(seen: Examined, now: datetime) -> Finding:
    """What was examined, together with what the register says."""
    finding = _finding(seen)
    if seen.outcome in (Outcome.ALTERED, Outcome.UNKNOWN_ISSUER):
        return finding
    licence = _licence(seen)
    if licence is None:
        return replace(finding, verdict=Verdict.UNKNOWN_ISSUER, why="not_in_register")
    said = SAID.get(_standing(licence, now))
    verdict, why = said or (finding.verdict, finding.why)
    finding = replace(finding, verdict=verdict, why=why, checked=(*seen.checked, "register"), title=licence.type.name)
    if seen.form is Form.CREDENTIAL:
        # What the holder withheld is not told by the back door.
        return replace(finding, issuer=licence.issuer_name, disclosed=_labelled(seen, licence))
    return replace(finding, **_row(licence), holder=_masked(licence))


def verify_text(text: str, now: datetime) -> Finding | None:
    """The finding on an identifier or a number. Without the holder: both are consecutive and could be guessed."""
    asked = text.replace("\0", "").strip()
    licence = library.by_identifier(asked) or library.by_number(asked)
    if licence is None:
        return None
    verdict, why = SAID.get(_standing(licence, now), (Verdict.VALID, "intact"))
    return Finding(verdict, why, **_row(licence), title=licence.type.name, checked=("register", "term"), form="")


def standing_of_document(document: Any, now: datetime) -> tuple[Verdict, str] | None:
    """What the register says of the licence of this document, when it is more than that it is in force."""
    licence = Licence.objects.filter(document_id=document.pk).first()
    return SAID.get(_standing(licence, now)) if licence is not None else None


def _finding(seen: Examined) -> Finding:
    return Finding(
        Verdict(seen.outcome.value),
        seen.why,
        title=seen.title,
        valid_until=seen.valid_until,
        checked=seen.checked,
        form=seen.form.value,
        disclosed=seen.disclosed,
        audience=seen.audience,
        nonce=seen.nonce,
        bound_at=seen.bound_at,
    )


def _licence(seen: Examined) -> Licence | None:
    if seen.form is Form.CREDENTIAL:
        return _at(seen.place) if seen.place is not None else None
    licence = library.by_identifier(seen.identifier)
    if licence is None or seen.form is Form.OFD:
        return licence
    # The pair speaks of one PDF: the one in the register.
    known = LicenceProof.objects.filter(licence=licence, licence__document__sha256=seen.pdf_sha256).exists()
    return licence if known else None


def _at(place: Place) -> Licence | None:
    slug = place.uri.rpartition("/")[2]
    proof = LicenceProof.objects.filter(status_list__slug=slug, position=place.index).first()
    return library.by_id(proof.licence_id) if proof is not None else None


def _row(licence: Licence) -> dict[str, Any]:
    """What the public is told of the register's row."""
    last = licence.events.filter(status=licence.status).order_by("-id").first() if licence.status != "valid" else None
    return {
        "number": licence.number,
        "issuer": licence.issuer_name,
        "valid_until": licence.valid_until,
        "revoked_at": last.at if last else None,
        "revoked_reason": last.reason if last else "",
        "code": licence.code or "",
    }


def _masked(licence: Licence) -> str:
    # The name of an enterprise is public (《企业信息公示暂行条例》第六条).
    return licence.holder_name if licence.holder_kind == ENTERPRISE else masked_name(licence.holder_name)


def _labelled(seen: Examined, licence: Licence) -> tuple[tuple[str, str], ...]:
    labels = {str(field["name"]): str(field_rules.whole(field)["label"]) for field in licence.type.fields}
    return tuple((labels.get(name, name), value) for name, value in seen.disclosed)


def _standing(licence: Licence, now: datetime) -> Standing:
    on = now.astimezone(SHANGHAI).date()
    return standing(licence.status, licence.valid_from, licence.valid_until, on)
