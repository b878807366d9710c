"""Who is asking: access tokens for client credentials (RFC 6749 4.4), checked and counted at every request."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from dataclasses import dataclass
from datetime import datetime
from functools import cache

from django.conf import settings
from django.db import transaction

from yitong.audit.commands import record
from yitong.exchange.commands import counting
from yitong.exchange.commands.uses import log_use
from yitong.exchange.models import ApiClient
from yitong.exchange.refusals import TOKEN_PROBLEMS, WRONG_SECRET, OutwardRefused
from yitong.exchange.rules import quota, tokens
from yitong.exchange.rules.secrets_kept import hashed, matches
from yitong.kernel.reasons import N_, Reason
from yitong.storage import reading

TOKENS_A_MINUTE = 30
"""Requests for tokens from one address, good or bad: nobody needs more, and guessing gets nowhere."""
_SOMEBODY = "?"
_NOBODY = hashed("nobody has this secret")


@dataclass(frozen=True, slots=True)
class AccessToken:
    """``seconds``: how long it lives."""

    token: str
    seconds: int


def issue_token(*, client_id: str, secret: str, address: str, now: datetime) -> AccessToken:
    """A token for who knows the secret. OutwardRefused: 401 (unknown or wrong, shut out), 429 (too many from the address)."""
    made = counting.count(_mark(address), now)
    if made[quota.MINUTE] > TOKENS_A_MINUTE:
        wait = quota.seconds_to_wait(quota.minute_of(now), now)
        text = N_(
            "Too many requests for tokens from this address. A token lives for minutes: keep it and use it again."
        )
        raise OutwardRefused(429, Reason("too_many_tokens", text), retry_after=wait)
    client = ApiClient.objects.filter(client_id=client_id).first()
    # Compared in any case, so that an unknown client id takes as long as a wrong secret.
    if not matches(secret, client.secret_hash if client else _NOBODY) or client is None:
        raise OutwardRefused(401, WRONG_SECRET)
    _require_active(client)
    token_id = secrets.token_hex(8)
    token = tokens.make(
        _key(), client_id=client.client_id, generation=client.generation, token_id=token_id, now=now,
        seconds=client.token_seconds,
    )  # fmt: skip
    with transaction.atomic():
        record(
            actor_ref=f"client:{client.pk}",
            tag="exchange:token:issued",
            subject=f"client:{client.pk}",
            detail={"token": token_id},
            now=now,
        )
    return AccessToken(token, client.token_seconds)


def client_of(*, token: str, address: str, now: datetime) -> ApiClient:
    """The client a request comes from, counted against its quota. OutwardRefused: 401, or 429 with how long to wait.

    A request over the quota is counted on and logged once a window: the log must not be what a flood fills.
    """
    try:
        claims = tokens.read(_key(), token, now)
    except tokens.BadToken as bad:
        raise OutwardRefused(401, Reason("invalid_token", TOKEN_PROBLEMS[bad.code])) from None
    client = _client(claims.client_id)
    if client is None or client.generation != claims.generation:
        raise OutwardRefused(401, Reason("invalid_token", TOKEN_PROBLEMS["replaced"]))
    _require_active(client)
    usage = counting.count_client(client, now)
    if over := usage.over():
        window = quota.day_of(now) if over == quota.DAY else quota.minute_of(now)
        first = usage.today == usage.per_day + 1 if over == quota.DAY else usage.this_minute == usage.per_minute + 1
        if first:
            log_use(client, way="", outcome=f"quota_{over}", status=429, address=address, now=now)
        raise OutwardRefused(429, _quota_reason(client, over), retry_after=quota.seconds_to_wait(window, now))
    return client


def _client(client_id: str) -> ApiClient | None:
    found = _statement().rows({_SOMEBODY: client_id})
    return reading.with_related(ApiClient, found[0], "department") if found else None


@cache
def _statement() -> reading.Statement:
    return reading.statement(ApiClient.objects.select_related("department").filter(client_id=_SOMEBODY).order_by())


def _quota_reason(client: ApiClient, over: str) -> Reason:
    if over == quota.DAY:
        text = N_("Your system may ask %(most)s times a day and has done so. Go on tomorrow, or apply for more.")
        return Reason("quota_day", text, params={"most": client.per_day})
    text = N_("Your system may ask %(most)s times a minute. Wait for the seconds named in Retry-After.")
    return Reason("quota_minute", text, params={"most": client.per_minute})


def _require_active(client: ApiClient) -> None:
    if not client.active:
        reason = Reason("invalid_client", TOKEN_PROBLEMS["client_disabled"], params={"why": client.disabled_reason})
        raise OutwardRefused(401, reason)


def _key() -> bytes:
    return hmac.digest(settings.SECRET_KEY.encode(), b"yitong.exchange access token", hashlib.sha256)


def _mark(address: str) -> str:
    """An address is counted by its keyed hash and forgotten within minutes."""
    return f"address:{hmac.digest(settings.SECRET_KEY.encode(), address.encode(), hashlib.sha256).hex()[:40]}"
