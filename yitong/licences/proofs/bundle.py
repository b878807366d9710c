"""The SM2 pair as one zip: the sealed PDF, the metadata, the signature, the public key, and how to check them."""

from __future__ import annotations

import io
import zipfile
import zlib
from dataclasses import dataclass

from yitong.licences.proofs import sm2

PDF, METADATA, SIGNATURE, KEY, README = "licence.pdf", "metadata.json", "signature.der", "sm2.pem", "README.txt"
# openssl 3; without the distid it takes another signer and says "Verification failure".
COMMAND = f"openssl dgst -sm3 -verify {KEY} -signature {SIGNATURE} -sigopt distid:{sm2.SIGNER_ID} {METADATA}"
DIGESTS = (f"openssl dgst -sha256 {PDF}", f"openssl dgst -sm3 {PDF}")
MOST_BYTES = 64 << 20
_WHEN = (1980, 1, 1, 0, 0, 0)
_README = f"""本压缩包用国密 SM2 算法证明一份电子证照。

{PDF}        加盖电子印章的证照原件
{METADATA}      证照的元数据和原件的 SHA-256、SM3 摘要
{SIGNATURE}      对 {METADATA} 的 SM2 签名（SM3 摘要，DER 编码）
{KEY}            平台的 SM2 公钥；请与平台公布的公钥比对，不要只信压缩包里的这一份

核对签名（OpenSSL 3），应显示 Verified OK：
  {COMMAND}

核对原件，结果应与 {METADATA} 中 pdf 一项的 sha256、sm3 相同：
  {DIGESTS[0]}
  {DIGESTS[1]}

签名只证明未被改动；证照此后是否被撤销、注销或者挂失，请在平台的核验页面查询。
"""


@dataclass(frozen=True, slots=True)
class Pair:
    """``pdf`` may be missing: then only the metadata can be checked. ``key`` is not believed, only compared."""

    metadata: bytes
    signature: bytes
    pdf: bytes | None


def write(pair: Pair, public_key: bytes) -> bytes:
    """The zip; the same contents give the same bytes."""
    parts = {METADATA: pair.metadata, SIGNATURE: pair.signature, KEY: public_key, README: _README.encode()}
    if pair.pdf is not None:
        parts[PDF] = pair.pdf
    return zipped(parts)


def zipped(parts: dict[str, bytes]) -> bytes:
    """A zip of ``parts`` without the clock in it."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(zipfile.ZipInfo(name, _WHEN), content, zipfile.ZIP_DEFLATED)
    return out.getvalue()


def read(content: bytes) -> Pair | None:
    """The pair in a zip, or None when it is not one of these."""
    parts = unzipped(content, {METADATA, SIGNATURE, PDF})
    if parts is None or METADATA not in parts or SIGNATURE not in parts:
        return None
    return Pair(parts[METADATA], parts[SIGNATURE], parts.get(PDF))


def unzipped(content: bytes, wanted: set[str] | None = None) -> dict[str, bytes] | None:
    """The ``wanted`` (None: all) files of a zip; None when it is none, or too large to be one of ours."""
    if not content.startswith(b"PK"):
        return None
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            listed = [info for info in archive.infolist() if wanted is None or info.filename in wanted]
            # What the directory says of the sizes may be a lie; reading stops there all the same.
            if len(listed) > 100 or sum(info.file_size for info in listed) > MOST_BYTES:
                return None
            return {info.filename: archive.read(info) for info in listed}
    except (zipfile.BadZipFile, ValueError, RuntimeError, NotImplementedError, EOFError, OSError, zlib.error):
        return None
