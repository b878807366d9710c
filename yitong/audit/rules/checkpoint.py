"""The signed statement of the log's size and root.

The signed text is a checkpoint note of the public transparency logs (C2SP tlog-checkpoint): origin, size and root on
a line each, then our own extension line with the instant. Ed25519 (RFC 8032) signs its UTF-8 bytes.
"""

from __future__ import annotations

import base64
import hashlib
from datetime import datetime

from yitong.audit.rules.leaf import instant_text

ORIGIN = "yitong-audit/1"


def signed_bytes(size: int, root: bytes, signed_at: str) -> bytes:
    """What the signature covers. ``signed_at`` as ``leaf.instant_text`` writes it."""
    return f"{ORIGIN}\n{size}\n{base64.b64encode(root).decode()}\nsigned-at {signed_at}\n".encode()


def signed_bytes_at(size: int, root: bytes, signed_at: datetime) -> bytes:
    """``signed_bytes`` for an instant."""
    return signed_bytes(size, root, instant_text(signed_at))


def key_id_of(public_key: bytes) -> str:
    """Name of a raw 32-byte Ed25519 public key: the first 16 hex digits of its SHA-256."""
    return hashlib.sha256(public_key).hexdigest()[:16]
