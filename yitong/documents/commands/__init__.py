"""Writes of the documents context. ``uploads`` and ``templates`` are called by their module."""

from yitong.documents.commands.issuing import issue, revoke, undrawable_refusal
from yitong.documents.commands.sealing import retry, seal_pending

__all__ = ["issue", "retry", "revoke", "seal_pending", "undrawable_refusal"]
