"""The key that signs checkpoints: made at set-up, sealed under the platform secret, replaced when that changes."""

from __future__ import annotations

import os
from datetime import datetime

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.db import transaction

from yitong.audit.commands.record import record
from yitong.audit.models import SigningKey
from yitong.audit.rules.checkpoint import key_id_of

_NONCE = 12
_PURPOSE = b"yitong audit signing key 1"


class KeyUnreadable(RuntimeError):
    """The key in use was sealed under another platform secret; the message says what to do."""

    def __init__(self, key_id: str) -> None:
        super().__init__(
            f"the audit signing key {key_id} was sealed under another secret key. Set YITONG_SECRET_KEY to the "
            "former value, or run `yitong audit rotate-key`: what is signed stays valid, new checkpoints get a new key"
        )


def ensure_keys(*, now: datetime) -> str:
    """Make the signing key if there is none and return the id of the key in use. Two callers at once are harmless."""
    return key_in_use(now=now).key_id


def key_in_use(*, now: datetime) -> SigningKey:
    """The key in use, made if there is none."""
    found = SigningKey.objects.filter(retired_at__isnull=True).first()
    if found is None:
        # The loser of a race inserts nothing and reads the winner's key.
        SigningKey.objects.bulk_create([_new_key(now)], ignore_conflicts=True)
        found = SigningKey.objects.get(retired_at__isnull=True)
    return found


def rotate_key(*, actor_ref: str, now: datetime) -> str:
    """Retire the key in use and make another; returns its id. Checkpoints of the retired key stay valid."""
    with transaction.atomic():
        former = list(SigningKey.objects.select_for_update().filter(retired_at__isnull=True))
        for key in former:
            key.retired_at = now
            key.save(update_fields=["retired_at"])
        fresh = _new_key(now)
        fresh.save(force_insert=True)
        record(
            actor_ref=actor_ref,
            tag="audit:key:rotated",
            subject=f"audit-key:{fresh.key_id}",
            detail={"retired": [key.key_id for key in former]},
            now=now,
        )
    return fresh.key_id


def private_key(key: SigningKey) -> Ed25519PrivateKey:
    """The private half, unsealed; KeyUnreadable when the platform secret is another one."""
    sealed = bytes(key.sealed_private)
    try:
        raw = _cipher().decrypt(sealed[:_NONCE], sealed[_NONCE:], key.key_id.encode())
    except InvalidTag:
        raise KeyUnreadable(key.key_id) from None
    return Ed25519PrivateKey.from_private_bytes(raw)


def _new_key(now: datetime) -> SigningKey:
    private = Ed25519PrivateKey.generate()
    public = private.public_key().public_bytes_raw()
    key_id = key_id_of(public)
    nonce = os.urandom(_NONCE)
    sealed = nonce + _cipher().encrypt(nonce, private.private_bytes_raw(), key_id.encode())
    return SigningKey(key_id=key_id, public_key=public, sealed_private=sealed, created_at=now)


def _cipher() -> AESGCM:
    secret = HKDF(algorithm=hashes.SHA256(), length=32, salt=None, info=_PURPOSE)
    return AESGCM(secret.derive(settings.SECRET_KEY.encode()))
