"""Client secrets: 256 random bits, so that their hash needs no salt and no slowness."""

from __future__ import annotations

import hashlib
import hmac


def hashed(secret: str) -> str:
    """What is kept of a secret: SHA-256 in hexadecimal digits."""
    return hashlib.sha256(secret.encode()).hexdigest()


def matches(secret: str, kept: str) -> bool:
    """Whether ``secret`` is the one; takes as long whether it is or not."""
    return hmac.compare_digest(hashed(secret), kept)
