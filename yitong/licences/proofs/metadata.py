"""The canonical metadata of a licence and its PDF: the file that is signed with SM2.

JSON with keys in order, no blanks, UTF-8 (as RFC 8785 for values that are texts, whole numbers and null): the same facts
always give the same bytes. What is signed is these bytes, so a verifier never has to build them again.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from yitong.licences.proofs.sm2 import sm3

FORMAT = "yitong-licence-proof/1"
MOST_BYTES = 64 << 10


@dataclass(frozen=True, slots=True)
class Facts:
    """What is signed about a licence, beside its PDF. ``valid_until`` None: long-term."""

    identifier: str
    number: str
    version: int
    type_code: str
    type_name: str
    holder_kind: str
    holder_name: str
    issuer_name: str
    issuer_uscc: str
    issued_on: date
    valid_from: date
    valid_until: date | None
    document_number: str


def compose(facts: Facts, pdf: bytes, *, key: str, at: datetime) -> bytes:
    """The metadata file: ``key`` is the id of the SM2 key, ``at`` the instant of signing."""
    return canonical(
        {
            "format": FORMAT,
            "identifier": facts.identifier,
            "number": facts.number,
            "version": facts.version,
            "type": {"code": facts.type_code, "name": facts.type_name},
            "holder": {"kind": facts.holder_kind, "name": facts.holder_name},
            "issuer": {"name": facts.issuer_name, "uscc": facts.issuer_uscc},
            "issued_on": facts.issued_on.isoformat(),
            "valid_from": facts.valid_from.isoformat(),
            "valid_until": facts.valid_until.isoformat() if facts.valid_until else None,
            "document_number": facts.document_number,
            "pdf": {"sha256": hashlib.sha256(pdf).hexdigest(), "sm3": sm3(pdf), "size": len(pdf)},
            "signed_at": at.isoformat(timespec="seconds"),
            "signature": {"algorithm": "SM2-SM3", "key": key},
        }
    )


def canonical(values: dict[str, Any]) -> bytes:
    """The bytes of ``values``."""
    return json.dumps(values, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def parse(content: bytes) -> dict[str, Any] | None:
    """The values when ``content`` is a metadata file of this format, believed only once the signature holds; else None."""
    if len(content) > MOST_BYTES or FORMAT.encode() not in content:
        return None
    try:
        values = json.loads(content)
    except (ValueError, RecursionError):
        return None
    whole = isinstance(values, dict) and values.get("format") == FORMAT
    parts = ("type", "holder", "issuer", "pdf", "signature")
    return values if whole and all(isinstance(values.get(part), dict) for part in parts) else None


def fits(values: dict[str, Any], pdf: bytes) -> bool:
    """Whether ``pdf`` is the file the metadata speak of, by both digests."""
    told = values["pdf"]
    return told.get("sha256") == hashlib.sha256(pdf).hexdigest() and told.get("sm3") == sm3(pdf)
