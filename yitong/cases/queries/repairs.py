"""Requests for credit repair that wait for an answer."""

from __future__ import annotations

from dataclasses import dataclass

from yitong.cases.models import CreditRepair
from yitong.cases.permissions import repairs_visible_to
from yitong.parties.actors import Actor

PAGE_SIZE = 20


@dataclass(frozen=True, slots=True)
class RepairPage:
    """One page of requests, the oldest first, each with its case. ``more``: whether a next page exists."""

    rows: list[CreditRepair]
    page: int
    more: bool


def waiting_repairs(actor: Actor, page: int) -> RepairPage:
    """Unanswered requests ``actor`` may decide. One query."""
    page = max(page, 1)
    rows = repairs_visible_to(actor).filter(state="requested").select_related("case", "stored_file")
    start = (page - 1) * PAGE_SIZE
    found = list(rows.order_by("requested_at", "id")[start : start + PAGE_SIZE + 1])
    return RepairPage(found[:PAGE_SIZE], page, len(found) > PAGE_SIZE)
