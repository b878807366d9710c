"""What a provider is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Parcel:
    """One message for a provider. ``key`` is the same at every attempt: a provider that knows it sends once."""

    key: str
    channel: str
    address: str
    title: str
    text: str


class DeliveryFailed(Exception):
    """Not delivered now; worth another attempt. The message says why, without personal data."""


class DeliveryImpossible(Exception):
    """Never deliverable, such as a number that does not exist; no further attempt. The message says why."""


class Provider(Protocol):
    """Hands a parcel to a carrier. Must time out within 5 seconds: a batch of 20 has to fit into the worker's lease."""

    def deliver(self, parcel: Parcel, now: datetime) -> str:
        """The carrier's reference. Raises DeliveryFailed or DeliveryImpossible. Called outside any transaction."""
        ...
