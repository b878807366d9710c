"""Private keys at rest: AES-256-GCM under a key derived from the platform's secret (HKDF-SHA256, RFC 5869)."""

from __future__ import annotations

import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

NONCE = 12
_PURPOSE = b"yitong documents seal keys v1"


class WrongSecret(RuntimeError):
    """The stored key was encrypted under another secret: YITONG_SECRET_KEY was changed or secret.key was lost."""


def _key() -> bytes:
    derivation = HKDF(algorithm=hashes.SHA256(), length=32, salt=None, info=_PURPOSE)
    return derivation.derive(settings.SECRET_KEY.encode())


def lock(plain: bytes, bound_to: bytes) -> bytes:
    """Encrypt; ``bound_to`` (the certificate's fingerprint) must be given again to decrypt, so that rows cannot be swapped."""
    nonce = os.urandom(NONCE)
    return nonce + AESGCM(_key()).encrypt(nonce, plain, bound_to)


def unlock(locked: bytes, bound_to: bytes) -> bytes:
    """Decrypt what ``lock`` made, or WrongSecret."""
    try:
        return AESGCM(_key()).decrypt(locked[:NONCE], locked[NONCE:], bound_to)
    except InvalidTag as error:
        raise WrongSecret(
            "A seal's private key cannot be decrypted. Restore the secret it was made with (YITONG_SECRET_KEY, or the file "
            "secret.key of the data folder)."
        ) from error
