"""Providers that misbehave, for tests only."""

from yitong.notifications.models import Message
from yitong.notifications.providers.base import DeliveryFailed, DeliveryImpossible
from yitong.notifications.providers.local import LocalProvider

HERE = __name__


class WorkerKilled(BaseException):
    """As kill -9: nothing of ours runs afterwards."""


class Failing:
    def deliver(self, parcel, now):
        raise DeliveryFailed("the carrier is busy")


class Refusing:
    def deliver(self, parcel, now):
        raise DeliveryImpossible("no such number")


class Broken:
    def deliver(self, parcel, now):
        raise ConnectionResetError("connection reset")


class DyingAfterTaking(LocalProvider):
    def deliver(self, parcel, now):
        super().deliver(parcel, now)
        raise WorkerKilled


class Watching(LocalProvider):
    """Notes whether a transaction is open and whether others see the message as being sent."""

    seen: list = []

    def deliver(self, parcel, now):
        from django.db import connection

        state = Message.objects.get(pk=int(parcel.key.split(":")[1])).state
        self.seen.append((connection.in_atomic_block, state))
        return super().deliver(parcel, now)
