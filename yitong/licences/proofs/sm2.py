"""SM2 signatures (GB/T 32918.2, with SM3) and their keys: make_key, sign, verify. Nothing else here touches the library.

Signatures are DER (SEQUENCE of r and s), keys X.509 SubjectPublicKeyInfo in PEM: what ``openssl`` 3 reads. The signer's id is
the default of GM/T 0009, which openssl must be told: ``-sigopt distid:1234567812345678``.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
from dataclasses import dataclass

import gmssl_pyx
from cryptography.hazmat.primitives import hashes

SIGNER_ID = gmssl_pyx.SM2_DEFAULT_SIGNER_ID.decode()
POINT = 64
_SPKI = bytes.fromhex("3059301306072a8648ce3d020106082a811ccf5501822d03420004")
"""DER of a SubjectPublicKeyInfo on the curve sm2p256v1 up to the coordinates, which are 64 bytes."""
_PEM = re.compile(rb"-----BEGIN PUBLIC KEY-----(.*?)-----END PUBLIC KEY-----", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Key:
    """``private``: 32 bytes; ``public``: 64 bytes, the coordinates of the point."""

    private: bytes
    public: bytes


def make_key() -> Key:
    """A new key pair."""
    public, private = gmssl_pyx.sm2_key_generate()
    return Key(private, public)


def sign(key: Key, message: bytes) -> bytes:
    """The signature of ``message``, DER; a different one each time."""
    return bytes(gmssl_pyx.sm2_sign(key.private, key.public, message))


def verify(public: bytes, message: bytes, signature: bytes) -> bool:
    """Whether ``signature`` is that of ``message`` by the key ``public``. Never raises: junk is no signature.

    The library writes a line to stderr for each one that is false, which cannot be turned off.
    """
    try:
        return bool(gmssl_pyx.sm2_verify(public, message, signature))
    except gmssl_pyx.GmsslInnerError:
        return False


def key_id(public: bytes) -> str:
    """Names a key: the first 32 hexadecimal digits of the SHA-256 of its SubjectPublicKeyInfo."""
    return hashlib.sha256(_SPKI + public).hexdigest()[:32]


def public_pem(public: bytes) -> bytes:
    """The public key in PEM."""
    text = base64.b64encode(_SPKI + public)
    lines = [text[start : start + 64] for start in range(0, len(text), 64)]
    return b"\n".join([b"-----BEGIN PUBLIC KEY-----", *lines, b"-----END PUBLIC KEY-----", b""])


def public_keys(pem: bytes) -> dict[str, bytes]:
    """Every SM2 public key of a PEM text by its id. ValueError when there is none."""
    found: dict[str, bytes] = {}
    for block in _PEM.findall(pem):
        try:
            der = base64.b64decode(b"".join(block.split()), validate=True)
        except binascii.Error:
            continue
        if len(der) == len(_SPKI) + POINT and der.startswith(_SPKI):
            public = der[len(_SPKI) :]
            found[key_id(public)] = public
    if not found:
        raise ValueError("no SM2 public key in PEM form")
    return found


def sm3(content: bytes) -> str:
    """SM3 (GB/T 32905), hexadecimal."""
    digest = hashes.Hash(hashes.SM3())
    digest.update(content)
    return digest.finalize().hex()
