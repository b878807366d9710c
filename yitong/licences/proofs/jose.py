"""Compact JWS with ES256 and nothing else: what the credential and the status list are signed with."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Mapping
from typing import Any

from jwcrypto.common import JWException
from jwcrypto.jwk import JWK
from jwcrypto.jws import JWS

ALGORITHM = "ES256"


class UnknownKey(ValueError):
    """Signed by a key that is none of ours, or in a way we never sign."""


class BadSignature(ValueError):
    """Names a key of ours, which did not sign this."""


def make_key() -> JWK:
    """A new P-256 key whose id is its RFC 7638 thumbprint."""
    key = JWK.generate(kty="EC", crv="P-256")
    return with_id(key)


def with_id(key: JWK) -> JWK:
    """The same key, named by its thumbprint."""
    return JWK(**{**key.export(as_dict=True), "kid": key.thumbprint()})


def public(key: JWK) -> dict[str, Any]:
    """The public part, as it is published."""
    return {**key.export_public(as_dict=True), "use": "sig", "alg": ALGORITHM}


def signed(claims: Mapping[str, Any], *, key: JWK, kind: str) -> str:
    """The compact JWS of ``claims`` with type ``kind``."""
    jws = JWS(json.dumps(claims, ensure_ascii=False, separators=(",", ":")).encode())
    jws.add_signature(key, alg=ALGORITHM, protected=json.dumps({"alg": ALGORITHM, "kid": key["kid"], "typ": kind}))
    return str(jws.serialize(compact=True))


def header_of(text: str) -> dict[str, Any]:
    """The unverified header. ValueError when ``text`` is no compact JWS."""
    parts = text.split(".")
    if len(parts) != 3:
        raise ValueError("not a compact JWS")
    return _object(parts[0])


def claims_of(text: str) -> dict[str, Any]:
    """The unverified claims. ValueError when ``text`` is no compact JWS."""
    parts = text.split(".")
    if len(parts) != 3:
        raise ValueError("not a compact JWS")
    return _object(parts[1])


def verified(text: str, keys: Mapping[str, JWK], *, kind: str) -> dict[str, Any]:
    """The claims, once the signature by one of ``keys`` (by id) holds. Raises UnknownKey, BadSignature or ValueError."""
    header = header_of(text)
    if header.get("alg") != ALGORITHM or header.get("typ") != kind or "crit" in header:
        raise UnknownKey(f"not a {kind} signed with {ALGORITHM}")
    kid = header.get("kid")
    key = keys.get(kid) if isinstance(kid, str) else None
    if key is None:
        raise UnknownKey("signed by a key that is not ours")
    check(text, key)
    return claims_of(text)


def check(text: str, key: JWK) -> None:
    """Raises BadSignature unless ``key`` signed ``text`` with ES256."""
    jws = JWS()
    jws.allowed_algs = [ALGORITHM]
    try:
        jws.deserialize(text)
        jws.verify(key)
    except (JWException, ValueError, TypeError) as error:
        raise BadSignature("the signature does not hold") from error


def encoded(content: bytes) -> str:
    """base64url without padding."""
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()


def decoded(text: str) -> bytes:
    """base64url without padding. ValueError for anything else."""
    try:
        return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, UnicodeEncodeError) as error:
        raise ValueError("not base64url") from error


def _object(part: str) -> dict[str, Any]:
    try:
        found = json.loads(decoded(part))
    except RecursionError as error:
        raise ValueError("nested too deeply") from error
    if not isinstance(found, dict):
        raise ValueError("not a JSON object")
    return found
