"""Writes of the documents context. ``uploads`` and ``templates`` are called by their module."""

from yitong.documents.commands.issuing import issue, revoke, undrawable_refusal
from yitong.documents.commands.retrying import retry, retry_all
from yitong.documents.commands.sealing import seal_pending

__all__ = ["issue", "retry", "retry_all", "revoke", "seal_pending", "undrawable_refusal"]
