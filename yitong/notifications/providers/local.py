"""The local provider: keeps what would have been sent, for the outbox page."""

from __future__ import annotations

from datetime import datetime

from yitong.notifications.models import LocalDelivery
from yitong.notifications.providers.base import Parcel


class LocalProvider:
    """Takes everything. A parcel handed in twice, because the worker died before it noted the first, stays one row."""

    def deliver(self, parcel: Parcel, now: datetime) -> str:
        LocalDelivery.objects.bulk_create(
            [
                LocalDelivery(
                    idempotency_key=parcel.key,
                    channel=parcel.channel,
                    address=parcel.address,
                    title=parcel.title,
                    text=parcel.text,
                    taken_at=now,
                )
            ],
            ignore_conflicts=True,
        )
        return f"local:{parcel.key}"
