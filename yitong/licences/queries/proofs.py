"""The proofs of one licence as files, for its holder. Each is made now if the worker has not come to it yet.

All raise what ``commands.proving.prove`` raises. The caller has checked that the actor is the holder.
"""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from yitong.documents import queries as documents
from yitong.licences import proof_keys
from yitong.licences.commands.proving import prove
from yitong.licences.models import Licence, LicenceType
from yitong.licences.proofs import bundle, credential, ofd, sm2
from yitong.licences.queries import contents
from yitong.licences.rules import face

SHANGHAI = ZoneInfo("Asia/Shanghai")


def has_proofs(licence: Licence) -> bool:
    """Whether it was issued here: the original of an arrived one lies with its issuer."""
    return licence.document_id is not None


def metadata(licence: Licence, now: datetime) -> bytes:
    """The signed metadata."""
    return prove(licence_id=licence.pk, now=now).metadata.encode()


def signature(licence: Licence, now: datetime) -> bytes:
    """The SM2 signature over the metadata, DER."""
    return bytes(prove(licence_id=licence.pk, now=now).signature)


def sm2_bundle(licence: Licence, now: datetime) -> bytes:
    """Sealed PDF, metadata, signature, public key and instructions in one zip."""
    proof = prove(licence_id=licence.pk, now=now)
    assert licence.document is not None  # prove refuses one without
    pair = bundle.Pair(proof.metadata.encode(), bytes(proof.signature), documents.pdf(licence.document, now))
    return bundle.write(pair, sm2.public_pem(bytes(proof.key.public)))


def ofd_export(licence: Licence, now: datetime) -> bytes:
    """The licence as OFD: an export of what stands on it, signed by the platform, without the department's seal."""
    row, key = proof_keys.sm2_key(now)
    lines = face.entries(licence.type.fields, contents.complete(licence))
    code = licence.code or ""
    rows = [
        ("证照编号", licence.number),
        ("持证主体", licence.holder_name),
        *((line["label"], line["value"]) for line in lines),
        ("有效期限", face.validity(licence.valid_from, licence.valid_until)),
        ("颁发机构", licence.issuer_name),
        ("颁发日期", licence.issued_on.isoformat()),
        ("电子证照标识", licence.identifier),
    ]
    exported = now.astimezone(SHANGHAI).strftime("%Y-%m-%d %H:%M")
    foot = [f"防伪码：{code}", f"导出时间：{exported}（北京时间）"]
    return ofd.write(
        ofd.Sheet(licence.type.name, rows, foot),
        identifier=licence.identifier,
        code=code,
        at=now,
        sign=lambda message: (row.kid, sm2.sign(key, message)),
    )


def type_metadata(code: str) -> dict[str, object] | None:
    """What the ``vct`` of a type answers; None when there is no such type."""
    kind = LicenceType.objects.filter(code=code).first()
    if kind is None:
        return None
    issuer = proof_keys.trust().issuer
    return credential.type_metadata(issuer, kind.code, kind.name, kind.fields)
