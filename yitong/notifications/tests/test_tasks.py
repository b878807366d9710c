"""The worker runs both rounds by itself, and often."""

import itertools
from datetime import UTC, datetime

import croniter
import pytest
from procrastinate.contrib.django import app

from yitong.audit import tasks as audit_tasks
from yitong.audit.commands import record
from yitong.audit.models import Entry
from yitong.notifications import tasks
from yitong.notifications.commands import Recipient, send
from yitong.notifications.models import LocalDelivery


@pytest.mark.parametrize(("name", "seconds"), [("notifications.drain", 2), ("audit.sequence", 3)])
def test_a_round_starts_every_few_seconds_and_does_not_pile_up(name, seconds):
    periodic = {p.task.queueing_lock: p for p in app.periodic_registry.periodic_tasks.values()}[name]
    rounds = croniter.croniter(periodic.cron, datetime(2026, 9, 24, 7, 1, 0, tzinfo=UTC))
    starts = [rounds.get_next(float) for _ in range(100)]
    assert max(b - a for a, b in itertools.pairwise(starts)) <= seconds


@pytest.mark.django_db
def test_the_rounds_deliver_and_sequence():
    now = datetime(2026, 9, 24, 7, 0, tzinfo=UTC)
    record(actor_ref="staff:7", tag="cases:case:closed", subject="case:1", detail={}, now=now)
    send(
        template="login_code",
        recipient=Recipient(phone="13800000001"),
        context={"code": "246810", "minutes": 5},
        dedup_key="code:1",
        channels=("sms",),
        now=now,
    )
    assert tasks.drain(timestamp=0) == 1
    assert audit_tasks.sequence(timestamp=0) == 1
    assert LocalDelivery.objects.count() == 1
    assert not Entry.objects.filter(index__isnull=True).exists()
