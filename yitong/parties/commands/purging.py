"""Forget how people logged in, once nobody needs to know it any more."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Model, QuerySet

from yitong.audit.commands import record
from yitong.parties.models import LoginAttempt, OneTimeCode
from yitong.parties.rules.login_limits import ATTEMPTS_KEPT, CODES_KEPT

BATCH = 5_000


def forget_log_ins(*, now: datetime, batch: int = BATCH) -> int:
    """Delete log-in attempts and one-time codes older than they are kept; returns how many rows went.

    Batch by batch, each in a transaction of its own: a log-in waits for none of it, and a worker that dies in the middle
    leaves the rest for the next run. Safe to repeat. That somebody logged in stays in the log.
    """
    attempts = _forget(LoginAttempt.objects.filter(at__lt=now - ATTEMPTS_KEPT), batch)
    codes = _forget(OneTimeCode.objects.filter(sent_at__lt=now - CODES_KEPT, expires_at__lt=now), batch)
    if attempts or codes:
        detail = {"attempts": attempts, "codes": codes}
        record(
            actor_ref="system:log-ins",
            tag="parties:log_ins:forgotten",
            subject="parties:log-ins",
            detail=detail,
            now=now,
        )
    return attempts + codes


def _forget(old: QuerySet[Model], batch: int) -> int:
    total = 0
    # By id: rows come in the order of time, so that each batch is found at the beginning of the table.
    while ids := list(old.order_by("pk").values_list("pk", flat=True)[:batch]):
        total += old.model._default_manager.filter(pk__in=ids).delete()[0]
    return total
