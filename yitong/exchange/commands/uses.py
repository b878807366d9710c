"""The log of what outside systems asked."""

from __future__ import annotations

import ipaddress
from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from yitong.audit.commands import record
from yitong.exchange.models import ApiClient, ClientUse
from yitong.storage.inserting import insert_now


def log_use(
    client: ApiClient,
    *,
    way: str,
    type_code: str = "",
    fields: Sequence[str] = (),
    consent_id: int | None = None,
    case_number: str = "",
    purpose: str = "",
    identifiers: Sequence[str] = (),
    outcome: str,
    status: int,
    address: str,
    now: datetime,
) -> ClientUse:
    """Write down one request, answered or refused, here and in the audit log."""
    with transaction.atomic(savepoint=False):
        use = ClientUse(
            client=client,
            at=now,
            way=way,
            type_code=type_code[:21],
            fields=list(fields)[:100],
            consent_id=consent_id,
            case_number=case_number[:50],
            purpose=purpose[:200],
            identifiers=list(identifiers),
            outcome=outcome[:40],
            status=status,
            address=_address(address),
        )
        insert_now(use)
        record(
            actor_ref=f"client:{client.pk}",
            tag="exchange:client:answered" if status < 400 else "exchange:client:refused",
            subject=f"client:{client.pk}",
            detail={"use": use.pk, "way": way, "outcome": outcome, "type": type_code, "consent": consent_id},
            now=now,
        )
    return use


def _address(text: str) -> str | None:
    try:
        return str(ipaddress.ip_address(text))
    except ValueError:
        return None
