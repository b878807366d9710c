"""What the local provider would have sent."""

from __future__ import annotations

from django.db import models


class LocalDelivery(models.Model):
    """One row is one message the local provider took. The key is the sender's: handed in twice, it appears once."""

    idempotency_key = models.CharField(max_length=64, unique=True)
    channel = models.CharField(max_length=10)
    address = models.CharField(max_length=254)
    title = models.CharField(max_length=500, blank=True)
    text = models.TextField()
    taken_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["address", "-id"], name="notifications_local_address")]

    def __str__(self) -> str:
        return f"{self.channel} {self.idempotency_key}"
