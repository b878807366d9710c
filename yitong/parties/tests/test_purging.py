"""Old log-in attempts and codes are forgotten, the others stay."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from procrastinate.contrib.django import app

from tests.cast import NOW, PASSWORD, Cast
from yitong.audit.models import Entry
from yitong.parties import tasks
from yitong.parties.commands.purging import forget_log_ins
from yitong.parties.commands.sessions import log_in_with_password
from yitong.parties.models import LoginAttempt, OneTimeCode

DAY = timedelta(days=1)


def attempt(days: int) -> LoginAttempt:
    at = NOW - days * DAY
    return LoginAttempt.objects.create(provider="password", subject="wangqiang", address="::1", succeeded=False, at=at)


def code(days: int, state: str = "used") -> OneTimeCode:
    sent = NOW - days * DAY - timedelta(minutes=1)
    return OneTimeCode.objects.create(
        phone="13800000001",
        code_hash="0" * 64,
        address="::1",
        state=state,
        sent_at=sent,
        expires_at=sent + timedelta(minutes=5),
    )


@pytest.mark.django_db
def test_what_is_older_than_it_is_kept_goes_batch_by_batch(tags: Any) -> None:
    kept = [attempt(89), attempt(0)]
    for days in (91, 100, 120, 400, 95):
        attempt(days)
    code(0), code(1), code(2, "open"), code(30)
    assert forget_log_ins(now=NOW, batch=2) == 8
    assert list(LoginAttempt.objects.order_by("id")) == kept
    assert OneTimeCode.objects.count() == 1
    assert tags() == ["parties:log_ins:forgotten"]
    assert Entry.objects.get().detail == {"attempts": 5, "codes": 3}


@pytest.mark.django_db
def test_forgetting_again_does_nothing_and_says_nothing(tags: Any) -> None:
    attempt(91)
    assert forget_log_ins(now=NOW) == 1
    assert forget_log_ins(now=NOW) == 0
    assert tags() == ["parties:log_ins:forgotten"]


def test_a_running_lock_out_is_not_forgotten(cast: Cast) -> None:
    from yitong.kernel.reasons import Refused

    for _ in range(5):
        attempt(0)
    forget_log_ins(now=NOW)
    with pytest.raises(Refused, match="Too many wrong tries"):
        log_in_with_password(username="wangqiang", password=PASSWORD, address="::2", now=NOW)


@pytest.mark.django_db
def test_the_worker_does_it_once_a_day() -> None:
    periodic = {p.task.queueing_lock: p for p in app.periodic_registry.periodic_tasks.values()}
    assert periodic["parties.forget_log_ins"].cron == "23 19 * * *"  # UTC: at night in the city
    attempt(500)
    assert tasks.forget(timestamp=0) == 1
