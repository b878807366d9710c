"""Outside systems: they get in, ask within scope, consent and quota, and the holder reads of it."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from threading import Barrier, Thread
from typing import Any

import pytest
from django.db import IntegrityError, InternalError, connection, transaction
from django.test import Client
from django.utils.translation import gettext

from tests.cast import NOW, Cast
from yitong.audit.models import Entry
from yitong.consents import commands as consents
from yitong.consents.models import HolderConsent
from yitong.consents.queries import log_of
from yitong.exchange import commands
from yitong.exchange.commands import counting
from yitong.exchange.models import ApiClient, ClientChange, ClientUse, RequestCount
from yitong.exchange.providers.base import Target
from yitong.exchange.providers.library import LibraryProvider
from yitong.exchange.rules.answers import NoAnswer, Question
from yitong.exchange.rules.scopes import Scope
from yitong.kernel.reasons import NotAllowed, Refused
from yitong.licences.commands import revoke
from yitong.licences.holders import holder_of_person
from yitong.licences.models import Licence
from yitong.licences.tests.conftest import granted, media  # noqa: F401 - fixtures
from yitong.licences.types_data import BY_NAME

pytestmark = pytest.mark.django_db
FOOD, CARD = BY_NAME["食品经营许可证"].code, BY_NAME["居民身份证"].code
ALL_WAYS = frozenset({"identifier", "holder", "verify"})


@dataclass
class Outside:
    """A system of the health commission that may ask for the scope and address of food permits."""

    cast: Cast
    client: ApiClient
    secret: str
    licence: Licence
    browser: Client
    moment: list[datetime]

    @property
    def now(self) -> datetime:
        return self.moment[0]

    def later(self, **span: float) -> None:
        self.moment[0] += timedelta(**span)

    def token(self, **changes: str) -> Any:
        body = {"grant_type": "client_credentials", "client_id": self.client.client_id, "client_secret": self.secret}
        return self.browser.post("/api/exchange/token", body | changes)

    def ask(self, path: str, body: dict[str, Any] | None = None, token: str | None = None) -> Any:
        headers = {"Authorization": f"Bearer {token or self.token().json()['access_token']}"}
        if body is None:
            return self.browser.get(f"/api/exchange/{path}", headers=headers)
        return self.browser.post(
            f"/api/exchange/{path}", json.dumps(body), content_type="application/json", headers=headers
        )

    def consent(self, **changes: Any) -> int:
        values: dict[str, Any] = {
            "holder": holder_of_person(self.cast.person("citizen")),
            "type_codes": [FOOD],
            "purpose": "餐饮卫生备案",
            "department_id": self.cast.department("health").pk,
            "until": self.now + timedelta(days=30),
            "uses": 2,
        }
        return consents.grant(actor=self.cast.actor("citizen"), now=self.now, **(values | changes)).pk

    def by_identifier(self, consent_id: int, **changes: Any) -> Any:
        body = {
            "identifier": self.licence.identifier,
            "consent_id": consent_id,
            "case_number": "WJ-1",
            "purpose": "备案",
        }
        return self.ask("licence", body | changes)

    def by_holder(self, consent_id: int, **changes: Any) -> Any:
        number = self.cast.person("citizen").idcard
        body = {"kind": "person", "id_number": number, "type": FOOD, "consent_id": consent_id}
        return self.ask("holder", body | {"case_number": "WJ-1", "purpose": "备案"} | changes)


@pytest.fixture
def outside(cast: Cast, granted: Callable[..., Licence], monkeypatch: Any) -> Outside:  # noqa: F811
    moment = [NOW]
    monkeypatch.setattr("django.utils.timezone.now", lambda: moment[0])
    licence = granted()
    admin = cast.actor("admin")
    new = commands.register_client(
        actor=admin,
        name="卫健备案系统",
        department_id=cast.department("health").pk,
        contact="卫健委信息科",
        purpose="核验食品经营许可",
        law="《中华人民共和国食品安全法》第三十五条",
        per_minute=20,
        per_day=100,
        now=NOW,
    )
    scope = Scope(FOOD, frozenset({"scope", "address"}), ALL_WAYS)
    commands.set_scopes(actor=admin, client_pk=new.client.pk, scopes=[scope], reason="开通", now=NOW)
    return Outside(cast, new.client, new.secret, licence, Client(), moment)


def test_a_system_gets_in_with_its_secret(outside):
    answer = outside.token()
    assert (answer.status_code, answer["Cache-Control"]) == (200, "no-store")
    assert answer.json()["token_type"] == "Bearer"
    access = outside.ask("access", token=answer.json()["access_token"]).json()
    assert access["scopes"] == [
        {"type": FOOD, "name": "食品经营许可证", "fields": ["address", "scope"], "ways": sorted(ALL_WAYS)}
    ]
    assert access["usage"]["today"] == 1


@pytest.mark.parametrize("way", ["by_identifier", "by_holder"])
def test_a_type_closed_to_the_systems_department_is_not_given_out(outside, way):
    kind = outside.licence.type
    kind.callers = ["market"]
    kind.save(update_fields=["callers"])
    consent = outside.consent()
    answer = getattr(outside, way)(consent)
    assert (answer.status_code, answer.json()["reasons"][0]["code"]) == (403, "not_a_caller")
    assert HolderConsent.objects.get(pk=consent).uses_left == 2
    assert ClientUse.objects.latest("id").outcome == "not_a_caller"


def test_what_cannot_be_opened_is_named_to_the_system_and_no_answer_of_the_library(outside, granted, monkeypatch):  # noqa: F811
    person = outside.cast.person("citizen")
    card = granted(type_code=CARD, data={"sex": "女", "idcard": person.idcard}, case_number="2")
    scope = Scope(CARD, frozenset({"sex", "idcard"}), ALL_WAYS)
    admin = outside.cast.actor("admin")
    commands.set_scopes(actor=admin, client_pk=outside.client.pk, scopes=[scope], reason="开通", now=outside.now)
    consent = outside.consent(type_codes=[CARD], fields=["sex", "idcard"])
    token = outside.token().json()["access_token"]
    monkeypatch.setenv("YITONG_DATA_KEYS", "9:" + "A" * 43 + "=")
    body = {"identifier": card.identifier, "consent_id": consent, "case_number": "WJ-1", "purpose": "备案"}
    answer = outside.ask("licence", body, token=token).json()
    assert (answer["fields"], answer["closed"]) == ({"sex": "女"}, ["idcard"])
    question = Question("person", person.idcard, person.name, "备案", "WJ-1", outside.now, "1")
    with pytest.raises(NoAnswer) as refusal:
        LibraryProvider().ask(Target("cards", "", 1.0, CARD), question)
    assert refusal.value.code == "sealed" and "无法打开" in str(gettext(refusal.value.reason.message))


def test_the_secret_goes_by_http_basic_too(outside):
    packed = base64.b64encode(f"{outside.client.client_id}:{outside.secret}".encode()).decode()
    body = {"grant_type": "client_credentials"}
    answer = outside.browser.post("/api/exchange/token", body, headers={"Authorization": f"Basic {packed}"})
    assert answer.status_code == 200


@pytest.mark.parametrize(
    ("changes", "status", "error"),
    [
        ({"client_secret": "wrong"}, 401, "invalid_client"),
        ({"client_id": "yt-unknown"}, 401, "invalid_client"),
        ({"grant_type": "password"}, 400, "unsupported_grant_type"),
    ],
)
def test_whoever_does_not_know_the_secret_stays_out(outside, changes, status, error):
    answer = outside.token(**changes)
    assert (answer.status_code, answer.json()["error"]) == (status, error)
    assert answer.json()["detail"] == answer.json()["error_description"]


def test_the_secret_is_kept_as_a_hash_and_nothing_else(outside):
    row = ApiClient.objects.get()
    assert outside.secret not in json.dumps([str(value) for value in vars(row).values()])
    assert outside.secret not in json.dumps([str(each.changes) for each in ClientChange.objects.all()])


def test_without_a_token_or_with_another_one_nothing_is_said(outside):
    assert outside.browser.get("/api/exchange/access").status_code == 401
    good = outside.token().json()["access_token"]
    head, body, mac = good.split(".")
    for bad in ("rubbish", f"{head}.{body}.{mac[::-1]}", f"{head}.{body}x.{mac}"):
        answer = outside.ask("access", token=bad)
        assert answer.status_code == 401
        assert "token" in answer.json()["detail"] or "令牌" in answer.json()["detail"]
        assert "WWW-Authenticate" in answer
    outside.later(minutes=11)
    assert outside.ask("access", token=good).status_code == 401


def test_replacing_the_secret_or_shutting_out_ends_every_token_at_once(outside):
    admin, token = outside.cast.actor("admin"), outside.token().json()["access_token"]
    new = commands.rotate_secret(actor=admin, client_pk=outside.client.pk, reason="定期更换", now=outside.now)
    assert outside.ask("access", token=token).status_code == 401
    assert outside.token().status_code == 401
    outside.secret = new.secret
    token = outside.token().json()["access_token"]
    commands.disable_client(actor=admin, client_pk=outside.client.pk, reason="合同到期", now=outside.now)
    refused = outside.ask("access", token=token)
    assert refused.status_code == 401
    assert "合同到期" in refused.json()["detail"]
    assert outside.token().status_code == 401
    commands.enable_client(actor=admin, client_pk=outside.client.pk, reason="续签", now=outside.now)
    assert outside.ask("access", token=token).status_code == 200


def test_a_licence_by_its_identifier_under_consent(outside):
    answer = outside.by_identifier(outside.consent())
    assert answer.status_code == 200
    told = answer.json()
    assert told["number"] == outside.licence.number
    assert told["fields"] == {"address": "朝晖区和平路1号", "scope": "预包装食品销售"}
    assert told["uses_left"] == 1


def test_only_the_fields_of_scope_and_consent_and_request_are_given(outside):
    consent_id = outside.consent(fields=["scope", "business_kind"], uses=5)
    assert set(outside.by_identifier(consent_id).json()["fields"]) == {"scope"}
    refused = outside.by_identifier(consent_id, fields=["business_kind"])
    assert refused.status_code == 403
    assert refused.json()["reasons"][0]["code"] == "field_not_in_scope"
    assert outside.by_identifier(consent_id, fields=["address"]).status_code == 403


def test_a_licence_by_its_holder_under_consent(outside):
    answer = outside.by_holder(outside.consent())
    assert answer.status_code == 200
    assert answer.json()["identifier"] == outside.licence.identifier


def test_the_holder_reads_who_looked(outside):
    look = outside.by_identifier(outside.consent()).json()["look_id"]
    entry = log_of(outside.cast.actor("citizen")).get(pk=look)
    assert (entry.actor_ref, entry.actor_name) == (f"client:{outside.client.pk}", "卫健备案系统")
    assert entry.department_id == outside.cast.department("health").pk
    assert entry.case_number == "WJ-1"


def test_each_request_is_logged_answered_or_refused(outside):
    consent_id = outside.consent()
    outside.by_identifier(consent_id)
    outside.by_identifier(consent_id + 999)
    done, refused = ClientUse.objects.order_by("pk")
    assert (done.outcome, done.status, done.consent_id, done.identifiers) == (
        "ok",
        200,
        consent_id,
        [outside.licence.identifier],
    )
    assert (refused.outcome, refused.status, refused.identifiers) == ("consent_not_yours", 403, [])
    assert Entry.objects.filter(tag="exchange:client:answered", detail__use=done.pk).count() == 1
    assert Entry.objects.filter(tag="exchange:client:refused", detail__use=refused.pk).count() == 1
    with pytest.raises((InternalError, IntegrityError), match="final"), transaction.atomic():
        ClientUse.objects.update(outcome="nothing")


def test_a_consent_is_used_up_revoked_or_over(outside):
    once = outside.consent(uses=1)
    assert outside.by_identifier(once).status_code == 200
    assert outside.by_identifier(once).status_code == 409
    taken_back = outside.consent()
    consents.revoke(actor=outside.cast.actor("citizen"), consent_id=taken_back, now=outside.now)
    refused = outside.by_identifier(taken_back)
    assert (refused.status_code, refused.json()["reasons"][0]["code"]) == (409, "consent_revoked")
    short = outside.consent(until=outside.now + timedelta(hours=1))
    outside.later(hours=2)
    assert outside.by_identifier(short).status_code == 409


def test_a_licence_that_ended_is_not_given(outside):
    consent_id = outside.consent()
    revoke(actor=outside.cast.actor("chief"), licence_id=outside.licence.pk, reason="查实造假", now=outside.now)
    assert outside.by_identifier(consent_id).status_code == 409
    assert outside.by_holder(consent_id).status_code == 404
    told = outside.ask("verify", {"identifier": outside.licence.identifier}).json()
    assert told["standing"] == "revoked"


def test_what_is_not_consented_to_is_not_there(outside, granted):  # noqa: F811
    person = outside.cast.person("stranger")
    other = granted(holder_person_id=person.pk, holder_name=person.name, case_number="1143990000000000009")
    consent_id = outside.consent()
    assert outside.by_identifier(consent_id, identifier=other.identifier).status_code == 404
    assert outside.by_holder(consent_id, id_number=person.idcard).status_code == 403
    elsewhere = outside.consent(department_id=outside.cast.department("market").pk)
    assert outside.by_identifier(elsewhere).status_code == 403
    bound = outside.consent(case_number="WJ-2")
    assert outside.by_identifier(bound).status_code == 403
    assert outside.by_identifier(bound, case_number="WJ-2").status_code == 200


def test_a_type_or_way_out_of_scope_is_refused_before_anything_is_looked_at(outside):
    consent_id = outside.consent()
    refused = outside.by_holder(consent_id, type=CARD)
    assert (refused.status_code, refused.json()["reasons"][0]["code"]) == (403, "type_not_in_scope")
    only = Scope(FOOD, frozenset(), frozenset({"verify"}))
    admin = outside.cast.actor("admin")
    commands.set_scopes(actor=admin, client_pk=outside.client.pk, scopes=[only], reason="收窄", now=outside.now)
    assert outside.by_identifier(consent_id).json()["reasons"][0]["code"] == "way_not_in_scope"
    assert outside.ask("verify", {"identifier": outside.licence.identifier}).status_code == 200


def test_verifying_says_yes_or_no_and_no_more(outside):
    person = outside.cast.person("citizen")
    body = {"identifier": outside.licence.identifier, "holder_name": "李梅", "id_number": person.idcard}
    told = outside.ask("verify", body)
    assert (told.json()["standing"], told.json()["name_matches"], told.json()["number_matches"]) == (
        "valid",
        True,
        True,
    )
    assert "李梅" not in told.content.decode() and person.idcard not in told.content.decode()
    wrong = outside.ask("verify", body | {"holder_name": "外人", "id_number": ""}).json()
    assert (wrong["name_matches"], wrong["number_matches"]) == (False, None)


@pytest.mark.parametrize("path", ["licence", "verify"])
def test_an_identifier_with_a_wrong_check_character_is_named(outside, path):
    body = {"identifier": outside.licence.identifier[:-1] + "*", "consent_id": 1, "case_number": "1", "purpose": "x"}
    answer = outside.ask(path, body)
    assert answer.status_code == 422
    assert answer.json()["reasons"][0]["field"] == "identifier"


def test_a_quota_a_minute_and_a_day(outside):
    admin, now = outside.cast.actor("admin"), outside.now
    commands.set_limits(
        actor=admin, client_pk=outside.client.pk, per_minute=3, per_day=5, token_seconds=600, reason="试用", now=now
    )
    token = outside.token().json()["access_token"]
    assert [outside.ask("access", token=token).status_code for _ in range(4)] == [200, 200, 200, 429]
    refused = outside.ask("access", token=token)
    assert 1 <= int(refused["Retry-After"]) <= 61
    assert ClientUse.objects.filter(status=429).count() == 1, "a flood does not fill the log"
    outside.later(minutes=1)
    refused = outside.ask("access", token=token)
    assert refused.json()["reasons"][0]["code"] == "quota_day"
    assert int(refused["Retry-After"]) > 3600
    outside.later(days=1)
    assert outside.ask("access").status_code == 200
    assert counting.forget(now=outside.now) > 0


def test_guessing_secrets_is_slowed_down_by_address(outside):
    statuses = [outside.token(client_secret=f"guess {n}").status_code for n in range(32)]
    assert statuses[:30] == [401] * 30
    assert statuses[30:] == [429, 429]
    assert not RequestCount.objects.filter(subject__contains="127.0.0.1").exists()


def test_only_an_administrator_lets_systems_in(outside):
    for who in ("registrar", "supervisor", "chief", "citizen"):
        with pytest.raises(NotAllowed):
            commands.rotate_secret(
                actor=outside.cast.actor(who), client_pk=outside.client.pk, reason="x", now=outside.now
            )


def test_what_does_not_exist_cannot_be_put_into_a_scope(outside):
    admin = outside.cast.actor("admin")
    for wrong, code in (
        (Scope("0" * 21, frozenset(), frozenset({"verify"})), "no_type"),
        (Scope(FOOD, frozenset({"salary"}), ALL_WAYS), "no_field"),
        (Scope(FOOD, frozenset(), ALL_WAYS), "fields_needed"),
        (Scope(FOOD, frozenset({"scope"}), frozenset()), "no_way"),
    ):
        with pytest.raises(Refused) as refused:
            commands.set_scopes(actor=admin, client_pk=outside.client.pk, scopes=[wrong], reason="x", now=outside.now)
        assert refused.value.reasons[0].code == code
    assert ClientChange.objects.filter(what="scoped").count() == 1


def test_registering_again_under_the_same_name_is_refused(outside):
    with pytest.raises(Refused, match="already"):
        commands.register_client(
            actor=outside.cast.actor("admin"),
            name="卫健备案系统",
            department_id=outside.cast.department("health").pk,
            contact="",
            purpose="x",
            law="x",
            now=outside.now,
        )


@pytest.mark.django_db(transaction=True)
def test_two_requests_at_once_never_use_a_consent_twice(outside):
    consent_id, token = outside.consent(uses=1), outside.token().json()["access_token"]
    body = {"identifier": outside.licence.identifier, "consent_id": consent_id, "case_number": "1", "purpose": "备案"}
    statuses: list[int] = []
    barrier = Barrier(4)

    def ask() -> None:
        barrier.wait()
        statuses.append(outside.ask("licence", body, token).status_code)
        connection.close()

    threads = [Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(statuses) == [200, 409, 409, 409]
    assert ClientUse.objects.filter(status=200).count() == 1
    assert ClientUse.objects.count() == 4
