"""The pages: connectors, calls, outside systems, and a person's own list."""

from __future__ import annotations

import re

import pytest
from django.test import Client
from django.utils.translation import override

from yitong.exchange import commands
from yitong.exchange.models import ApiClient, CallResult, Connector, ConnectorChange
from yitong.exchange.rules.scopes import Scope
from yitong.licences.types_data import BY_NAME

pytestmark = pytest.mark.django_db
FOOD = BY_NAME["食品经营许可证"].code


def browser(exchange, who: str) -> Client:
    client = Client()
    client.force_login(exchange.cast.account(who))
    return client


@pytest.fixture
def now(exchange, monkeypatch):
    monkeypatch.setattr("django.utils.timezone.now", lambda: exchange.now)


@pytest.fixture
def admin(exchange, now) -> Client:
    return browser(exchange, "admin")


def test_the_list_shows_figures_with_what_they_are_shares_of(exchange, admin):
    exchange.look_up()
    exchange.look_up()
    exchange.set("marriage", retries=0)
    exchange.upstream.mode(marriage="error")
    for _ in range(4):
        exchange.look_up("marriage")
    exchange.later(minutes=5)
    text = admin.get("/console/exchange/").content.decode()
    assert "本地替身" in text
    assert "1 / 2" in text, "one of two answers was a kept one"
    assert "3 / 3" in text, "three asked, three failed; the fourth was held back"
    assert "失败后暂停" in text
    assert "HTTP 500" in text or "暂停" in text


def test_one_connector_is_tested_switched_and_adjusted(exchange, admin):
    page = "/console/exchange/connectors/degree/"
    tested = admin.post(f"{page}test/", {"id_number": "439901199005200023"}).content.decode()
    assert "查到" in tested and "测试人员" not in tested
    assert admin.post(f"{page}test/", {"id_number": exchange.cast.person("citizen").idcard}).status_code == 422
    assert admin.post(f"{page}state/", {"to": "off", "reason": ""}).status_code == 422
    assert admin.post(f"{page}state/", {"to": "off", "reason": "系统升级"}, follow=True).status_code == 200
    assert "系统升级" in admin.get(page).content.decode()
    assert admin.post(f"{page}state/", {"to": "off", "reason": "again"}).status_code == 422
    assert admin.post(f"{page}state/", {"to": "on", "reason": "升级完成"}).status_code == 302
    settings = {"timeout_ms": "900", "retries": "0", "cache_seconds": "60", "reason": "对方要求"}
    assert admin.post(f"{page}adjust/", settings).status_code == 302
    row = Connector.objects.get(code="degree")
    assert (row.timeout_ms, row.retries, row.cache_seconds) == (900, 0, 60)
    assert "900" in admin.get(page).content.decode()
    before = ConnectorChange.objects.count()
    admin.post(f"{page}adjust/", settings)
    assert ConnectorChange.objects.count() == before, "the same again changes nothing"
    assert admin.post(f"{page}adjust/", settings | {"timeout_ms": "99999"}).status_code == 422


def test_the_switch_of_the_stand_in_is_the_demonstrations_alone(exchange, admin, settings):
    page = "/console/exchange/connectors/degree/"
    assert admin.post(f"{page}stand-in/", {"mode": "error"}).status_code == 404
    settings.YITONG_DEMO = True
    assert admin.post(f"{page}stand-in/", {"mode": "error"}).status_code == 302
    assert exchange.look_up().reason.code == "upstream_error"
    assert admin.post(f"{page}stand-in/", {"mode": "explode"}).status_code == 422


def test_an_answer_nobody_understood_is_shown_without_its_values(exchange, admin):
    exchange.upstream.mode(degree="wrong_schema")
    exchange.look_up()
    text = admin.get("/console/exchange/connectors/degree/").content.decode()
    assert ("YXMC" in text and "缺少" in text) or "缺失" in text
    assert "text(18)" in text
    assert exchange.cast.person("citizen").idcard not in text


def test_the_log_is_filtered_paged_and_exported_and_names_no_holder(exchange, admin):
    exchange.look_up()
    exchange.look_up("lawyer", case_number="CASE-2")
    page = admin.get("/console/exchange/calls/", {"case_number": "CASE-2"}).content.decode()
    assert "律师" in page and "CASE-1" not in page
    assert admin.get("/console/exchange/calls/", {"from_on": "2026-09-25", "until_on": "2026-09-24"}).status_code == 422
    file = b"".join(admin.get("/console/exchange/calls/export.csv", {"outcome": "found"}).streaming_content).decode()
    assert file.count("\n") == 2 and "教师资格认定" in file
    person = exchange.cast.person("citizen")
    assert person.idcard not in page + file and "李梅" not in page + file


def test_a_system_is_registered_and_its_secret_shown_once(exchange, admin):
    department = exchange.cast.department("health").pk
    form = {
        "name": "卫健系统",
        "department": department,
        "purpose": "核验",
        "law": "协议",
        "per_minute": 60,
        "per_day": 500,
    }
    assert admin.post("/console/exchange/clients/new/", form | {"law": ""}).status_code == 422
    answer = admin.post("/console/exchange/clients/new/", form)
    assert "no-store" in answer["Cache-Control"]
    secret = re.search(r'id="secret"[^>]*>([^<]+)<', answer.content.decode()).group(1)
    client = ApiClient.objects.get()
    page = f"/console/exchange/clients/{client.pk}/"
    assert secret not in admin.get(page).content.decode()
    body = {"grant_type": "client_credentials", "client_id": client.client_id, "client_secret": secret}
    assert admin.post("/api/exchange/token", body).status_code == 200
    again = admin.post(f"{page}secret/", {"reason": "更换"}).content.decode()
    assert secret not in again and 'id="secret"' in again
    assert admin.post("/api/exchange/token", body).status_code == 401
    assert (
        admin.post(
            f"{page}limits/", {"per_minute": 5, "per_day": 50, "token_seconds": 120, "reason": "试用"}
        ).status_code
        == 302
    )
    assert admin.post(f"{page}state/", {"to": "off", "reason": "停用"}).status_code == 302
    client.refresh_from_db()
    assert (client.per_day, client.active) == (50, False)
    assert "卫健系统" in admin.get("/console/exchange/clients/").content.decode()


def test_a_scope_is_chosen_changed_and_taken_away(exchange, admin):
    made = commands.register_client(
        actor=exchange.cast.actor("admin"), name="系统", department_id=exchange.cast.department("health").pk,
        contact="", purpose="核验", law="协议", now=exchange.now,
    )  # fmt: skip
    page = f"/console/exchange/clients/{made.client.pk}/scope/?type={FOOD}"
    assert admin.get(page).status_code == 200
    assert admin.post(page, {"ways": ["holder"], "reason": "开通"}).status_code == 422, "no field chosen"
    assert admin.post(page, {"ways": ["holder"], "fields_allowed": ["scope"], "reason": "开通"}).status_code == 302
    assert made.client.scopes.get().fields == ["scope"]
    assert admin.post(page, {"reason": "收回"}).status_code == 302
    assert not made.client.scopes.exists()
    assert admin.get(f"/console/exchange/clients/{made.client.pk}/scope/?type=none").status_code == 302


def test_a_person_sees_what_was_asked_about_her_and_nobody_else_does(exchange, now):
    exchange.look_up(case_number="CASE-77")
    own = browser(exchange, "citizen").get("/my/lookups/").content.decode()
    assert "CASE-77" in own and "教育部学信网" in own
    assert "CASE-77" not in browser(exchange, "stranger").get("/my/lookups/").content.decode()
    assert Client().get("/my/lookups/").status_code == 302


def test_what_was_typed_stays_when_the_act_is_refused(exchange, admin):
    state = "/console/exchange/connectors/degree/state/"
    assert admin.post(state, {"to": "off", "reason": "维护"}).status_code == 302
    again = admin.post(state, {"to": "off", "reason": "另一原因"})
    assert again.status_code == 422 and "另一原因" in again.content.decode()
    page = admin.get("/console/exchange/connectors/degree/").content.decode()
    assert re.search(r"<td>公民身份号码 <code>\w+</code></td>", page)


@pytest.mark.parametrize("who", ["registrar", "supervisor"])
def test_who_may_look_may_not_switch(exchange, now, who):
    watcher = browser(exchange, who)
    assert watcher.get("/console/exchange/").status_code == 200
    text = watcher.get("/console/exchange/connectors/degree/").content.decode()
    assert '<form method="post" action="/console/exchange/' not in text
    assert watcher.post("/console/exchange/connectors/degree/state/", {"to": "off", "reason": "x"}).status_code == 404
    assert watcher.get("/console/exchange/clients/").status_code == 404
    assert Connector.objects.get(code="degree").enabled


@pytest.mark.parametrize("who", ["clerk", "chief", "author"])
def test_nobody_else_sees_connectors(exchange, now, who):
    for page in ("", "calls/", "calls/export.csv", "clients/", "connectors/degree/"):
        assert browser(exchange, who).get(f"/console/exchange/{page}").status_code == 404


def test_every_outcome_and_refusal_has_its_words(exchange, admin):
    exchange.look_up()
    with override("en"):
        assert admin.get("/console/exchange/", headers={"Accept-Language": "en"}).status_code == 200
    assert CallResult.objects.count() == 1


def test_lists_cost_the_same_for_one_row_and_for_many(exchange, admin, django_assert_max_num_queries):
    department = exchange.cast.department("health").pk
    for n in range(6):
        made = commands.register_client(
            actor=exchange.cast.actor("admin"), name=f"系统{n}", department_id=department, contact="", purpose="核验",
            law="协议", now=exchange.now,
        )  # fmt: skip
        scope = Scope(FOOD, frozenset({"scope"}), frozenset({"verify"}))
        commands.set_scopes(
            actor=exchange.cast.actor("admin"), client_pk=made.client.pk, scopes=[scope], reason="x", now=exchange.now
        )
        exchange.look_up(case_number=f"CASE-{n}")
    for page, most in (("", 24), ("calls/", 24), ("clients/", 24)):
        with django_assert_max_num_queries(most) as counted:
            admin.get(f"/console/exchange/{page}")
        assert len([q for q in counted if "exchange_" in q["sql"]]) <= 4, page
