"""The keys that sign presentation codes: made when first needed, sealed under the platform secret, replaced by rotation."""

from __future__ import annotations

import hashlib
import os
from datetime import datetime
from functools import lru_cache

from cryptography.exceptions import InvalidSignature, InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.db import transaction

from yitong.audit.commands import record
from yitong.consents.models import CodeKey
from yitong.consents.rules.token import KEY_ID, Signed

_NONCE = 12
_PURPOSE = b"yitong presentation code key 1"


class CodeKeyUnreadable(RuntimeError):
    """The key in use was sealed under another platform secret."""

    def __init__(self, key_id: str) -> None:
        super().__init__(
            f"the key {key_id} of presentation codes was sealed under another secret key. Set YITONG_SECRET_KEY to the former "
            "value, or run `yitong consents rotate-key`: codes on phones renew themselves within a minute"
        )


def key_in_use(now: datetime) -> CodeKey:
    """The key in use, made if there is none. Two callers at once are harmless."""
    found = CodeKey.objects.filter(retired_at__isnull=True).first()
    if found is None:
        CodeKey.objects.bulk_create([_new_key(now)], ignore_conflicts=True)
        found = CodeKey.objects.get(retired_at__isnull=True)
    return found


def rotate_key(*, actor_ref: str, now: datetime) -> str:
    """Retire the key in use and make another; returns its id. Codes shown at that moment still verify."""
    with transaction.atomic():
        for key in CodeKey.objects.select_for_update().filter(retired_at__isnull=True):
            key.retired_at = now
            key.save(update_fields=["retired_at"])
        fresh = _new_key(now)
        fresh.save(force_insert=True)
        record(
            actor_ref=actor_ref,
            tag="consents:code_key:rotated",
            subject=f"code-key:{fresh.key_id}",
            detail={},
            now=now,
        )
    return fresh.key_id


def sign(key: CodeKey, message: bytes) -> bytes:
    """64 bytes of Ed25519; CodeKeyUnreadable when the platform secret is another one."""
    return _private(key.key_id, bytes(key.sealed_private), settings.SECRET_KEY).sign(message)


def genuine(token: Signed) -> bool:
    """Whether one of our keys, in use or retired, made the signature."""
    public = _public(token.claims.key_id)
    if public is None:
        return False
    try:
        public.verify(token.signature, token.message)
    except InvalidSignature:
        return False
    return True


def short_id(key: CodeKey) -> bytes:
    """The id as it stands in the token."""
    return bytes.fromhex(key.key_id)


# A key never changes under its id, so that a process may keep it; one that is not there is asked for again.
_known: dict[bytes, Ed25519PublicKey] = {}


def _public(key_id: bytes) -> Ed25519PublicKey | None:
    if key_id not in _known:
        row = CodeKey.objects.filter(key_id=key_id.hex()).first()
        if row is None:
            return None
        _known[key_id] = Ed25519PublicKey.from_public_bytes(bytes(row.public_key))
    return _known[key_id]


@lru_cache(maxsize=4)
def _private(key_id: str, sealed: bytes, secret: str) -> Ed25519PrivateKey:
    try:
        raw = _cipher(secret).decrypt(sealed[:_NONCE], sealed[_NONCE:], key_id.encode())
    except InvalidTag:
        raise CodeKeyUnreadable(key_id) from None
    return Ed25519PrivateKey.from_private_bytes(raw)


def _new_key(now: datetime) -> CodeKey:
    private = Ed25519PrivateKey.generate()
    public = private.public_key().public_bytes_raw()
    key_id = hashlib.sha256(public).digest()[:KEY_ID].hex()
    nonce = os.urandom(_NONCE)
    sealed = nonce + _cipher(settings.SECRET_KEY).encrypt(nonce, private.private_bytes_raw(), key_id.encode())
    return CodeKey(key_id=key_id, public_key=public, sealed_private=sealed, created_at=now)


def _cipher(secret: str) -> AESGCM:
    kdf = HKDF(algorithm=hashes.SHA256(), length=32, salt=None, info=_PURPOSE)
    return AESGCM(kdf.derive(secret.encode()))
