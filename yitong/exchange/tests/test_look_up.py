"""Asking a register: a real HTTP server answers, is slow, wrong and down."""

from __future__ import annotations

import time
from datetime import timedelta

import pytest
from django.db import IntegrityError, InternalError, transaction

from yitong.audit.models import Entry
from yitong.consents import permissions as consent_permissions
from yitong.exchange import commands
from yitong.exchange.commands import answers_kept
from yitong.exchange.models import CachedAnswer, Call, CallResult, Circuit, OddAnswer
from yitong.exchange.rules.answers import Outcome
from yitong.kernel.reasons import NotAllowed, Refused
from yitong.licences import sealing
from yitong.licences.holders import holder_of_enterprise, holder_of_person, key_of_holder

pytestmark = pytest.mark.django_db
ALL = ("degree", "social-insurance", "marriage", "no-crime", "housing-fund", "household", "blood-donation")


@pytest.mark.parametrize("code", ALL)
def test_a_register_answers_in_our_words(exchange, code):
    found = exchange.look_up(code)
    assert found.outcome is Outcome.FOUND
    assert found.data["name"] == "李梅"
    assert (found.cached, found.reason) == (False, None)
    assert abs(found.fetched_at - exchange.now) < timedelta(seconds=5)


def test_days_amounts_and_codes_are_read_as_the_register_spells_them(exchange):
    assert exchange.look_up("marriage").data["registered_on"] == "2014-03-25"
    assert exchange.look_up("degree").data["level"] == "本科"
    fund = exchange.look_up("housing-fund").data
    assert "." in fund["balance"] and "," not in fund["balance"]


def test_absent_is_an_answer(exchange):
    found = exchange.look_up("lawyer")
    assert (found.outcome, found.data, found.reason) == (Outcome.ABSENT, {}, None)
    assert found.fetched_at is not None


def test_an_enterprise_is_asked_for_by_its_credit_code(exchange):
    holder = holder_of_enterprise(exchange.cast.enterprise())
    found = exchange.look_up("business-licence", holder=holder)
    assert found.data["uscc"] == holder.id_number
    with pytest.raises(Refused, match="persons"):
        exchange.look_up("degree", holder=holder)


def test_a_call_is_logged_with_case_purpose_and_who(exchange):
    found = exchange.look_up()
    call = Call.objects.get(pk=found.call_id)
    assert (call.case_number, call.purpose, call.actor_ref) == ("CASE-1", "教师资格认定", "system:tests")
    assert bytes(call.holder_key) == key_of_holder(holder_of_person(exchange.cast.person("citizen")))
    assert call.result.outcome == "found"
    assert call.result.attempts == 1
    assert "school" in call.result.field_names
    assert Entry.objects.filter(tag="exchange:connector:asked", detail__call=call.pk).count() == 1


def test_the_log_cannot_be_altered(exchange):
    found = exchange.look_up()
    for table, rows in (("call", Call.objects.filter(pk=found.call_id)), ("result", CallResult.objects.all())):
        with pytest.raises((InternalError, IntegrityError), match="final"), transaction.atomic():
            rows.update(at=exchange.now)
        with pytest.raises((InternalError, IntegrityError), match="final"), transaction.atomic():
            rows._raw_delete(rows.db)
        assert rows.exists(), table


@pytest.mark.parametrize("missing", [{"purpose": " "}, {"case_number": ""}])
def test_without_purpose_or_ground_nobody_is_asked(exchange, missing):
    before = exchange.upstream.asked("degree")
    with pytest.raises(Refused):
        exchange.look_up(**missing)
    assert exchange.upstream.asked("degree") == before
    assert not Call.objects.exists()


def test_a_number_that_is_none_is_refused_before_anybody_is_asked(exchange):
    person = holder_of_person(exchange.cast.person("citizen"))
    bad = type(person)("person", person.id_number[:-1] + ("1" if person.id_number[-1] != "1" else "2"), "李梅")
    with pytest.raises(Refused):
        exchange.look_up(holder=bad)


def test_a_person_asks_about_herself_and_nobody_else(exchange):
    citizen, stranger = exchange.cast.actor("citizen"), exchange.cast.actor("stranger")
    own = exchange.look_up(actor=citizen, case_number="")
    assert own.outcome is Outcome.FOUND
    assert "第四十五条" in Call.objects.get(pk=own.call_id).law
    with pytest.raises(NotAllowed):
        exchange.look_up(actor=stranger, case_number="")


def test_an_officer_asks_only_about_the_party_to_a_case_of_hers(exchange, monkeypatch):
    officer = exchange.cast.actor("accepter")
    key = key_of_holder(holder_of_person(exchange.cast.person("citizen")))
    facts = consent_permissions.CaseFacts(holder_keys=frozenset({key}))

    def policy(actor, number):
        return facts if (actor.ref, number) == (officer.ref, "CASE-1") else None

    monkeypatch.setattr(consent_permissions, "_policies", [policy])
    assert exchange.look_up(actor=officer).outcome is Outcome.FOUND
    for wrong in (
        {"actor": officer, "case_number": "CASE-2"},
        {"actor": officer, "case_number": "", "law": "made up"},
        {"actor": officer, "holder": holder_of_person(exchange.cast.person("stranger"))},
        {"actor": exchange.cast.actor("outsider")},
        {"actor": exchange.cast.actor("admin")},
    ):
        with pytest.raises(NotAllowed):
            exchange.look_up(**wrong)


def test_a_law_that_needs_a_case_needs_one_of_the_person_asked_about(exchange, monkeypatch):
    officer, stranger = exchange.cast.actor("accepter"), holder_of_person(exchange.cast.person("stranger"))
    key = key_of_holder(holder_of_person(exchange.cast.person("citizen")))
    facts = consent_permissions.CaseFacts(holder_keys=frozenset({key}))
    monkeypatch.setattr(consent_permissions, "_policies", [lambda _, number: facts if number == "CASE-1" else None])
    law = "statutory-duty"
    assert exchange.look_up(actor=officer, law=law).outcome is Outcome.FOUND
    asked = Call.objects.count()
    with pytest.raises(NotAllowed):
        exchange.look_up(actor=officer, law=law, holder=stranger)
    assert Call.objects.count() == asked
    monkeypatch.setattr(consent_permissions, "_policies", [lambda _, number: number == "CASE-1"])
    assert exchange.look_up(actor=officer, law=law, holder=stranger).call_id, (
        "a policy that names no party leaves it open"
    )


def test_an_answer_is_kept_for_the_stated_time_and_encrypted(exchange):
    before = exchange.upstream.asked("degree")
    first = exchange.look_up()
    exchange.later(days=6)
    again = exchange.look_up()
    assert (again.cached, again.data, again.fetched_at) == (True, first.data, first.fetched_at)
    assert exchange.upstream.asked("degree") == before + 1
    row = CachedAnswer.objects.get()
    assert first.data["school"].encode() not in bytes(row.sealed)
    assert sealing.unseal(row.sealed, row.sealed_key)["data"] == first.data
    exchange.later(days=2)
    assert not exchange.look_up().cached
    assert not exchange.look_up("no-crime").cached
    assert not exchange.look_up("no-crime").cached


def test_a_kept_answer_moved_to_another_holder_is_not_believed(exchange):
    exchange.look_up()
    stranger = holder_of_person(exchange.cast.person("stranger"))
    CachedAnswer.objects.update(holder_key=key_of_holder(stranger))
    assert not exchange.look_up(holder=stranger).cached


def test_fresh_asks_past_what_was_kept_and_old_answers_are_forgotten(exchange):
    exchange.look_up()
    assert not exchange.look_up(fresh=True).cached
    assert CachedAnswer.objects.count() == 1
    assert answers_kept.forget(now=exchange.now + timedelta(days=8)) == 1


def test_no_record_is_kept_for_ten_minutes_only(exchange):
    exchange.look_up("lawyer")
    exchange.later(minutes=9)
    assert exchange.look_up("lawyer").cached
    exchange.later(minutes=2)
    assert not exchange.look_up("lawyer").cached


def test_a_slow_register_costs_its_limit_and_no_more(exchange):
    exchange.set(timeout_ms=200, retries=1)
    exchange.upstream.mode(degree="slow")
    begun = time.monotonic()
    found = exchange.look_up()
    assert time.monotonic() - begun < 1.5
    assert found.outcome is Outcome.UNAVAILABLE
    assert found.reason.code == "timeout"
    assert "200" in str(found.reason)
    assert CallResult.objects.get().attempts == 2


def test_a_fault_is_tried_again_and_forgotten_when_the_second_attempt_answers(exchange):
    exchange.set(retries=3)
    exchange.upstream.mode(degree="error")
    found = exchange.look_up()
    assert (found.outcome, found.reason.code) == (Outcome.UNAVAILABLE, "upstream_error")
    assert (CallResult.objects.get().attempts, CallResult.objects.get().status) == (4, 500)
    exchange.upstream.mode(degree="ok")
    assert exchange.look_up().outcome is Outcome.FOUND
    assert Circuit.objects.get(connector__code="degree").failures == 0


def test_what_is_not_harmless_is_never_asked_twice(exchange):
    exchange.set(retries=0, idempotent=False)
    exchange.upstream.mode(degree="error")
    exchange.look_up()
    assert CallResult.objects.get().attempts == 1
    with pytest.raises(Refused):
        exchange.set(retries=2)


@pytest.mark.parametrize(
    ("mode", "code"), [("bad_json", "not_json"), ("wrong_schema", "wrong_shape"), ("wrong_person", "wrong_person")]
)
def test_an_answer_nobody_understands_is_none_and_is_kept_for_inspection(exchange, mode, code):
    exchange.upstream.mode(degree=mode)
    found = exchange.look_up()
    assert (found.outcome, found.data, found.reason.code) == (Outcome.UNAVAILABLE, {}, code)
    assert CallResult.objects.get().attempts == 1, "asking again would give the same"
    odd = OddAnswer.objects.get()
    number = exchange.cast.person("citizen").idcard
    assert number not in str(odd.shape) and "李梅" not in str(odd.shape)
    assert number.encode() not in bytes(odd.sealed)
    assert not CachedAnswer.objects.exists()
    assert answers_kept.forget(now=exchange.now + timedelta(days=31)) == 1
    odd.refresh_from_db()
    assert odd.sealed is None and odd.shape


def test_a_register_that_hangs_up_or_is_not_there_is_unreachable(exchange):
    exchange.upstream.mode(degree="down")
    assert exchange.look_up().reason.code == "unreachable"
    exchange.upstream.kill()
    assert exchange.look_up().reason.code == "unreachable"
    exchange.upstream.restart()
    assert exchange.look_up().outcome is Outcome.FOUND


def test_an_unknown_result_code_is_not_taken_for_an_answer(exchange):
    exchange.set(envelope={"found": ["200"], "absent": ["404"]})
    assert exchange.look_up().reason.code == "unknown_code"


def test_too_much_is_not_read_to_the_end(exchange, monkeypatch):
    monkeypatch.setattr("yitong.exchange.providers.http_json.MOST_BYTES", 50)
    assert exchange.look_up().reason.code == "too_large"


def test_a_look_up_within_a_transaction_is_refused(exchange):
    with pytest.raises(RuntimeError, match="durable"), transaction.atomic():
        exchange.look_up()


def test_a_connector_that_is_switched_off_says_why(exchange):
    exchange.look_up()
    commands.disable(actor=exchange.cast.actor("admin"), code="degree", reason="系统升级", now=exchange.now)
    found = exchange.look_up()
    assert (found.outcome, found.reason.code, found.cached) == (Outcome.UNAVAILABLE, "disabled", False)
    assert "系统升级" in str(found.reason)
    commands.enable(actor=exchange.cast.actor("admin"), code="degree", reason="升级完成", now=exchange.now)
    assert exchange.look_up().outcome is Outcome.FOUND


def test_a_test_call_shows_no_values_and_keeps_nothing(exchange):
    admin = exchange.cast.actor("admin")
    found = commands.test_call(actor=admin, connector_code="degree", id_number="439901199005200023", now=exchange.now)
    assert found.outcome is Outcome.FOUND
    assert set(found.data.values()) == {""} and "school" in found.data
    assert not CachedAnswer.objects.exists()
    assert Call.objects.get().test
    number = exchange.cast.person("citizen").idcard
    with pytest.raises(Refused):
        commands.test_call(actor=admin, connector_code="degree", id_number=number, now=exchange.now)
    with pytest.raises(NotAllowed):
        commands.test_call(
            actor=exchange.cast.actor("supervisor"), connector_code="degree", id_number=number, now=exchange.now
        )
