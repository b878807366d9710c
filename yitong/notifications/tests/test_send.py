"""Putting a message into the outbox."""

import threading
from datetime import UTC, date, datetime

import pytest
from django.db import connection, transaction

from yitong.notifications.commands import Recipient, send
from yitong.notifications.commands.send import UnknownTemplate
from yitong.notifications.models import Message
from yitong.notifications.rules.texts import MissingValues

NOW = datetime(2026, 9, 24, 7, 0, tzinfo=UTC)
LI_MEI = Recipient(person_id=1, phone="13800000001", email="limei@example.cn", name="李梅")
ACCEPTED = {"item": "食品经营许可", "number": "N1", "due_on": date(2026, 10, 20)}


def sent(**changes):
    values = {
        "template": "case_accepted",
        "recipient": LI_MEI,
        "context": ACCEPTED,
        "dedup_key": "cases:accepted:N1",
        "now": NOW,
        "subject": "case:N1",
    }
    return send(**{**values, **changes})


@pytest.mark.django_db
def test_sending_is_exactly_one_insert(django_assert_num_queries):
    with django_assert_num_queries(1):
        messages = sent(channels=("sms", "inapp", "email"))
    assert [message.channel for message in messages] == ["sms", "inapp", "email"]
    stored = Message.objects.order_by("id")
    assert [message.pk for message in stored] == [message.pk for message in messages]
    assert stored[0].context["due_on"] == "2026年10月20日 (周二)"
    assert {message.state for message in stored} == {"pending"}


@pytest.mark.django_db
def test_the_same_news_is_written_once_a_channel():
    sent(channels=("sms",))
    assert [message.channel for message in sent(channels=("sms", "sms", "inapp"))] == ["inapp"]
    assert sent() == []
    assert Message.objects.count() == 2


@pytest.mark.django_db
def test_a_channel_without_an_address_is_left_out():
    assert [m.channel for m in sent(recipient=Recipient(person_id=1))] == ["inapp"]
    assert sent(recipient=Recipient(name="外人"), dedup_key="other") == []


@pytest.mark.django_db
def test_a_wrong_template_or_a_missing_value_is_named():
    with pytest.raises(UnknownTemplate, match="case_accepted"):
        sent(template="accepted")
    with pytest.raises(MissingValues, match="due_on"):
        sent(context={"item": "x", "number": "N1"})
    with pytest.raises(ValueError, match="dedup_key"):
        sent(dedup_key="")
    assert not Message.objects.exists()


@pytest.mark.django_db
def test_an_act_that_is_undone_sends_nothing():
    with pytest.raises(RuntimeError), transaction.atomic():
        sent()
        raise RuntimeError
    assert not Message.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_two_senders_of_the_same_news_write_it_once():
    written = []
    start = threading.Barrier(2)

    def sender():
        start.wait()
        written.append(len(sent()))
        connection.close()

    threads = [threading.Thread(target=sender) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(written) == [0, 2]
    assert Message.objects.count() == 2
