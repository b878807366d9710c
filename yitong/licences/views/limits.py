"""The limit of public verification, counted together with that of documents."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone

from yitong.documents.commands import lookups


def over_limit(request: HttpRequest) -> bool:
    """Count this question; True once its address asks too much."""
    forwarded = request.META.get("HTTP_X_FORWARDED_FOR", "")
    behind_proxy = forwarded and getattr(settings, "SECURE_PROXY_SSL_HEADER", None)
    # Behind a proxy the last entry is the one the proxy itself wrote.
    address = forwarded.rsplit(",", 1)[-1].strip() if behind_proxy else request.META.get("REMOTE_ADDR", "")
    return not lookups.allowed(address=str(address), now=timezone.now())
