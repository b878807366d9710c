"""The pages of notifications and who sees what there."""

import json

import pytest
from django.utils import translation

from tests.cast import NOW
from yitong.notifications.commands import Recipient, drain, send
from yitong.notifications.models import Message
from yitong.notifications.queries import unread_count


@pytest.fixture
def told(cast):
    """李梅 has two messages, 外人 one; all are delivered."""
    for name, number in (("李梅", "N1"), ("李梅", "N2"), ("外人", "N3")):
        person = cast.person(name)
        send(
            template="case_withdrawn",
            recipient=Recipient(person_id=person.pk, phone=person.phone, name=person.name),
            context={"item": "食品经营许可", "number": number},
            dedup_key=f"withdrawn:{number}",
            subject=f"case:{number}",
            now=NOW,
        )
    drain(now=NOW)
    return cast


def test_my_messages_are_mine_alone(told, client):
    client.force_login(told.account("李梅"))
    page = client.get("/my/messages/").content.decode()
    assert "N1" in page and "N2" in page and "N3" not in page
    assert "2 条未读消息" in page


def test_reading_one_and_all(told, client):
    client.force_login(told.account("李梅"))
    mine = Message.objects.get(channel="inapp", subject="case:N1")
    others = Message.objects.get(channel="inapp", subject="case:N3")
    assert client.post(f"/my/messages/{mine.pk}/read/").status_code == 302
    assert client.post(f"/my/messages/{others.pk}/read/").status_code == 302
    assert unread_count(told.actor("李梅")) == 1
    assert unread_count(told.actor("外人")) == 1
    client.post("/my/messages/read/")
    assert unread_count(told.actor("李梅")) == 0
    assert unread_count(told.actor("外人")) == 1


@pytest.mark.django_db
def test_a_visitor_is_asked_to_log_in(client):
    assert client.get("/my/messages/").url == "/login/?next=/my/messages/"
    assert client.post("/my/messages/read/").url.startswith("/login/")


@pytest.mark.django_db
def test_somebody_without_messages_costs_no_statement(django_assert_num_queries):
    from yitong.parties.actors import ANONYMOUS

    with django_assert_num_queries(0):
        assert unread_count(ANONYMOUS) == 0


def test_the_outbox_exists_in_the_demonstration_only(told, client, settings):
    settings.YITONG_DEMO = False
    assert client.get("/outbox/").status_code == 404
    settings.YITONG_DEMO = True
    page = client.get("/outbox/").content.decode()
    assert "本地短信（演示环境）" in page
    assert page.index("N3") < page.index("N1")


def test_the_outbox_shows_one_phone(told, client, settings):
    settings.YITONG_DEMO = True
    page = client.get("/outbox/", {"phone": "138 0000 0002"}).content.decode()
    assert "N3" in page and "N1" not in page
    assert client.get("/outbox/", {"before": "x"}).status_code == 422
    assert client.get("/outbox/", {"before": str(2**70)}).status_code == 422


def test_the_outbox_looks_again_while_a_message_is_on_its_way(cast, client, settings):
    settings.YITONG_DEMO = True
    coming, again = "有消息正在发送", 'http-equiv="refresh"'
    empty = client.get("/outbox/").content.decode()
    assert again in empty and coming not in empty
    code = {"code": "123456", "minutes": 5}
    send(
        template="login_code", recipient=Recipient(phone="13800000001"), context=code, dedup_key="c", channels=("sms",),
        now=NOW,
    )  # fmt: skip
    for address in ("/outbox/", "/outbox/?phone=13800000001"):
        page = client.get(address).content.decode()
        assert coming in page and again in page
    assert coming not in client.get("/outbox/?phone=13800000002").content.decode()
    drain(now=NOW)
    page = client.get("/outbox/").content.decode()
    assert "123456" in page and coming not in page and again not in page


def test_long_lists_are_paged(cast, client, settings):
    settings.YITONG_DEMO = True
    for n in range(35):
        send(
            template="login_code",
            recipient=Recipient(phone="13800000001"),
            context={"code": f"9{n:05d}", "minutes": 5},
            dedup_key=f"code:{n}",
            channels=("sms",),
            now=NOW,
        )
    drain(now=NOW)
    first = client.get("/outbox/", {"phone": "13800000001"})
    second = client.get(f"/outbox/?{first.context['older']}").content.decode()
    assert "900034" in first.content.decode() and "900004" not in first.content.decode()
    assert "900004" in second and "900000" in second and "900005" not in second


@pytest.mark.parametrize("name", ["李梅", "王强", "赵监察"])
def test_deliveries_are_not_for_everybody(told, client, name):
    client.force_login(told.account(name))
    assert client.get("/console/notifications/").status_code == 404
    assert client.post("/console/notifications/1/retry/").status_code == 404


def test_the_administrator_sees_deliveries_without_personal_data(told, client):
    client.force_login(told.account("管理员"))
    page = client.get("/console/notifications/").content.decode()
    assert "138****0001" in page and "李*" in page and "case:N1" in page
    for hidden in ("13800000001", "李梅", "食品经营许可"):
        assert hidden not in page
    assert "N3" not in client.get("/console/notifications/", {"subject": "case:N1"}).content.decode()
    assert client.get("/console/notifications/", {"state": "lost"}).status_code == 422


def test_the_administrator_sends_a_dead_message_again(told, client):
    Message.objects.filter(subject="case:N1", channel="sms").update(
        state="dead", delivered_at=None, last_error="no such number"
    )
    dead = Message.objects.get(state="dead")
    client.force_login(told.account("管理员"))
    page = client.get("/console/notifications/", {"state": "dead"}).content.decode()
    assert "no such number" in page and "重新发送" in page
    answer = client.post(f"/console/notifications/{dead.pk}/retry/", {"back": "https://evil.example/"})
    assert answer.url == "/console/notifications/"
    dead.refresh_from_db()
    assert dead.state == "pending"
    again = client.post(
        f"/console/notifications/{dead.pk}/retry/", {"back": "/console/notifications/?state=dead"}, follow=True
    )
    assert "只有发送失败的消息可以重新发送" in again.content.decode()
    assert client.post("/console/notifications/999999/retry/").status_code == 404


def test_the_api_gives_my_messages(told, client):
    assert client.get("/api/notifications/messages").status_code == 401
    client.force_login(told.account("李梅"))
    answer = json.loads(client.get("/api/notifications/messages").content)
    assert answer["unread"] == 2
    assert [row["subject"] for row in answer["messages"]] == ["case:N2", "case:N1"]
    first = answer["messages"][0]["id"]
    assert client.post(f"/api/notifications/messages/{first}/read").json() == {"read": 1}
    assert client.post(f"/api/notifications/messages/{first}/read").json() == {"read": 0}
    assert client.get("/api/notifications/messages?before=0").status_code == 422


def test_pages_speak_english_too(told, client, settings):
    settings.YITONG_DEMO = True
    with translation.override("en"):
        client.cookies["yitong_language"] = "en"
        assert "Local text messages" in client.get("/outbox/").content.decode()
