"""Check a receipt with nothing but the file and, better, the platform's public key. No Django, no network."""

from __future__ import annotations

import base64
import binascii
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from yitong.audit.rules.checkpoint import ORIGIN, key_id_of, signed_bytes
from yitong.audit.rules.leaf import RECEIPT_FORMAT, leaf_bytes
from yitong.kernel.merkle import ProofError, leaf_hash, verify_inclusion
from yitong.kernel.reasons import N_, Reason

MAX_BYTES = 1_000_000


class Unreadable(ValueError):
    """Not a receipt; the message names the field and the remedy."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """``why`` is None when valid. ``key_trusted``: checked against a key the reader brought, not the file's own."""

    valid: bool
    why: Reason | None = None
    key_id: str = ""
    key_trusted: bool = False
    entry: dict[str, Any] | None = None
    size: int | None = None
    signed_at: str = ""

    @property
    def reason(self) -> str:
        """Why it is not valid, in English; empty when it is."""
        return str(self.why or "")


def read_receipt(path: str | Path) -> dict[str, Any]:
    """The receipt in the file at ``path``; Unreadable when there is none."""
    try:
        with Path(path).open("rb") as file:
            content = file.read(MAX_BYTES + 1)
    except (OSError, ValueError) as error:
        raise Unreadable(f"the file cannot be read: {getattr(error, 'strerror', None) or error}") from None
    return parse_receipt(content)


def parse_receipt(content: bytes) -> dict[str, Any]:
    """The receipt in ``content`` (JSON in UTF-8, at most MAX_BYTES); Unreadable when it is none."""
    if len(content) > MAX_BYTES:
        raise Unreadable(f"larger than {MAX_BYTES} bytes, so it is not a receipt")
    try:
        document = json.loads(content.decode("utf-8-sig"), object_pairs_hook=_no_duplicates)
    except (ValueError, RecursionError) as error:
        raise Unreadable(f"not JSON in UTF-8: {error}") from None
    if not isinstance(document, dict) or document.get("format") != RECEIPT_FORMAT:
        raise Unreadable(f"not a receipt: it must be one JSON object whose format is {RECEIPT_FORMAT}")
    return document


def read_key(text: str) -> bytes:
    """A raw Ed25519 public key from its base64; Unreadable when it is not one."""
    try:
        key = base64.b64decode(text.strip(), validate=True)
    except (binascii.Error, ValueError):
        key = b""
    if len(key) != 32:
        raise Unreadable("the key must be the 44 base64 characters that `yitong audit public-key` prints")
    return key


def verify(document: dict[str, Any], trusted_key: bytes | None = None) -> Verdict:
    """Check entry → leaf → root → signature. ``trusted_key``: raw public key; without it the receipt's own is used.

    Without a trusted key a valid verdict says that the receipt is whole, not who signed it. Raises Unreadable for a
    missing or malformed field.
    """
    checkpoint = _part(document, "checkpoint")
    public_key = _data(checkpoint, "publicKey", 32)
    try:
        _check_leaf(document)
        _check_root(document, checkpoint)
        _check_signature(checkpoint, public_key, trusted_key)
    except ProofError as error:
        return Verdict(
            False, Reason("proof", error.reason, params=error.params), key_id_of(public_key), trusted_key is not None
        )
    return Verdict(
        valid=True,
        key_id=key_id_of(public_key),
        key_trusted=trusted_key is not None,
        entry=_part(document, "entry"),
        size=_number(checkpoint, "size"),
        signed_at=_text(checkpoint, "signedAt"),
    )


def _check_leaf(document: dict[str, Any]) -> None:
    try:
        content = leaf_bytes(_part(document, "entry"))
    except (ValueError, TypeError, RecursionError) as error:
        raise Unreadable(f"entry: {error}") from None
    if leaf_hash(content) != _data(document, "leafHash", 32):
        raise ProofError(N_("The entry was changed: its hash is not the leaf hash."))


def _check_root(document: dict[str, Any], checkpoint: dict[str, Any]) -> None:
    proof = document.get("proof")
    if not isinstance(proof, list):
        raise Unreadable("proof must be a list of base64 strings")
    size, root = _number(document, "treeSize"), _data(document, "root", 32)
    hashes = [_decoded(item, f"proof[{place}]", 32) for place, item in enumerate(proof)]
    verify_inclusion(_number(document, "leafIdx"), size, root, _data(document, "leafHash", 32), hashes)
    if (size, root) != (_number(checkpoint, "size"), _data(checkpoint, "root", 32)):
        raise ProofError(N_("The proof leads to another tree than the signed checkpoint."))


def _check_signature(checkpoint: dict[str, Any], public_key: bytes, trusted_key: bytes | None) -> None:
    if trusted_key is not None and trusted_key != public_key:
        raise ProofError(N_("The checkpoint is signed with another key than the one given."))
    if checkpoint.get("origin") != ORIGIN or checkpoint.get("keyId") != key_id_of(public_key):
        raise ProofError(N_("The checkpoint names another log or another key than the one that signed it."))
    content = signed_bytes(_number(checkpoint, "size"), _data(checkpoint, "root", 32), _text(checkpoint, "signedAt"))
    try:
        Ed25519PublicKey.from_public_bytes(public_key).verify(_data(checkpoint, "signature", 64), content)
    except (InvalidSignature, ValueError):
        raise ProofError(N_("The signature of the checkpoint is not valid.")) from None


def _no_duplicates(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """A repeated key would let two readers see two different entries in one receipt."""
    document = dict(pairs)
    if len(document) != len(pairs):
        raise ValueError("a key stands twice in one object")
    return document


def _part(document: dict[str, Any], name: str) -> dict[str, Any]:
    value = document.get(name)
    if not isinstance(value, dict):
        raise Unreadable(f"{name} must be an object")
    return value


def _number(document: dict[str, Any], name: str) -> int:
    value = document.get(name)
    if not isinstance(value, int) or isinstance(value, bool):
        raise Unreadable(f"{name} must be a whole number")
    return value


def _text(document: dict[str, Any], name: str) -> str:
    value = document.get(name)
    if not isinstance(value, str) or not value or len(value) > 64:
        raise Unreadable(f"{name} must be a text")
    try:
        value.encode()
    except UnicodeEncodeError:
        raise Unreadable(f"{name} must be a text") from None
    return value


def _data(document: dict[str, Any], name: str, length: int) -> bytes:
    return _decoded(document.get(name), name, length)


def _decoded(value: Any, name: str, length: int) -> bytes:
    if isinstance(value, str):
        try:
            data = base64.b64decode(value, validate=True)
        except (binascii.Error, ValueError):
            data = b""
        if len(data) == length:
            return data
    raise Unreadable(f"{name} must be {length} bytes in base64")
