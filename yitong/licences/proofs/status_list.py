"""IETF Token Status List (draft-ietf-oauth-status-list): two bits a licence, packed, deflated, signed as a JWT.

0 valid, 1 invalid (for good), 2 suspended (lost: until it is issued again, under a new index). An index says nothing about
when a licence was issued: it is drawn by chance, and every index nobody has says "valid" like the others.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from jwcrypto.jwk import JWK

from yitong.licences.proofs import jose

BITS = 2
SIZE = 1 << 17
"""Entries of a list: 32 KiB before deflating, and enough of a crowd to hide in."""
TYPE = "statuslist+jwt"
MEDIA_TYPE = f"application/{TYPE}"
VALID, INVALID, SUSPENDED = 0, 1, 2
LIFE = timedelta(hours=24)
TTL = 60
"""Seconds a verifier may keep a copy: a revocation is known everywhere a minute later."""
_CODES = {"valid": VALID, "lost": SUSPENDED}
_MOST_BYTES = 1 << 20


def code_of(status: str) -> int:
    """The code of a stored status; whatever is neither valid nor lost has ended for good."""
    return _CODES.get(status, INVALID)


def packed(entries: Iterable[tuple[int, int]], size: int = SIZE) -> bytes:
    """The list with these (index, code); every other index is valid. Entry 0 is the lowest bits of byte 0."""
    content = bytearray(size * BITS // 8)
    for index, code in entries:
        if not 0 <= index < size or not 0 <= code < 1 << BITS:
            raise ValueError(f"no entry {index} with code {code}")
        content[index * BITS // 8] |= code << (index * BITS % 8)
    return bytes(content)


def token(*, uri: str, issuer: str, entries: Iterable[tuple[int, int]], key: JWK, now: datetime) -> str:
    """The signed list as it is published at ``uri``."""
    lst = jose.encoded(zlib.compress(packed(entries), 9))
    issued = int(now.timestamp())
    claims = {
        "sub": uri,
        "iss": issuer,
        "iat": issued,
        "exp": issued + int(LIFE.total_seconds()),
        "ttl": TTL,
        "status_list": {"bits": BITS, "lst": lst},
    }
    return jose.signed(claims, key=key, kind=TYPE)


def read(text: str, keys: Mapping[str, JWK], *, now: datetime) -> dict[str, Any]:
    """The claims of a list's token. ValueError when it is not signed by one of ``keys``, or is too old to be believed."""
    claims = jose.verified(text, keys, kind=TYPE)
    # A list without an end would be believed for ever: ours always has one.
    if not isinstance(claims.get("exp"), int) or claims["exp"] <= now.timestamp():
        raise ValueError("the status list is out of date; fetch it again")
    return claims


def code_at(claims: Mapping[str, Any], index: int) -> int:
    """The code of ``index``. ValueError when the list has none."""
    told = claims.get("status_list")
    if not isinstance(told, Mapping) or told.get("bits") not in (1, 2, 4, 8) or not isinstance(told.get("lst"), str):
        raise ValueError("not a status list")
    bits = int(told["bits"])
    inflater = zlib.decompressobj()
    try:
        content = inflater.decompress(jose.decoded(told["lst"]), _MOST_BYTES)
    except zlib.error as error:
        raise ValueError("the status list does not inflate") from error
    place = index * bits
    if index < 0 or place // 8 >= len(content):
        raise ValueError(f"the status list has no entry {index}")
    return (content[place // 8] >> (place % 8)) & ((1 << bits) - 1)
