"""The pages and the API: the holder's, the counter's, the supervisor's and the registrar's."""

from __future__ import annotations

import json
import re
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from yitong.consents.commands.bases import ensure_bases
from yitong.consents.models import AccessEntry, CodeScan, HolderConsent, LegalBasis, PresentationCode, Threshold
from yitong.consents.queries import anomalies, thresholds
from yitong.consents.queries.anomalies import local_midnight
from yitong.consents.tests.conftest import CASE, World

pytestmark = pytest.mark.django_db
BACKEND = "yitong.parties.backends.AccountBackend"


@pytest.fixture
def today(world: World) -> World:
    """Pages read the clock: what they show is of today."""
    world.now = timezone.now()
    return world


def text_of(answer: Any) -> str:
    """A download, whole."""
    return b"".join(answer.streaming_content).decode()


def client(world: World, who: str) -> Client:
    found = Client()
    found.force_login(world.cast.account(who), BACKEND)
    return found


def choose(world: World, scene: str = "hall", **more: Any) -> Client:
    phone = client(world, "citizen")
    answer = phone.post("/my/code/", {"scene": scene, "confirmed": "yes", "licences": [world.licence.pk], **more})
    assert answer.status_code == 302, answer.content.decode()
    return phone


def token(phone: Client) -> str:
    found = re.search(r">(YT[A-Z2-7]{148})<", phone.get("/my/code/show/").content.decode())
    assert found
    return found[1]


def test_a_code_is_chosen_shown_scanned_and_its_phone_says_so(today: World) -> None:
    phone, desk = choose(today), client(today, "clerk")
    page = phone.get("/my/code/show/").content.decode()
    assert "<svg" in page and 'http-equiv="refresh"' in page and "食品经营许可证" in page
    assert token(phone) == token(phone), "reloading makes no new code"
    code = PresentationCode.objects.get()
    answer = desk.post("/desk/scan/", {"scene": "hall", "token": token(phone), "case": CASE})
    assert answer.status_code == 302 and f"/desk/scan/{code.pk}/" in answer["Location"]
    seen = desk.get(answer["Location"]).content.decode()
    assert "李梅" in seen and "未比对人脸" in seen and today.cast.person("citizen").idcard not in seen
    assert "王强" in phone.get(f"/my/code/fresh/?code={code.pk}").content.decode()
    taken = desk.post(f"/desk/scan/{code.pk}/take/", {"licences": [today.licence.pk], "case": CASE, "next": "/desk/"})
    assert (taken.status_code, taken["Location"]) == (302, "/desk/")
    assert HolderConsent.objects.get().case_number == CASE
    assert "已取入办件" in desk.get(f"/desk/scan/{code.pk}/").content.decode()
    assert client(today, "accepter").get(f"/desk/scan/{code.pk}/").status_code == 404


def test_a_replay_at_the_counter_is_told_in_words(today: World) -> None:
    phone, desk = choose(today), client(today, "clerk")
    text = token(phone)
    desk.post("/desk/scan/", {"scene": "hall", "token": text})
    again = desk.post("/desk/scan/", {"scene": "hall", "token": text})
    assert again.status_code == 422 and "只能使用一次" in again.content.decode()
    for wrong, words in (
        ({"token": " "}, "请扫描"),
        ({"token": "x" * 900}, "不是真实的亮码"),
        ({"token": text, "case": "1" * 20}, "没有您可以查看"),
    ):
        answer = desk.post("/desk/scan/", {"scene": "hall", **wrong})
        assert answer.status_code == 422 and words in answer.content.decode()


def test_a_back_address_of_another_site_is_not_followed(today: World) -> None:
    phone, desk = choose(today), client(today, "clerk")
    answer = desk.post("/desk/scan/", {"scene": "hall", "token": token(phone), "next": "https://evil.example/"})
    assert "evil" not in answer["Location"]


@pytest.mark.parametrize("scene", ["clinic", "transit", "library", "hotel", "parcel", "netcafe"])
def test_every_scene_has_its_own_display(today: World, scene: str) -> None:
    with_card = {"licences": [today.card.pk], "sensitive": "yes"} if scene == "hotel" else {"licences": []}
    phone, desk = choose(today, scene, **with_card), client(today, "clerk")
    page = desk.post("/desk/scan/", {"scene": scene, "token": token(phone)})
    text = page.content.decode()
    assert page.status_code == 200
    assert (today.cast.person("citizen").idcard in text) == (scene == "hotel")
    if scene == "transit":
        assert "李" not in text.split("<main")[1].split("</main>")[0]
        assert "可以乘车" in text


def test_nothing_was_chosen_or_it_ended_meanwhile(today: World) -> None:
    from yitong.licences.commands import revoke

    assert client(today, "citizen").get("/my/code/show/").status_code == 302
    assert "亮码已不能显示" in client(today, "citizen").get("/my/code/fresh/").content.decode()
    phone = choose(today)
    revoke(licence_id=today.licence.pk, reason="以欺骗手段取得", actor=today.actor("chief"), now=today.now)
    assert phone.get("/my/code/show/").status_code == 302
    wrong = client(today, "citizen").post(
        "/my/code/", {"scene": "hall", "licences": [today.licence.pk], "confirmed": "yes"}
    )
    assert wrong.status_code == 422


def test_a_code_needs_a_face_check_of_today_once(today: World) -> None:
    phone = client(today, "citizen")
    assert phone.post("/my/code/", {"scene": "library"}).status_code == 422
    assert phone.post("/my/code/", {"scene": "library", "confirmed": "yes"}).status_code == 302
    assert phone.post("/my/code/", {"scene": "transit"}).status_code == 302


def test_a_consent_is_given_on_two_pages_and_withdrawn_on_one(today: World) -> None:
    page, market = client(today, "citizen"), today.cast.department("market")
    assert "食品经营许可证" in page.get("/my/consents/new/").content.decode()
    second = page.get("/my/consents/new/", {"licences": [today.card.pk]}).content.decode()
    assert "敏感" in second and 'value="idcard"' in second
    sent = {
        "licences": [today.card.pk], "fields": ["sex"], "department": market.pk, "purpose": "办理入职体检", "uses": "3",
        "until": (today.now.date().replace(day=1)).isoformat(),
    }  # fmt: skip
    wrong = page.post("/my/consents/new/", {**sent, "until": "2020-01-01"})
    assert wrong.status_code == 422 and "办理入职体检" in wrong.content.decode()
    later = timezone.localdate().replace(year=timezone.localdate().year + 1, month=1, day=1).isoformat()
    assert page.post("/my/consents/new/", {**sent, "until": later}).status_code == 302
    consent = HolderConsent.objects.get()
    assert (consent.fields, consent.uses_left, consent.way) == (["sex"], 3, "online")
    assert "办理入职体检" in page.get("/my/consents/?state=in_force").content.decode()
    assert page.get(f"/my/consents/{consent.pk}/").status_code == 200
    assert client(today, "stranger").get(f"/my/consents/{consent.pk}/").status_code == 404
    assert client(today, "stranger").post(f"/my/consents/{consent.pk}/").status_code == 404
    assert page.post(f"/my/consents/{consent.pk}/").status_code == 302
    consent.refresh_from_db()
    assert consent.revoked_at is not None
    assert "办理入职体检" not in page.get("/my/consents/?state=in_force").content.decode()


def test_who_looked_is_listed_and_exported_for_the_holder_alone(today: World) -> None:
    today.use(consent_id=today.grant().pk)
    page = client(today, "citizen")
    text = page.get("/my/looks/").content.decode()
    assert "陈静" in text and "示范市市场监督管理局" in text and CASE in text and "经营项目" in text
    exported = text_of(page.get("/my/looks/export.csv"))
    assert "陈静" in exported and CASE in exported and "审查人员" in exported
    look = AccessEntry.objects.get()
    assert page.get(f"/my/looks/{look.pk}/receipt.json").status_code == 202
    from yitong.audit.commands import sequence_all

    sequence_all(now=today.now)
    receipt = json.loads(page.get(f"/my/looks/{look.pk}/receipt.json").content)
    assert receipt["entry"]["detail"]["digest"] == look.digest
    stranger = client(today, "stranger")
    assert "陈静" not in stranger.get("/my/looks/").content.decode()
    assert "陈静" not in text_of(stranger.get("/my/looks/export.csv"))
    assert stranger.get(f"/my/looks/{look.pk}/receipt.json").status_code == 404


def test_the_supervisor_sees_looks_masked_and_who_stands_out(today: World) -> None:
    for code, value in (("people", 1), ("least", 1), ("late", 1)):
        Threshold.objects.create(code=code, value=value, changed_by_ref="staff:1", changed_at=today.now)
    ensure_bases(today.now)
    consent = today.grant(uses=3)
    for _ in range(3):
        today.use(consent_id=consent.pk)
    desk = client(today, "supervisor")
    listed = desk.get("/supervision/looks/").content.decode()
    assert "陈静" in listed and "李*" in listed and "李梅" not in listed.split("<main")[1]
    assert desk.get("/supervision/looks/anomalies/").status_code == 200
    exported = text_of(desk.get("/supervision/looks/export.csv?days=7"))
    assert "李*" in exported and "李梅" not in exported
    officer = AccessEntry.objects.first().actor_ref
    for kind in ("no_case", "outside_hours", "refused_scans", "nonsense"):
        answer = desk.get("/supervision/looks/", {"officer": officer, "kind": kind, "q": CASE[:8], "department": "x"})
        assert answer.status_code == 200
    for who in ("reviewer", "clerk", "admin", "registrar"):
        for address in ("", "export.csv", "anomalies/", "thresholds/"):
            assert client(today, who).get(f"/supervision/looks/{address}").status_code == 404, (who, address)


def test_a_look_made_while_the_tallies_are_read_waits_for_the_next(today: World) -> None:
    consent, night = today.grant(uses=3), (today.now + timedelta(days=1)).replace(hour=15)  # 23:00 in the city
    late = partial(today.use, consent_id=consent.pk, now=night)
    late("reviewer")

    def meanwhile(execute: Any, sql: str, *rest: Any) -> Any:
        found = execute(sql, *rest)
        if "COUNT(DISTINCT" in sql and AccessEntry.objects.count() == 1:
            late("chief")
        return found

    day = timedelta(days=1)
    with connection.execute_wrapper(meanwhile):
        review = anomalies(today.actor("supervisor"), since=night - day, until=night + day)
    assert AccessEntry.objects.count() == 2 and (review.looks, review.officers) == (1, 1)


def test_refused_scans_are_listed_from_the_finding(today: World) -> None:
    desk = client(today, "clerk")
    for _ in range(3):
        desk.post("/desk/scan/", {"scene": "hall", "token": "YT123"})
    Threshold.objects.create(code="refused", value=2, changed_by_ref="staff:1", changed_at=today.now)
    supervisor = client(today, "supervisor")
    page = supervisor.get("/supervision/looks/anomalies/").content.decode()
    assert "王强" in page and "亮码多次被拒" in page
    officer = CodeScan.objects.first().actor_ref
    listed = supervisor.get("/supervision/looks/", {"officer": officer, "kind": "refused_scans"}).content.decode()
    assert listed.count("不是真码") == 3


def test_the_last_day_of_a_consent_is_the_day_that_was_chosen(today: World) -> None:
    last = timezone.localdate() + timedelta(days=30)
    today.grant(until=local_midnight(last + timedelta(days=1)))
    page = client(today, "citizen").get("/my/consents/").content.decode()
    after = last + timedelta(days=1)
    assert f"{last.month}月{last.day}日" in page and f"{after.month}月{after.day}日" not in page


def test_thresholds_are_data(today: World) -> None:
    desk = client(today, "supervisor")
    good = {**{code: str(value) for code, value in thresholds().items()}, "opens": "08:00", "closes": "18:00"}
    wrong = desk.post("/supervision/looks/thresholds/", {**good, "opens": "25:61", "people": "many"})
    page = wrong.content.decode()
    assert (
        wrong.status_code == 422
        and 'value="many"' in page
        and 'value="25:61"' in page
        and "请选择时间，例如 08:00" in page
    )
    assert "无办件被查看人数: 请输入 1 至 10000 的整数。" in page
    assert desk.post("/supervision/looks/thresholds/", {**good, "opens": "09:00", "people": "5"}).status_code == 302
    assert (thresholds()["opens"], thresholds()["people"]) == (900, 5)
    assert Threshold.objects.count() == 2


def test_the_registrar_edits_the_table_of_laws(today: World) -> None:
    ensure_bases(today.now)
    desk = client(today, "registrar")
    assert "第三十四条" in desk.get("/console/consents/bases/").content.decode()
    sent = {"title": "核验", "citation": "《某法》第一条", "allows": "核验。", "needs_case": "yes", "active": "yes"}
    new = {**sent, "code": "a-law", "departments": ["market", "health"]}
    assert desk.post("/console/consents/bases/new/", new).status_code == 302
    found = LegalBasis.objects.get(code="a-law")
    assert found.departments == ["health", "market"] and found.needs_case and not found.sensitive
    assert desk.post("/console/consents/bases/new/", {**sent, "code": "a-law"}).status_code == 422
    wrong = desk.post("/console/consents/bases/a-law/", {**sent, "citation": "", "departments": "nowhere"})
    assert wrong.status_code == 422 and "nowhere" in wrong.content.decode()
    long = desk.post("/console/consents/bases/a-law/", {**sent, "title": "长" * 81, "departments": ["health"]})
    assert "标题: 最多 80 个字，请缩短。" in long.content.decode()
    assert '<option value="health" selected>' in long.content.decode()
    assert desk.get("/console/consents/bases/none/").status_code == 404
    assert client(today, "reviewer").get("/console/consents/bases/").status_code == 404


def test_the_api_serves_the_holder_and_the_scanner(today: World) -> None:
    phone, desk = client(today, "citizen"), client(today, "clerk")
    today.use(consent_id=today.grant().pk)

    def post(who: Client, path: str, **body: Any) -> Any:
        return who.post(f"/api/consents/{path}", json.dumps(body), content_type="application/json")

    assert [c["state"] for c in phone.get("/api/consents/mine").json()] == ["in_force"]
    assert [x["who"] for x in phone.get("/api/consents/looks").json()] == ["陈静"]
    shown = post(phone, "code", purpose="hall", licence_ids=[today.licence.pk]).json()
    seen = post(desk, "scan", token=shown["token"], purpose="hall", case_number=CASE)
    assert seen.status_code == 200 and seen.json()["offers"][0]["name"] == "食品经营许可证"
    replay = post(desk, "scan", token=shown["token"], purpose="hall")
    assert replay.status_code == 422 and replay.json()["reasons"][0]["code"] == "replay"
    took = post(desk, f"codes/{shown['code_id']}/take", licence_ids=[today.licence.pk], case_number=CASE)
    assert took.status_code == 200
    assert (
        post(desk, f"codes/{shown['code_id']}/take", licence_ids=[today.licence.pk], case_number=CASE).status_code
        == 409
    )
    assert post(phone, f"{took.json()['consent_id']}/revoke").json()["state"] == "revoked"
    for who in ("stranger", "supervisor"):
        assert post(client(today, who), "scan", token="x", purpose="hall").status_code == 404
        assert post(client(today, who), f"{took.json()['consent_id']}/revoke").status_code == 404
    assert Client().get("/api/consents/mine").status_code == 401


def test_the_api_takes_no_act_from_another_site(today: World) -> None:
    phone = Client(enforce_csrf_checks=True)
    phone.force_login(today.cast.account("citizen"))
    consent = today.grant()
    body = json.dumps({"purpose": "hall", "licence_ids": [today.card.pk], "sensitive": True})
    for address, sent in (("code", body), (f"{consent.pk}/revoke", "")):
        answer = phone.post(
            f"/api/consents/{address}", sent, content_type="text/plain", HTTP_ORIGIN="https://evil.example"
        )
        assert answer.status_code == 403, address
    consent.refresh_from_db()
    assert consent.revoked_at is None and not PresentationCode.objects.exists()
