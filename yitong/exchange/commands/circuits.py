"""The circuit breaker in the database: one row a connector, shared by every process."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q

from yitong.audit.commands import record
from yitong.exchange.events import CircuitClosed, CircuitOpened
from yitong.exchange.models import Circuit, Connector
from yitong.exchange.rules import breaker
from yitong.kernel.events import publish


def value_of(row: Circuit) -> breaker.Circuit:
    """The row as the rules know it."""
    return breaker.Circuit(
        breaker.State(row.state), row.failures, row.openings, retry_at=row.retry_at, probe_until=row.probe_until
    )


def pass_gate(row: Circuit, now: datetime, longest: timedelta) -> breaker.Gate:
    """What a request may do. A closed circuit costs nothing; of many that find the wait over, one becomes the probe."""
    found = breaker.gate(value_of(row), now)
    if found is not breaker.Gate.PROBE:
        return found
    until = breaker.probing(value_of(row), now, longest).probe_until
    won = Circuit.objects.filter(
        Q(state="open", retry_at__lte=now) | Q(state="half_open", probe_until__lte=now), pk=row.pk
    ).update(state="half_open", probe_until=until, changed_at=now)
    return breaker.Gate.PROBE if won else breaker.Gate.PROBING


@transaction.atomic
def settle(connector: Connector, *, ok: bool, probe: bool, now: datetime) -> None:
    """Write what one request says about the source. A success on a closed circuit without failures writes nothing."""
    if ok and not probe and not Circuit.objects.filter(pk=connector.pk, state="closed", failures__gt=0).exists():
        return
    row = Circuit.objects.select_for_update().get(pk=connector.pk)
    before = value_of(row)
    after = breaker.after(before, ok=ok, probe=probe, now=now)
    if after == before:
        return
    row.state, row.failures, row.openings = after.state, after.failures, after.openings
    row.retry_at, row.probe_until, row.changed_at = after.retry_at, after.probe_until, now
    row.save()
    if after.state is breaker.State.OPEN and after.retry_at is not None:
        _tell(connector, "exchange:circuit:opened", {"openings": after.openings}, now)
        publish(CircuitOpened(connector.code, after.retry_at, now))
    elif after.state is breaker.State.CLOSED and before.state is not breaker.State.CLOSED:
        _tell(connector, "exchange:circuit:closed", {}, now)
        publish(CircuitClosed(connector.code, now))


def _tell(connector: Connector, tag: str, detail: dict[str, int], now: datetime) -> None:
    record(actor_ref="system:exchange", tag=tag, subject=f"connector:{connector.code}", detail=detail, now=now)
