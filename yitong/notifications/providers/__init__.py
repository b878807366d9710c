"""Ways out of the platform. Which one a channel takes is the setting YITONG_MESSAGE_PROVIDERS."""

from __future__ import annotations

from django.conf import settings
from django.utils.module_loading import import_string

from yitong.notifications.providers.base import DeliveryFailed, DeliveryImpossible, Parcel, Provider

LOCAL = "yitong.notifications.providers.local.LocalProvider"

__all__ = ["DeliveryFailed", "DeliveryImpossible", "Parcel", "Provider", "provider_for"]


def provider_for(channel: str) -> Provider:
    """The provider of ``channel``: a dotted path in YITONG_MESSAGE_PROVIDERS, by default the local one."""
    chosen = getattr(settings, "YITONG_MESSAGE_PROVIDERS", {}).get(channel, LOCAL)
    provider: Provider = import_string(chosen)()
    return provider
