"""The token of a presentation code (亮码), version 1. Pure.

    1 version · 4 key id · 12 token id · 4 issued at (seconds since 1970) · 1 life (seconds) · 6 nonce · 64 Ed25519 signature

92 bytes, written in base32 (RFC 4648, no padding) after ``YT``: 150 characters of the QR code's alphanumeric mode, version
6-M. Base32 and not base45: a scanner that types into a page goes through an input method, which may eat a blank, and
base45 has one.
"""

from __future__ import annotations

import base64
import binascii
import struct
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

PREFIX = "YT"
VERSION = 1
LIFE = 60
"""Seconds a code lives."""
AHEAD = timedelta(seconds=5)
"""How far the clock of the host that issued may be ahead of the one that checks."""
KEY_ID, TOKEN_ID, NONCE, SIGNATURE = 4, 12, 6, 64
DOMAIN = b"yitong presentation code 1\x00"
"""Goes before the signed bytes, so that no signature made for something else is one of a code."""
_HEAD = struct.Struct(f">B{KEY_ID}s{TOKEN_ID}sIB{NONCE}s")
LENGTH = _HEAD.size + SIGNATURE
LONGEST_TYPED = 400
"""What a scanner may send at most; anything longer is no code."""


class BadToken(ValueError):
    """The text is no token of a version we know; the message says what is wrong with it."""


@dataclass(frozen=True, slots=True)
class Claims:
    """What a token says. ``issued_at`` has whole seconds."""

    key_id: bytes
    token_id: bytes
    issued_at: datetime
    nonce: bytes
    life: int = LIFE

    @property
    def expires_at(self) -> datetime:
        return self.issued_at + timedelta(seconds=self.life)

    def head(self) -> bytes:
        """The bytes in front of the signature."""
        return _HEAD.pack(VERSION, self.key_id, self.token_id, int(self.issued_at.timestamp()), self.life, self.nonce)


@dataclass(frozen=True, slots=True)
class Signed:
    """A token taken apart; nothing is checked but its form."""

    claims: Claims
    signature: bytes

    @property
    def message(self) -> bytes:
        """What the signature is over."""
        return DOMAIN + self.claims.head()


def compose(claims: Claims, sign: Callable[[bytes], bytes]) -> str:
    """The token's text; ``sign`` makes an Ed25519 signature of 64 bytes."""
    raw = claims.head() + sign(DOMAIN + claims.head())
    return PREFIX + base64.b32encode(raw).rstrip(b"=").decode()


def parse(text: str) -> Signed:
    """Take a scanned or typed text apart; small letters and blanks around are accepted. BadToken when it is no token."""
    typed = text.strip().upper() if len(text) <= LONGEST_TYPED else ""
    if not typed.startswith(PREFIX):
        raise BadToken("it does not begin like a presentation code")
    body = typed[len(PREFIX) :]
    try:
        raw = base64.b32decode(body + "=" * (-len(body) % 8))
    except (binascii.Error, ValueError):
        raise BadToken("it holds characters no presentation code has") from None
    if len(raw) != LENGTH:
        raise BadToken("it is too short or too long")
    version, key_id, token_id, issued, life, nonce = _HEAD.unpack(raw[: _HEAD.size])
    if version != VERSION:
        raise BadToken("it is of a version this platform does not know")
    return Signed(Claims(key_id, token_id, datetime.fromtimestamp(issued, UTC), nonce, life), raw[_HEAD.size :])
