"""The log as supervisors and administrators search it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from yitong.audit.models import Entry
from yitong.audit.permissions import Reader, require_view
from yitong.audit.queries.receipts import receipt_of
from yitong.audit.queries.tree import latest_checkpoint

PAGE_SIZE = 50
MAX_ID = 2**63 - 1
"""An address can hold a larger number than the column; such an entry does not exist."""

_LOCAL = ZoneInfo("Asia/Shanghai")


@dataclass(frozen=True, slots=True)
class Filters:
    """Empty means any. ``tag`` may be a beginning (``cases:``); ``from_on`` and ``until_on`` are both included.

    ``tags``: any one of these, None for all; empty finds nothing.
    """

    tag: str = ""
    tags: frozenset[str] | None = None
    subject: str = ""
    actor_ref: str = ""
    from_on: date | None = None
    until_on: date | None = None


@dataclass(frozen=True, slots=True)
class Page:
    """Newest first. ``older`` is the id to pass as ``before`` for the next page, None on the last one."""

    entries: tuple[Entry, ...]
    older: int | None


def search(actor: Reader, filters: Filters, before: int | None = None) -> Page:
    """One page of entries with an id below ``before``. NotAllowed without ``audit:entry:view``.

    Paged by id, not by offset: the log grows while it is read, and its thousandth page costs what the first one does.
    """
    require_view(actor)
    found = Entry.objects.order_by("-id")
    if filters.tag.endswith(":"):
        found = found.filter(tag__startswith=filters.tag)
    elif filters.tag:
        found = found.filter(tag=filters.tag)
    if filters.tags is not None:
        found = found.filter(tag__in=filters.tags)
    if filters.subject:
        found = found.filter(subject=filters.subject)
    if filters.actor_ref:
        found = found.filter(actor_ref=filters.actor_ref)
    if filters.from_on:
        found = found.filter(at__gte=_start(filters.from_on))
    if filters.until_on:
        found = found.filter(at__lt=_start(filters.until_on + timedelta(days=1)))
    if before is not None:
        found = found.filter(pk__lt=before)
    entries = tuple(found[: PAGE_SIZE + 1])
    return Page(entries[:PAGE_SIZE], entries[PAGE_SIZE - 1].pk if len(entries) > PAGE_SIZE else None)


@dataclass(frozen=True, slots=True)
class EntryReceipt:
    """An entry and, once it is sequenced, its receipt. ``damaged``: it is sequenced, and its proof cannot be made."""

    entry: Entry
    receipt: dict[str, Any] | None
    damaged: bool = False


def entry_receipt(actor: Reader, entry_id: int) -> EntryReceipt | None:
    """One entry with its receipt, None when there is no such entry. NotAllowed without ``audit:entry:view``."""
    require_view(actor)
    entry = Entry.objects.filter(pk=min(entry_id, MAX_ID)).first()
    if entry is None:
        return None
    newest = latest_checkpoint()
    sequenced = newest is not None and entry.index is not None
    if not sequenced or newest is None:
        return EntryReceipt(entry, None)
    try:
        return EntryReceipt(entry, receipt_of(entry, newest))
    except LookupError:
        # A node of the tree is gone. The page must say so: it is what the log is there to show.
        return EntryReceipt(entry, None, damaged=True)


def _start(on: date) -> datetime:
    return datetime.combine(on, time.min, _LOCAL)
