"""Receipts: an entry that anybody can check without asking us."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from yitong.audit.models import Checkpoint, Entry
from yitong.audit.queries.tree import checkpoint_data, get_node, latest_checkpoint, text_of
from yitong.audit.rules.leaf import RECEIPT_FORMAT
from yitong.kernel import merkle


def receipt(subject: str, tag: str | None = None) -> dict[str, Any] | None:
    """Receipt for the newest sequenced entry about ``subject`` (with ``tag``), that ``yitong audit verify`` checks.

    None when there is none yet: entries are sequenced some seconds after the act. The caller checks that its reader may
    see ``subject``.
    """
    newest = latest_checkpoint()
    if newest is None:
        return None
    entries = Entry.objects.filter(subject=subject, index__lt=newest.size)
    if tag is not None:
        entries = entries.filter(tag=tag)
    entry = entries.order_by("-id").first()
    return None if entry is None else receipt_of(entry, newest)


def receipt_of(entry: Entry, checkpoint: Checkpoint) -> dict[str, Any]:
    """Receipt of a sequenced ``entry`` in the tree of ``checkpoint``: the public vectors' inclusion form and more.

    ``{format, entry, leafIdx, treeSize, root, leafHash, proof, checkpoint}``, bytes in base64.
    """
    assert entry.index is not None and entry.leaf_hash is not None
    proof = merkle.inclusion_proof(entry.index, checkpoint.size, get_node)
    return {
        "format": RECEIPT_FORMAT,
        "entry": entry.leaf_data(),
        "leafIdx": entry.index,
        "treeSize": checkpoint.size,
        "root": text_of(checkpoint.root),
        "leafHash": text_of(entry.leaf_hash),
        "proof": [text_of(node) for node in proof],
        "checkpoint": checkpoint_data(checkpoint),
    }


def details_of(subjects: Sequence[str], *, tag: str) -> dict[str, dict[str, Any]]:
    """Subject → detail of its newest entry with ``tag``, for contexts that compare their rows with the log. One statement."""
    rows = Entry.objects.filter(subject__in=list(subjects), tag=tag).order_by("id")
    return dict(rows.values_list("subject", "detail"))
