"""Our own library as a register: its types' callers are heeded for the department that gets the answer."""

from __future__ import annotations

from typing import Any

import pytest

from yitong.consents import permissions as consent_permissions
from yitong.consents.commands.bases import save_basis
from yitong.exchange.models import Call
from yitong.exchange.rules.answers import Outcome
from yitong.kernel.reasons import Refused
from yitong.licences.holders import holder_of_person, key_of_holder
from yitong.licences.models import LicenceType
from yitong.licences.tests.conftest import granted, media  # noqa: F401 - fixtures
from yitong.licences.types_data import BY_NAME
from yitong.parties.actors import system

pytestmark = pytest.mark.django_db
FOOD = BY_NAME["食品经营许可证"].code


@pytest.fixture
def permits(exchange, granted, monkeypatch):  # noqa: F811
    """The connector of food permits, 李梅 with one, and a case of hers that every officer sees and nobody is said to handle."""
    fields = [{"name": "scope", "label": "经营项目", "path": "scope", "kind": "text"}]
    exchange.set(
        "permits", name="食品经营许可证", source_name="电子证照库", provider="library", licence_type=FOOD, subject="person",
        fields=fields, cache_seconds=600, timeout_ms=1000,
    )  # fmt: skip
    granted()
    key = key_of_holder(holder_of_person(exchange.cast.person("citizen")))
    facts = consent_permissions.CaseFacts(holder_keys=frozenset({key}))
    monkeypatch.setattr(consent_permissions, "_policies", [lambda _, number: facts if number == "CASE-1" else None])
    LicenceType.objects.filter(code=FOOD).update(callers=["market"])
    return exchange


def asks(permits: Any, who: str, **more: Any) -> str:
    """found, or the code of the refusal."""
    try:
        return permits.look_up("permits", actor=permits.cast.actor(who), **more).outcome.value
    except Refused as refused:
        return refused.reasons[0].code


def test_only_departments_the_type_is_open_to_are_answered(permits):
    assert asks(permits, "accepter") == "found"
    calls = Call.objects.count()
    assert asks(permits, "outsider") == "not_a_caller", "also where another department's answer is kept"
    assert Call.objects.count() == calls
    LicenceType.objects.filter(code=FOOD).update(callers=[])
    assert asks(permits, "outsider") == "found"


def test_the_department_of_the_case_gets_the_answer(permits, monkeypatch):
    key = key_of_holder(holder_of_person(permits.cast.person("citizen")))

    def handled_by(code: str) -> None:
        facts = consent_permissions.CaseFacts(permits.cast.department(code).pk, frozenset({key}))
        monkeypatch.setattr(consent_permissions, "_policies", [lambda _, number: facts if number == "CASE-1" else None])

    handled_by("market")
    assert asks(permits, "clerk") == "found", "the counter takes it into the market department's case"
    handled_by("health")
    said = {"title": "核验", "citation": "《某法》第一条", "allows": "核验。", "type_codes": [FOOD]}
    save_basis(actor=permits.cast.actor("registrar"), code="food", **said, now=permits.now)
    assert asks(permits, "clerk") == asks(permits, "citizen") == asks(permits, "citizen", law="food") == "not_a_caller"
    assert asks(permits, "citizen", case_number="") == "found", "his own, for himself"


def test_a_law_that_names_the_type_and_the_platform_say_themselves_who_may(permits):
    said = {"title": "核验", "citation": "《某法》第一条", "allows": "核验。"}
    registrar = permits.cast.actor("registrar")
    save_basis(actor=registrar, code="at-large", **said, now=permits.now)
    save_basis(actor=registrar, code="food", type_codes=[FOOD], **said, now=permits.now)
    assert asks(permits, "outsider", law="at-large") == "not_a_caller"
    assert asks(permits, "outsider", law="food") == "found"
    assert permits.look_up("permits", actor=system("tests")).outcome is Outcome.FOUND
