"""Reads of the audit log."""

from yitong.audit.queries.receipts import details_of, receipt
from yitong.audit.queries.searching import EntryReceipt, Filters, Page, entry_receipt, search
from yitong.audit.queries.tree import checkpoint_data, consistency, latest_checkpoint

__all__ = [
    "EntryReceipt",
    "Filters",
    "Page",
    "checkpoint_data",
    "consistency",
    "details_of",
    "entry_receipt",
    "latest_checkpoint",
    "receipt",
    "search",
]
