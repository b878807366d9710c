"""Examine an SD-JWT VC: signature, disclosures, key binding, term. Its status is another question, see ``place``."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from jwcrypto.common import JWException
from jwcrypto.jwk import JWK
from sd_jwt.verifier import SDJWTVerifier

from yitong.licences.proofs import jose
from yitong.licences.proofs.credential import BINDING_TYPE, TYPE, Place

MOST_BYTES = 256 << 10
LATEST = 2**33
"""Seconds since 1970 (the year 2242): what a binding dates later than that is no instant a calendar need hold."""
_BROKEN = (ValueError, KeyError, TypeError, AttributeError, IndexError, RecursionError, JWException)
"""What the libraries make of a hostile file: each means that it is not what was issued."""


class Foreign(ValueError):
    """Not issued here: another key, another kind of token."""


class Altered(ValueError):
    """Names us as its issuer and is not what we issued. ``why``: signature_broken, disclosures_broken, binding_broken
    or binding_missing."""

    def __init__(self, why: str) -> None:
        self.why = why
        super().__init__(why)


@dataclass(frozen=True, slots=True)
class Presented:
    """``claims``: what is in the open and what was disclosed. ``bound``: the key binding's claims, None without one."""

    claims: dict[str, Any]
    place: Place | None
    begins_at: int | None
    ends_at: int | None
    bound: dict[str, Any] | None


def looks_like(content: bytes) -> bool:
    """Whether these bytes could be an SD-JWT at all."""
    text = content.strip()
    return text.startswith(b"eyJ") and b"~" in text and text.isascii() and len(text) <= MOST_BYTES


def examine(text: str, keys: Mapping[str, JWK]) -> Presented:
    """Verify ``text`` against the issuer's keys by id. Raises Foreign or Altered; says nothing of terms and status.

    The key tells the issuer, not the address in ``iss``: an installation that moved still answers for what it issued.
    """
    text = "".join(text.split())
    signed, *disclosures, binding = text.split("~")
    try:
        claims = jose.verified(signed, keys, kind=TYPE)
    except jose.BadSignature as error:
        raise Altered("signature_broken") from error
    except ValueError as error:
        raise Foreign("not one of ours") from error
    told = _disclosed(text, disclosures, keys, str(jose.header_of(signed)["kid"]))
    # Bound to a key: whoever copied the text can cut the binding off, and only the key's owner can put one on.
    if not binding and "cnf" in claims:
        raise Altered("binding_missing")
    bound = _bound(binding, text[: len(text) - len(binding)], claims) if binding else None
    return Presented(told, _place(told), _instant(told, "nbf"), _instant(told, "exp"), bound)


def _disclosed(text: str, disclosures: list[str], keys: Mapping[str, JWK], kid: str) -> dict[str, Any]:
    unbound = text[: text.rindex("~") + 1]
    try:
        verifier = SDJWTVerifier(unbound, lambda _issuer, _header: keys[kid])
        told: dict[str, Any] = verifier.get_verified_payload()
        used = set(verifier._duplicate_hash_check)
    except _BROKEN as error:
        raise Altered("disclosures_broken") from error
    hashes = {_hash(each) for each in disclosures}
    # A disclosure no digest asks for was put in by somebody (RFC 9901, 7.1 step 5): the library passes over it.
    if len(hashes) != len(disclosures) or not hashes <= used:
        raise Altered("disclosures_broken")
    return told


def _bound(binding: str, presented: str, claims: Mapping[str, Any]) -> dict[str, Any]:
    """The key binding's claims, once it is signed with the key in ``cnf`` over exactly what is presented."""
    try:
        header = jose.header_of(binding)
        if header.get("typ") != BINDING_TYPE or header.get("alg") != jose.ALGORITHM:
            raise Altered("binding_broken")
        jose.check(binding, JWK.from_json(json.dumps(claims["cnf"]["jwk"])))
        told = jose.claims_of(binding)
        dated = type(told["iat"]) is int and 0 <= told["iat"] < LATEST
        whole = dated and isinstance(told["aud"], str) and isinstance(told["nonce"], str)
        if not whole or told["sd_hash"] != _hash(presented):
            raise Altered("binding_broken")
        (told["aud"] + told["nonce"]).encode()  # JSON can spell half a surrogate pair, which no page can show
    except Altered:
        raise
    except _BROKEN as error:
        raise Altered("binding_broken") from error
    return told


def _hash(text: str) -> str:
    digest = hashlib.sha256(text.encode("ascii")).digest()
    return jose.encoded(digest)


def _place(claims: Mapping[str, Any]) -> Place | None:
    told = claims.get("status", {})
    listed = told.get("status_list", {}) if isinstance(told, dict) else {}
    index, uri = (listed.get("idx"), listed.get("uri")) if isinstance(listed, dict) else (None, None)
    return Place(uri, index) if isinstance(uri, str) and isinstance(index, int) else None


def _instant(claims: Mapping[str, Any], name: str) -> int | None:
    value = claims.get(name)
    return value if isinstance(value, int) else None


def ended(presented: Presented, now: datetime) -> bool:
    """Whether its term is over."""
    return presented.ends_at is not None and now.timestamp() >= presented.ends_at
