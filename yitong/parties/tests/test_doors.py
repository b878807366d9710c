"""The doors every context's pages share."""

from __future__ import annotations

from typing import Any

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory

from yitong.kernel.reasons import NotAllowed
from yitong.parties.actors import ANONYMOUS, Actor, ActorKind
from yitong.parties.doors import actor_of, address_of, citizen, staff, staff_with
from yitong.parties.roles import Permission

CITIZEN = Actor("person:1", ActorKind.CITIZEN, person_id=1)
CLERK = Actor("staff:1", ActorKind.STAFF, permissions=frozenset({Permission.CASE_FILE}))


def asked(actor: Actor | None, path: str = "/here/?page=2", **headers: Any) -> HttpRequest:
    request = RequestFactory().get(path, **headers)
    if actor is not None:
        request.actor = actor  # type: ignore[attr-defined]
    return request


def page(request: HttpRequest) -> HttpResponse:
    return HttpResponse("in")


def test_each_door_lets_its_people_in_and_sends_the_rest_to_log_in() -> None:
    for door, inside, outside, login in (
        (citizen(page), CITIZEN, (ANONYMOUS, CLERK), "/login/"),
        (staff(page), CLERK, (ANONYMOUS, CITIZEN), "/desk/login/"),
        (staff_with(Permission.CASE_FILE)(page), CLERK, (ANONYMOUS, CITIZEN), "/desk/login/"),
    ):
        opened: Any = door(asked(inside))
        assert opened.content == b"in" and "no-store" in opened["Cache-Control"]
        for actor in outside:
            assert door(asked(actor))["Location"] == f"{login}?next=%2Fhere%2F%3Fpage%3D2"


def test_a_form_sent_after_the_log_in_ended_leads_back_to_its_page(client: Any, cast: Any) -> None:
    sent = client.post("/my/profile/", {"phone": "1"}, headers={"referer": "http://testserver/my/profile/?a=1"})
    assert sent["Location"] == "/login/?next=%2Fmy%2Fprofile%2F%3Fa%3D1"
    assert "刚才的内容没有提交" in client.get(sent["Location"]).content.decode()
    elsewhere = client.post("/my/profile/", headers={"referer": "https://elsewhere.example/"})
    assert elsewhere["Location"] == "/login/?next=%2Fmy%2Fprofile%2F"


def test_a_page_can_ask_whether_its_reader_is_still_logged_in(client: Any, cast: Any) -> None:
    assert client.get("/session/").json() == {"who": ""}
    marks = []
    for who in ("李梅", "王强", "李梅"):
        client.force_login(cast.account(who))
        marks.append(client.get("/session/").json()["who"])
        assert f'data-who="{marks[-1]}"' in client.get("/").content.decode()
    assert marks[0] == marks[2] != marks[1]


def test_one_of_the_permissions_is_enough_and_none_is_not() -> None:
    assert staff_with(Permission.PARTY_MANAGE, Permission.CASE_FILE)(page)(asked(CLERK)).status_code == 200
    with pytest.raises(NotAllowed):
        staff_with(Permission.PARTY_MANAGE)(page)(asked(CLERK))


def test_a_request_nobody_looked_at_is_anonymous() -> None:
    assert actor_of(asked(None)) is ANONYMOUS


def test_only_our_proxy_is_believed_about_the_address(settings: Any) -> None:
    request = asked(None, REMOTE_ADDR="10.0.0.9", HTTP_X_FORWARDED_FOR="1.1.1.1, 2.2.2.2")
    settings.SECURE_PROXY_SSL_HEADER = None
    assert address_of(request) == "10.0.0.9"
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    assert address_of(request) == "2.2.2.2"
