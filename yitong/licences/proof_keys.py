"""The platform's keys for proofs: made once under a lock, kept sealed in the database, their public parts also in the data folder.

The files ``trust/licence-sm2.pem`` and ``trust/licence-issuer.json`` hold no secret: ``yitong licence verify`` reads them when there is
no database, and anybody may be given them.
"""

from __future__ import annotations

import json
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from jwcrypto.jwk import JWK

from yitong.audit.commands import record
from yitong.licences import sealing
from yitong.licences.models import ProofKey
from yitong.licences.proofs import jose, sm2
from yitong.licences.proofs.credential import Issuer
from yitong.licences.proofs.trust import ISSUER_FILE, SM2_FILE, Trust, issuer_document

_LOCK = 0x594C5052
Kind = ProofKey.Kind


def ensure(now: datetime) -> None:
    """Make what is missing, and write the public parts where they are read without the database."""
    for kind in Kind:
        _newest(kind, now)
    publish()


@transaction.atomic
def renew(now: datetime) -> list[ProofKey]:
    """Make a new key of each kind, which signs from now on; what the old ones signed is verified with them as before."""
    _one_at_a_time()
    return [_add(kind, now) for kind in Kind]


def publish() -> None:
    """Write the public parts into the data folder."""
    folder = trust_folder()
    folder.mkdir(parents=True, exist_ok=True)
    _write(folder / SM2_FILE, sm2_pem())
    document = json.dumps(issuer_metadata(), ensure_ascii=False, indent=1).encode()
    _write(folder / ISSUER_FILE, document + b"\n")


def trust_folder() -> Path:
    """Where the public parts lie."""
    return Path(settings.VAR) / "trust"


def sm2_key(now: datetime) -> tuple[ProofKey, sm2.Key]:
    """The row and the key that sign metadata and exports; made if there is none."""
    row = _newest(Kind.SM2, now)
    return row, _sm2(bytes(row.sealed), row.sealed_key, row.kid, bytes(row.public))


def issuer(now: datetime) -> Issuer:
    """The platform as the issuer of credentials and status lists; its key is made if there is none."""
    row = _newest(Kind.ES256, now)
    return Issuer(settings.YITONG_BASE_URL, _es256(bytes(row.sealed), row.sealed_key, row.kid))


def trust() -> Trust:
    """What a verifier believes: the public part of every key there ever was."""
    keys = {row.kid: JWK(**json.loads(bytes(row.public))) for row in _rows(Kind.ES256)}
    return Trust(settings.YITONG_BASE_URL, keys, {row.kid: bytes(row.public) for row in _rows(Kind.SM2)})


def sm2_pem() -> bytes:
    """The public SM2 keys in PEM, the one that signs first: ``openssl`` reads the first."""
    return b"".join(sm2.public_pem(bytes(row.public)) for row in _rows(Kind.SM2))


def issuer_metadata() -> dict[str, Any]:
    """The document of ``/.well-known/jwt-vc-issuer``."""
    return issuer_document(settings.YITONG_BASE_URL, [json.loads(bytes(row.public)) for row in _rows(Kind.ES256)])


def _rows(kind: str) -> list[ProofKey]:
    return list(ProofKey.objects.filter(kind=kind).order_by("-id"))


def _newest(kind: str, now: datetime) -> ProofKey:
    return ProofKey.objects.filter(kind=kind).order_by("-id").first() or _make(kind, now)


@transaction.atomic
def _make(kind: str, now: datetime) -> ProofKey:
    _one_at_a_time()
    return ProofKey.objects.filter(kind=kind).order_by("-id").first() or _add(kind, now)


def _one_at_a_time() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])


def _add(kind: str, now: datetime) -> ProofKey:
    kid, public, secret = _new_sm2() if kind == Kind.SM2 else _new_es256()
    sealed, number = sealing.seal({"key": secret}, kid)
    row = ProofKey.objects.create(kind=kind, kid=kid, public=public, sealed=sealed, sealed_key=number, made_at=now)
    record(
        actor_ref="system:keys",
        tag="licences:key:made",
        subject=f"proof-key:{kid}",
        detail={"kind": kind},
        now=now,
    )
    return row


def _new_sm2() -> tuple[str, bytes, str]:
    key = sm2.make_key()
    return sm2.key_id(key.public), key.public, key.private.hex()


def _new_es256() -> tuple[str, bytes, str]:
    key = jose.make_key()
    return str(key["kid"]), json.dumps(jose.public(key)).encode(), key.export_private()


@lru_cache(maxsize=8)
def _sm2(sealed: bytes, number: int, kid: str, public: bytes) -> sm2.Key:
    """Opened once per process and key; the arguments are the whole row, so that no stale key can be met."""
    return sm2.Key(bytes.fromhex(sealing.unseal(sealed, number, kid)["key"]), public)


@lru_cache(maxsize=8)
def _es256(sealed: bytes, number: int, kid: str) -> JWK:
    return JWK.from_json(sealing.unseal(sealed, number, kid)["key"])


def _write(file: Path, content: bytes) -> None:
    if file.exists() and file.read_bytes() == content:
        return
    draft = file.with_suffix(f"{file.suffix}.new")
    draft.write_bytes(content)
    draft.replace(file)


sealing.register(sealing.SealedTable("licences_proofkey", "kid"))
