"""Delivering: once, again after a failure, after a death, and never more than once to the reader's eyes."""

import threading
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection, transaction

from yitong.notifications.commands import Recipient, drain, ensure_templates, retry, send
from yitong.notifications.models import LocalDelivery, Message, Template
from yitong.notifications.rules.backoff import LEASE, LONGEST_WAIT, MAX_ATTEMPTS, wait_after
from yitong.notifications.tests.providers import WorkerKilled
from yitong.parties.actors import system

NOW = datetime(2026, 9, 24, 7, 0, tzinfo=UTC)
PROVIDERS = "yitong.notifications.tests.providers."


def queued(key="N1", channels=("sms",), **more):
    return send(
        template="login_code",
        recipient=Recipient(person_id=1, phone="13800000001", email="limei@example.cn", name="李梅"),
        context={"code": "246810", "minutes": 5},
        dedup_key=f"code:{key}",
        channels=channels,
        now=NOW,
        **more,
    )


@pytest.fixture
def sms_by(settings):
    def choose(name):
        settings.YITONG_MESSAGE_PROVIDERS = {"sms": PROVIDERS + name} if name else {}

    return choose


@pytest.mark.django_db
def test_every_channel_is_delivered_with_its_text():
    queued(channels=("sms", "inapp", "email"))
    assert drain(now=NOW) == 3
    texts = dict(Message.objects.values_list("channel", "text"))
    assert texts["sms"].startswith("【易通政务】验证码 246810")
    assert texts["inapp"].startswith("验证码 246810")
    assert set(LocalDelivery.objects.values_list("channel", "address")) == {
        ("sms", "13800000001"),
        ("email", "limei@example.cn"),
    }
    assert drain(now=NOW) == 0


@pytest.mark.django_db
def test_a_failed_message_waits_longer_each_time_and_ends_as_dead(sms_by):
    sms_by("Failing")
    queued()
    now, waits = NOW, []
    for attempt in range(1, MAX_ATTEMPTS):
        assert drain(now=now) == 0
        message = Message.objects.get()
        assert (message.state, message.attempts) == ("failed", attempt)
        waits.append(message.next_attempt_at - now)
        assert drain(now=message.next_attempt_at - timedelta(seconds=1)) == 0
        assert Message.objects.get().attempts == attempt
        now = message.next_attempt_at
    drain(now=now)
    message.refresh_from_db()
    assert (message.state, message.last_error) == ("dead", "the carrier is busy")
    assert waits == sorted(waits)
    assert max(waits) <= LONGEST_WAIT
    drain(now=now + timedelta(days=9))
    assert Message.objects.get().attempts == MAX_ATTEMPTS


@pytest.mark.django_db
def test_a_carrier_that_recovers_delivers_what_waited(sms_by):
    sms_by("Failing")
    queued()
    drain(now=NOW)
    sms_by("")
    assert drain(now=NOW + wait_after(1)) == 1
    message = Message.objects.get()
    assert (message.state, message.last_error, message.attempts) == ("delivered", "", 2)


@pytest.mark.django_db
def test_an_impossible_number_is_not_tried_again(sms_by):
    sms_by("Refusing")
    queued()
    drain(now=NOW)
    assert Message.objects.get().state == "dead"


@pytest.mark.django_db
def test_a_broken_provider_does_not_stop_the_messages_behind(sms_by, caplog):
    sms_by("Broken")
    queued(channels=("sms", "inapp"))
    assert drain(now=NOW) == 1
    assert Message.objects.get(channel="sms").last_error == "ConnectionResetError: connection reset"
    assert "Traceback" in caplog.text


@pytest.mark.django_db(transaction=True)
def test_a_worker_that_dies_after_the_carrier_took_it_shows_it_once(sms_by):
    sms_by("DyingAfterTaking")
    queued()
    with pytest.raises(WorkerKilled):
        drain(now=NOW)
    assert Message.objects.get().state == "sending"
    sms_by("")
    assert drain(now=NOW + LEASE - timedelta(seconds=1)) == 0
    assert drain(now=NOW + LEASE) == 1
    assert LocalDelivery.objects.count() == 1
    assert Message.objects.get().state == "delivered"


@pytest.mark.django_db(transaction=True)
def test_a_message_that_kills_every_worker_is_given_up(sms_by):
    sms_by("DyingAfterTaking")
    queued()
    now = NOW
    for _ in range(MAX_ATTEMPTS):
        with pytest.raises(WorkerKilled):
            drain(now=now)
        now += LEASE
    assert drain(now=now) == 0
    assert Message.objects.get().state == "dead"


@pytest.mark.django_db(transaction=True)
def test_no_transaction_is_open_while_the_provider_is_called(sms_by):
    from yitong.notifications.tests.providers import Watching

    sms_by("Watching")
    Watching.seen.clear()
    queued()
    drain(now=NOW)
    assert Watching.seen == [(False, "sending")]


@pytest.mark.django_db(transaction=True)
def test_draining_inside_a_transaction_is_refused():
    queued()
    with pytest.raises(RuntimeError, match="durable"), transaction.atomic():
        drain(now=NOW)


@pytest.mark.django_db(transaction=True)
def test_two_workers_deliver_each_message_once():
    for key in range(60):
        queued(key)
    counts = []
    start = threading.Barrier(2)

    def work():
        start.wait()
        counts.append(drain(now=NOW))
        connection.close()

    workers = [threading.Thread(target=work) for _ in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert sum(counts) == 60
    assert LocalDelivery.objects.count() == 60
    assert set(Message.objects.values_list("state", "attempts")) == {("delivered", 1)}


@pytest.mark.django_db(transaction=True)
def test_a_slow_worker_whose_lease_ran_out_does_not_overwrite_the_next_ones_outcome(sms_by, monkeypatch):
    from yitong.notifications.tests import providers

    queued()

    class Slow(providers.Failing):
        """Takes longer than the lease; meanwhile another worker delivers."""

        def deliver(self, parcel, now):
            sms_by("")
            assert drain(now=NOW + LEASE) == 1
            return super().deliver(parcel, now)

    monkeypatch.setattr(providers, "Slow", Slow, raising=False)
    sms_by("Slow")
    assert drain(now=NOW) == 0
    message = Message.objects.get()
    assert (message.state, message.attempts, message.last_error) == ("delivered", 2, "")


@pytest.mark.django_db
def test_a_clock_put_back_does_not_strand_messages(sms_by):
    queued()
    assert drain(now=NOW - timedelta(days=3)) == 1
    sms_by("Failing")
    queued("N2")
    drain(now=NOW)
    sms_by("")
    assert drain(now=NOW - timedelta(days=3)) == 1


@pytest.mark.django_db
def test_an_expired_code_is_not_delivered():
    queued(expires_at=NOW + timedelta(minutes=5))
    assert drain(now=NOW + timedelta(minutes=5)) == 0
    assert Message.objects.get().state == "dead"
    assert not LocalDelivery.objects.exists()


@pytest.mark.django_db
def test_the_limit_bounds_a_round():
    for key in range(25):
        queued(key)
    assert [drain(now=NOW, limit=22), drain(now=NOW, limit=22)] == [22, 3]


@pytest.mark.django_db
def test_an_edited_template_speaks_at_once_and_a_broken_one_loses_nothing():
    assert ensure_templates() > 20
    assert ensure_templates() == 0
    Template.objects.filter(code="login_code").update(sms_text="{code} {nothing}", edited_at=NOW, version=0)
    queued()
    drain(now=NOW)
    assert "nothing" in Message.objects.get().last_error
    assert ensure_templates() == 0
    Template.objects.filter(code="login_code").update(sms_text="码 {code} {x.__class__}")
    assert drain(now=NOW + wait_after(1)) == 1
    assert Message.objects.get().text == "码 246810 {x.__class__}"


@pytest.mark.django_db
def test_a_retry_counts_the_attempts_anew_and_is_logged(sms_by):
    from yitong.audit.queries import Filters, search

    sms_by("Refusing")
    queued()
    drain(now=NOW)
    sms_by("")
    retry(actor=system("test"), message_id=Message.objects.get().pk, now=NOW)
    assert drain(now=NOW) == 1
    entries = search(system("test"), Filters(tag="notifications:message:retried")).entries
    assert len(entries) == 1
