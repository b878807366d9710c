"""Reads of the notifications context."""

from yitong.notifications.queries.messages import (
    DeliveryFilters,
    Page,
    counts_by_state,
    deliveries,
    local_outbox,
    mine,
    on_its_way,
    unread_count,
)

__all__ = [
    "DeliveryFilters",
    "Page",
    "counts_by_state",
    "deliveries",
    "local_outbox",
    "mine",
    "on_its_way",
    "unread_count",
]
