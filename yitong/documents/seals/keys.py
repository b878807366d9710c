"""The authority's and the departments' keys: made once, under a lock, kept encrypted in the database.

They lie in the database, so that every web and worker process of every host seals alike. A copy of the authority's
certificate (no key) lies in the data folder for ``yitong licence verify``, which works without the database.
"""

from __future__ import annotations

from datetime import datetime
from functools import lru_cache
from pathlib import Path

from asn1crypto import keys as asn1_keys
from asn1crypto import x509 as asn1_x509
from django.conf import settings
from django.db import connection, transaction
from pyhanko.sign.signers import SimpleSigner
from pyhanko_certvalidator.registry import SimpleCertificateStore

from yitong.audit.commands import record
from yitong.documents.models import SealKey
from yitong.documents.seals import certificates, vault
from yitong.parties.queries import organisation

_LOCK = 0x59544B45  # advisory lock of this application: makers of seal keys


def ensure_authority(now: datetime) -> SealKey:
    """The authority, made if there is none. One process makes it, the others wait and find it."""
    found = _authority()
    if found is not None:
        return found
    with transaction.atomic():
        _serialise()
        found = _authority()
        if found is None:
            found = _save(certificates.make_authority(now), None, now)
    return found


def ensure_keys(now: datetime) -> str:
    """Set-up step: the authority exists and its certificate lies in the data folder. Returns that file's name."""
    authority = ensure_authority(now)
    file = authority_file()
    text = certificates.pem(bytes(authority.certificate))
    if not file.exists() or file.read_bytes() != text:
        file.parent.mkdir(parents=True, exist_ok=True)
        draft = file.with_suffix(".new")
        draft.write_bytes(text)
        draft.replace(file)
    return str(file)


def authority_file() -> Path:
    """Where the authority's certificate lies for checks without the database."""
    return Path(settings.VAR) / "trust" / "ca.pem"


def authority_certificate(now: datetime) -> bytes:
    """The authority's certificate, DER."""
    return bytes(ensure_authority(now).certificate)


def signer_of(department_id: int, now: datetime) -> SimpleSigner:
    """The seal of a department, ready to sign; made when the department seals for the first time or the old one has ended."""
    key = _seal(department_id, now)
    if key is None:
        key = _make_seal(department_id, now)
    return _signer(key.fingerprint, bytes(key.certificate), bytes(key.encrypted_key), authority_certificate(now))


def _authority() -> SealKey | None:
    return SealKey.objects.filter(department=None).first()


def _seal(department_id: int, now: datetime) -> SealKey | None:
    in_force = SealKey.objects.filter(department_id=department_id, not_before__lte=now, not_after__gt=now)
    return in_force.order_by("-id").first()


def _make_seal(department_id: int, now: datetime) -> SealKey:
    authority = ensure_authority(now)
    department = organisation.department(department_id)
    if department is None:
        raise LookupError(f"no department {department_id}")
    with transaction.atomic():
        _serialise()
        found = _seal(department_id, now)
        if found is not None:
            return found
        certificate = bytes(authority.certificate)
        issued = certificates.make_seal(
            authority=certificate,
            authority_key=vault.unlock(bytes(authority.encrypted_key), authority.fingerprint.encode()),
            department=department.name,
            uscc=department.uscc,
            now=now,
            limit=authority.not_after,
        )
        return _save(issued, department_id, now)


def _serialise() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])


def _save(issued: certificates.Issued, department_id: int | None, now: datetime) -> SealKey:
    key = SealKey.objects.create(
        department_id=department_id,
        certificate=issued.certificate,
        encrypted_key=vault.lock(issued.key, issued.fingerprint.encode()),
        fingerprint=issued.fingerprint,
        serial=issued.serial,
        not_before=issued.not_before,
        not_after=issued.not_after,
        created_at=now,
    )
    record(
        actor_ref="system:seals",
        tag="documents:seal:made",
        subject=f"seal:{key.fingerprint}",
        detail={"department": department_id, "serial": key.serial},
        now=now,
    )
    return key


@lru_cache(maxsize=256)
def _signer(fingerprint: str, certificate: bytes, encrypted: bytes, authority: bytes) -> SimpleSigner:
    """Decrypting and parsing once per process and seal; the arguments are the whole row, so that no stale key can be met."""
    store = SimpleCertificateStore()
    store.register(asn1_x509.Certificate.load(authority))
    return SimpleSigner(
        signing_cert=asn1_x509.Certificate.load(certificate),
        signing_key=asn1_keys.PrivateKeyInfo.load(vault.unlock(encrypted, fingerprint.encode())),
        cert_registry=store,
    )
