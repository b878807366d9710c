"""Access tokens of clients: JWS compact form (RFC 7515) with HMAC-SHA256, checked with nothing but the key.

Claims: ``iss``, ``sub`` (client id), ``gen`` (how often its secret was replaced), ``iat``, ``exp`` (seconds), ``jti``.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

ISSUER = "yitong"
_HEADER = {"alg": "HS256", "typ": "at+jwt"}
LONGEST = 1000


@dataclass(frozen=True, slots=True)
class Claims:
    """A token that is genuine and in force."""

    client_id: str
    generation: int
    token_id: str


class BadToken(Exception):
    """Not ours, altered, or over. ``code``: malformed, forged, expired."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def make(key: bytes, *, client_id: str, generation: int, token_id: str, now: datetime, seconds: int) -> str:
    """A token in force for ``seconds``."""
    begun = int(now.timestamp())
    claims = {"iss": ISSUER, "sub": client_id, "gen": generation, "iat": begun, "exp": begun + seconds, "jti": token_id}
    body = f"{_packed(_HEADER)}.{_packed(claims)}"
    return f"{body}.{_text(_mac(key, body))}"


def read(key: bytes, token: str, now: datetime) -> Claims:
    """The claims of ``token``, or BadToken. The signature is checked before anything in the token is believed."""
    parts = token.split(".")
    if len(token) > LONGEST or len(parts) != 3 or not token.isascii():
        raise BadToken("malformed")
    try:
        given = _bytes(parts[2])
        if not hmac.compare_digest(given, _mac(key, f"{parts[0]}.{parts[1]}")):
            raise BadToken("forged")
        # One algorithm only: whatever the header names, the signature above was HMAC-SHA256 with our key.
        claims: dict[str, Any] = json.loads(_bytes(parts[1]))
    except ValueError as error:
        raise BadToken("malformed") from error
    if claims["exp"] <= now.timestamp():
        raise BadToken("expired")
    return Claims(claims["sub"], claims["gen"], claims["jti"])


def _mac(key: bytes, body: str) -> bytes:
    return hmac.new(key, body.encode("ascii"), hashlib.sha256).digest()


def _packed(value: dict[str, Any]) -> str:
    return _text(json.dumps(value, separators=(",", ":")).encode())


def _text(value: bytes) -> str:
    return base64.urlsafe_b64encode(value).rstrip(b"=").decode("ascii")


def _bytes(text: str) -> bytes:
    return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
