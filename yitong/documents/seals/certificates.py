"""X.509 certificates of the local authority and of the departments' seals: ECDSA P-256, SHA-256."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

AUTHORITY_NAME = "Yitong Local CA (易通本地证书机构)"
AUTHORITY_YEARS = 30
SEAL_YEARS = 20
"""A B-B signature has no time stamp: once the certificate ends it can no longer be checked. It must outlive the licences."""
_BACKDATE = timedelta(minutes=5)  # a verifier's clock may be a little behind


@dataclass(frozen=True, slots=True)
class Issued:
    """A new key pair. ``key``: PKCS#8 DER, in the clear. ``certificate``: DER."""

    certificate: bytes
    key: bytes
    fingerprint: str
    serial: str
    not_before: datetime
    not_after: datetime


def make_authority(now: datetime) -> Issued:
    """A self-signed authority; it may sign seals' certificates and nothing below them."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name(
        [
            x509.NameAttribute(NameOID.COUNTRY_NAME, "CN"),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, "Yitong 易通"),
            x509.NameAttribute(NameOID.COMMON_NAME, AUTHORITY_NAME),
        ]
    )
    builder = (
        _builder(name, name, key.public_key(), now, AUTHORITY_YEARS)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_usage(authority=True), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
    )
    return _issued(builder.sign(key, hashes.SHA256()), key)


def make_seal(
    *, authority: bytes, authority_key: bytes, department: str, uscc: str, now: datetime, limit: datetime
) -> Issued:
    """The certificate of a department's seal; ends with the authority's (``limit``) at the latest."""
    issuer = x509.load_der_x509_certificate(authority)
    signing_key = serialization.load_der_private_key(authority_key, password=None)
    if not isinstance(signing_key, ec.EllipticCurvePrivateKey):
        raise TypeError("the authority's key is not an elliptic-curve key")
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name(
        [
            x509.NameAttribute(NameOID.COUNTRY_NAME, "CN"),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, department[:64]),
            x509.NameAttribute(NameOID.ORGANIZATIONAL_UNIT_NAME, uscc),
            x509.NameAttribute(NameOID.COMMON_NAME, f"{department}电子印章"[:64]),
        ]
    )
    authority_id = issuer.extensions.get_extension_for_class(x509.SubjectKeyIdentifier).value
    builder = (
        _builder(name, issuer.subject, key.public_key(), now, SEAL_YEARS, limit)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(authority=False), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_subject_key_identifier(authority_id), critical=False)
    )
    return _issued(builder.sign(signing_key, hashes.SHA256()), key)


def pem(certificate: bytes) -> bytes:
    """The certificate as PEM text."""
    return x509.load_der_x509_certificate(certificate).public_bytes(serialization.Encoding.PEM)


def from_pem(text: bytes) -> bytes:
    """The certificate in DER; ValueError when ``text`` is not a certificate in PEM."""
    return x509.load_pem_x509_certificate(text).public_bytes(serialization.Encoding.DER)


def _builder(
    subject: x509.Name,
    issuer: x509.Name,
    public_key: ec.EllipticCurvePublicKey,
    now: datetime,
    years: int,
    limit: datetime | None = None,
) -> x509.CertificateBuilder:
    start = now - _BACKDATE
    end = start + timedelta(days=365 * years + years // 4)
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(public_key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(start)
        .not_valid_after(min(end, limit) if limit else end)
    )


def _usage(*, authority: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not authority,
        content_commitment=not authority,
        key_cert_sign=authority,
        crl_sign=authority,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )


def _issued(certificate: x509.Certificate, key: ec.EllipticCurvePrivateKey) -> Issued:
    return Issued(
        certificate=certificate.public_bytes(serialization.Encoding.DER),
        key=key.private_bytes(
            serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        ),
        fingerprint=certificate.fingerprint(hashes.SHA256()).hex(),
        serial=f"{certificate.serial_number:x}",
        not_before=certificate.not_valid_before_utc,
        not_after=certificate.not_valid_after_utc,
    )


@dataclass(frozen=True, slots=True)
class Description:
    """What a reader compares: name, fingerprint in pairs, term."""

    name: str
    fingerprint: str
    not_before: datetime
    not_after: datetime


def described(certificate: bytes) -> Description:
    """The readable parts of a certificate (DER)."""
    parsed = x509.load_der_x509_certificate(certificate)
    digits = parsed.fingerprint(hashes.SHA256()).hex().upper()
    pairs = ":".join(digits[start : start + 2] for start in range(0, len(digits), 2))
    name = parsed.subject.get_attributes_for_oid(NameOID.COMMON_NAME)[0].value
    return Description(str(name), pairs, parsed.not_valid_before_utc, parsed.not_valid_after_utc)
