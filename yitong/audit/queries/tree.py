"""Nodes, checkpoints and consistency proofs of the log."""

from __future__ import annotations

import base64
from typing import Any

from yitong.audit.models import Checkpoint, Node, SigningKey
from yitong.audit.rules.checkpoint import ORIGIN
from yitong.audit.rules.leaf import instant_text
from yitong.kernel import merkle


class NoSuchSize(ValueError):
    """The log was never that large; the message says how large it is."""


def get_node(level: int, index: int) -> bytes:
    """Hash of one complete node; LookupError when it is not stored, which means that the tree is damaged."""
    try:
        return bytes(Node.objects.values_list("hash", flat=True).get(level=level, index=index))
    except Node.DoesNotExist:
        raise LookupError(f"the audit tree has no node {index} on level {level}") from None


def latest_checkpoint() -> Checkpoint | None:
    """The newest signed checkpoint with its key; None before the first batch."""
    return Checkpoint.objects.select_related("key").order_by("-size").first()


def is_our_key(key_id: str) -> bool:
    """Whether this platform signs or signed with the key named ``key_id``."""
    return SigningKey.objects.filter(pk=key_id).exists()


def checkpoint_data(checkpoint: Checkpoint) -> dict[str, Any]:
    """``checkpoint`` as JSON types: ``{origin, size, root, signedAt, signature, keyId, publicKey}``, bytes base64."""
    return {
        "origin": ORIGIN,
        "size": checkpoint.size,
        "root": text_of(checkpoint.root),
        "signedAt": instant_text(checkpoint.signed_at),
        "signature": text_of(checkpoint.signature),
        "keyId": checkpoint.key.key_id,
        "publicKey": text_of(checkpoint.key.public_key),
    }


def consistency(size: int) -> dict[str, Any]:
    """Proof that the log of ``size`` leaves is a beginning of the newest checkpoint: the public vectors' JSON form.

    ``{size1, size2, root1, root2, proof, checkpoint}``. NoSuchSize when ``size`` is not from 1 to the newest size.
    """
    newest = latest_checkpoint()
    if newest is None or not 0 < size <= newest.size:
        raise NoSuchSize(f"the log has {newest.size if newest else 0} entries; write a size from 1 to that, not {size}")
    return {
        "size1": size,
        "size2": newest.size,
        "root1": text_of(merkle.root_from_nodes(size, get_node)),
        "root2": text_of(newest.root),
        "proof": [text_of(node) for node in merkle.consistency_proof(size, newest.size, get_node)],
        "checkpoint": checkpoint_data(newest),
    }


def text_of(data: bytes | memoryview) -> str:
    """``data`` in base64."""
    return base64.b64encode(bytes(data)).decode()
