"""Nothing is shown without the holder's consent or a named law; every look is logged, every use spent once."""

from __future__ import annotations

from datetime import timedelta
from threading import Barrier, Thread
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction

from yitong.audit.models import Entry
from yitong.consents import commands
from yitong.consents.commands.bases import ensure_bases, save_basis
from yitong.consents.events import ConsentGranted, ConsentRevoked
from yitong.consents.models import AccessEntry, HolderConsent, LegalBasis
from yitong.consents.permissions import looks_visible_to, visible_to
from yitong.consents.queries import of_case, untouched, usable
from yitong.consents.tests.conftest import CASE, DRAFT, FOOD, World
from yitong.kernel import events
from yitong.kernel.reasons import NotAllowed, Refused
from yitong.licences.commands import revoke as revoke_licence

pytestmark = pytest.mark.django_db


def codes(refused: pytest.ExceptionInfo[Refused]) -> set[str]:
    return {reason.code for reason in refused.value.reasons}


def refused_use(world: World, who: str = "reviewer", **changes: Any) -> set[str]:
    looks = AccessEntry.objects.count()
    with pytest.raises(Refused) as refused:
        world.use(who, **changes)
    assert AccessEntry.objects.count() == looks, "a refused look shows nothing, so that it is no look"
    return codes(refused)


def heard(kind: type, of: list[Any], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(events._handlers, kind, [of.append])


def test_the_holder_grants_and_the_officer_looks_once_for_each_use(world: World) -> None:
    consent = world.grant(uses=2)
    assert Entry.objects.filter(tag="consents:consent:granted").count() == 1
    view = world.use(consent_id=consent.pk)
    assert view.value("scope") == "预包装食品销售" and view.holder_name == "李梅" and view.uses_left == 1
    assert world.use(consent_id=consent.pk).uses_left == 0
    assert refused_use(world, consent_id=consent.pk) == {"consent_used_up"}


def test_a_look_says_who_when_for_what_and_which_fields_and_the_audit_log_has_its_digest(world: World) -> None:
    consent = world.grant()
    world.use(consent_id=consent.pk, fields=["scope"])
    look = AccessEntry.objects.get()
    assert (look.actor_name, look.actor_role, look.department_name) == ("陈静", "reviewer", "示范市市场监督管理局")
    assert (look.case_number, look.within_case, look.purpose) == (CASE, True, "审查申请材料")
    assert look.fields == [{"name": "scope", "label": "经营项目"}] and look.consent_id == consent.pk
    logged = Entry.objects.get(tag="consents:licence:looked_at")
    assert logged.subject == f"look:{look.pk}" and logged.detail["digest"] == look.digest
    assert untouched(look) and "预包装" not in str(logged.detail)


def test_nobody_changes_or_deletes_a_look(world: World) -> None:
    world.use(consent_id=world.grant().pk)
    look = AccessEntry.objects.get()
    for change in (lambda: AccessEntry.objects.update(actor_name="别人"), look.delete):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()
    look.actor_name = "别人"
    assert not untouched(look)


def test_what_a_consent_says_cannot_be_changed_afterwards(world: World) -> None:
    consent = world.grant()
    for change in ({"purpose": "别的"}, {"uses_left": 9, "uses_granted": 9}, {"fields": ["idcard"]}):
        with pytest.raises(DatabaseError), transaction.atomic():
            HolderConsent.objects.filter(pk=consent.pk).update(**change)
    with pytest.raises(DatabaseError), transaction.atomic():
        HolderConsent.objects.filter(pk=consent.pk).delete()


def test_without_consent_nothing_is_shown(world: World) -> None:
    assert refused_use(world) == {"no_basis"}


@pytest.mark.parametrize("who", ["stranger", "citizen", "supervisor", "registrar", "admin", "author"])
def test_who_may_not_open_licences_gets_nothing_even_with_a_consent(world: World, who: str) -> None:
    with pytest.raises(NotAllowed):
        world.use(who, consent_id=world.grant().pk)


def test_an_officer_without_the_case_gets_nothing_by_consent_or_by_law(world: World) -> None:
    ensure_bases(world.now)
    consent = world.grant()
    for wanted in ({"consent_id": consent.pk}, {"law": "licence-examination"}):
        for who, case in (("outsider", CASE), ("reviewer", "439900202609240002"), ("reviewer", "")):
            with pytest.raises(NotAllowed):
                world.use(who, **wanted, case_number=case)
    assert not AccessEntry.objects.exists()


def test_a_revoked_consent_ends_at_once_and_says_which_licences_it_touched(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    said: list[ConsentRevoked] = []
    heard(ConsentRevoked, said, monkeypatch)
    consent = world.grant(licence_ids=[], type_codes=[FOOD])
    world.use(consent_id=consent.pk)
    commands.revoke(actor=world.actor("citizen"), consent_id=consent.pk, now=world.now)
    assert refused_use(world, consent_id=consent.pk) == {"consent_revoked"}
    assert said == [ConsentRevoked(consent.pk, CASE, (world.licence.pk,), world.now)]
    commands.revoke(actor=world.actor("citizen"), consent_id=consent.pk, now=world.now)
    assert len(said) == 1 and Entry.objects.filter(tag="consents:consent:revoked").count() == 1


@pytest.mark.parametrize("who", ["stranger", "reviewer", "clerk", "supervisor"])
def test_only_the_holder_revokes(world: World, who: str) -> None:
    with pytest.raises(NotAllowed):
        commands.revoke(actor=world.actor(who), consent_id=world.grant().pk, now=world.now)


@pytest.mark.parametrize("who", ["stranger", "reviewer", "clerk", "supervisor"])
def test_nobody_consents_for_the_holder(world: World, who: str) -> None:
    with pytest.raises(NotAllowed):
        world.grant(who)
    assert not HolderConsent.objects.exists()


def test_bad_terms_name_their_fields(world: World) -> None:
    with pytest.raises(Refused) as refused:
        world.grant(purpose=" ", uses=0, until=world.now, fields=["nonsense"], department_id=0)
    assert {r.field for r in refused.value.reasons} == {"purpose", "uses", "until", "fields", "department"}
    wrongs: tuple[dict[str, Any], ...] = ({"licence_ids": []}, {"licence_ids": [10**9]}, {"type_codes": [FOOD]})
    for wrong in wrongs:
        with pytest.raises(Refused):
            world.grant(**wrong)
    assert not HolderConsent.objects.exists()


def test_a_licence_of_somebody_else_cannot_be_consented_to(world: World) -> None:
    with pytest.raises(Refused) as refused:
        world.grant("stranger", holder=world.holder("stranger"))
    assert "unknown_licence" in codes(refused)


def test_fields_are_those_granted_and_sensitive_ones_only_by_name(world: World) -> None:
    whole = world.grant(licence_ids=[world.card.pk])
    view = world.use(licence_id=world.card.pk, consent_id=whole.pk)
    assert view.value("idcard") == "" and "idcard" not in {field.name for field in view.fields}
    named = world.grant(licence_ids=[world.card.pk], fields=["idcard"])
    view = world.use(licence_id=world.card.pk, consent_id=named.pk)
    assert [field.name for field in view.fields] == ["idcard"]
    assert view.value("idcard") == world.cast.person("citizen").idcard
    assert refused_use(world, licence_id=world.card.pk, consent_id=named.pk, fields=["sex"]) == {"fields_not_allowed"}


def test_a_consent_holds_for_its_licence_its_case_and_its_time(world: World) -> None:
    consent = world.grant()
    assert refused_use(world, consent_id=consent.pk, licence_id=world.card.pk) == {"outside_scope"}
    later = world.now + timedelta(days=31)
    assert refused_use(world, consent_id=consent.pk, now=later) == {"consent_expired"}
    other = world.grant(case_number="439900202609240009")
    assert refused_use(world, consent_id=other.pk) == {"other_case"}
    general = world.grant(case_number="", department_id=world.cast.department("health").pk)
    assert refused_use(world, consent_id=general.pk) == {"other_department"}


def test_a_consent_given_for_the_draft_holds_for_the_case(world: World) -> None:
    consent = world.grant(case_number=DRAFT)
    assert world.use(consent_id=consent.pk).uses_left == 2
    found = usable(world.actor("reviewer"), licence=world.licence, case_number=CASE, now=world.now)
    assert found is not None and found.pk == consent.pk
    assert of_case(world.actor("reviewer"), CASE) == [consent] and of_case(world.actor("outsider"), CASE) == []


def test_a_licence_that_has_ended_is_not_shown_and_no_use_is_spent(world: World) -> None:
    consent = world.grant()
    revoke_licence(licence_id=world.licence.pk, reason="以欺骗手段取得", actor=world.actor("chief"), now=world.now)
    assert refused_use(world, consent_id=consent.pk) == {"licence_revoked"}
    consent.refresh_from_db()
    assert consent.uses_left == 3


def test_a_named_law_opens_what_it_covers_and_is_cited_in_the_log(world: World) -> None:
    view = world.use(law="licence-examination", licence_id=world.card.pk)
    assert view.value("idcard") and view.uses_left is None
    look = AccessEntry.objects.get()
    assert look.law == "《中华人民共和国行政许可法》第三十四条第三款" and look.consent_id is None
    assert world.use(law="statutory-duty", licence_id=world.card.pk).value("idcard") == ""
    assert refused_use(world, law="no-such-law") == {"law_does_not_allow"}


def test_the_table_of_laws_limits_departments_and_types_and_is_edited_by_the_registrar(world: World) -> None:
    ensure_bases(world.now)
    said = {"title": "核验", "citation": "《某法》第一条", "allows": "核验。"}
    with pytest.raises(NotAllowed):
        save_basis(actor=world.actor("chief"), code="x", **said, now=world.now)
    with pytest.raises(Refused) as refused:
        save_basis(actor=world.actor("registrar"), code="X!", title="", citation="", allows="", now=world.now)
    assert {reason.field for reason in refused.value.reasons} == {"code", "title", "citation", "allows"}
    save_basis(actor=world.actor("registrar"), code="health-only", **said, departments=["health"], now=world.now)
    assert refused_use(world, law="health-only") == {"law_does_not_allow"}
    save_basis(actor=world.actor("registrar"), code="health-only", **said, type_codes=["1" * 21], now=world.now)
    assert refused_use(world, law="health-only") == {"law_does_not_allow"}
    save_basis(actor=world.actor("registrar"), code="health-only", **said, active=False, now=world.now)
    assert refused_use(world, law="health-only") == {"law_does_not_allow"}
    assert LegalBasis.objects.filter(code="health-only").count() == 1


def close_to_market(world: World) -> None:
    """The type of the food permit is open to the health department alone."""
    world.licence.type.callers = ["health"]
    world.licence.type.save(update_fields=["callers"])


def test_a_type_closed_to_a_department_stays_closed(world: World) -> None:
    consent = world.grant()
    close_to_market(world)
    assert refused_use(world, consent_id=consent.pk) == {"not_a_caller"}
    assert refused_use(world, law="statutory-duty") == {"not_a_caller"}
    consent.refresh_from_db()
    assert consent.uses_left == 3 and not AccessEntry.objects.exists(), "nothing is spent, nothing was seen"
    world.licence.type.callers = ["health", "market"]
    world.licence.type.save(update_fields=["callers"])
    assert world.use(consent_id=consent.pk).value("scope") and world.use(law="statutory-duty").value("scope")


def test_a_law_that_names_the_type_opens_it_to_whoever_it_names(world: World) -> None:
    close_to_market(world)
    said = {"title": "核验", "citation": "《某法》第一条", "allows": "核验。", "type_codes": [FOOD]}
    registrar = world.actor("registrar")
    save_basis(actor=registrar, code="food-check", **said, departments=["market"], now=world.now)
    assert world.use(law="food-check").value("scope")
    save_basis(actor=registrar, code="health-check", **said, departments=["health"], now=world.now)
    assert refused_use(world, law="health-check") == {"law_does_not_allow"}


LOST_KEY = "9:" + "A" * 43 + "="


def test_what_cannot_be_opened_is_named_and_the_rest_is_shown(
    world: World, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    card = {
        "licence_id": world.card.pk,
        "consent_id": world.grant(licence_ids=[world.card.pk], fields=["sex", "idcard"]).pk,
    }
    monkeypatch.setenv("YITONG_DATA_KEYS", LOST_KEY)
    view = world.use(**card)
    assert view.value("sex") == "女" and view.value("idcard") == ""
    assert [(field.name, field.value) for field in view.closed] == [("idcard", "")]
    assert [field["name"] for field in AccessEntry.objects.get().fields] == ["sex"], (
        "what was not seen is not in the log"
    )
    assert world.card.identifier in caplog.text and "Data key 1 is missing" in caplog.text
    assert refused_use(world, **card, fields=["idcard"]) == {"cannot_open"}
    assert AccessEntry.objects.count() == 1 and view.uses_left == HolderConsent.objects.get().uses_left
    caplog.clear()
    assert world.use(**card, fields=["sex"]).closed == () and not caplog.text, "what lies open needs no key"


def test_a_law_that_needs_a_case_needs_the_holders_and_other_looks_are_marked(world: World) -> None:
    other = world.cast.person("stranger")
    from yitong.licences.commands import issue

    theirs = issue(
        type_code=FOOD, holder_person_id=other.pk, holder_enterprise_id=None, holder_name=other.name, data={"scope": "甲"},
        issuer_department_id=world.cast.department("market").pk, region_id=world.cast.region().pk,
        case_number="1143990000000000009", valid_years=5, actor=world.actor("chief"), now=world.now,
    )  # fmt: skip
    assert refused_use(world, law="statutory-duty", licence_id=theirs.pk) == {"no_matter"}, "the case is another's"
    said = {"title": "核验", "citation": "《某法》第一条", "allows": "核验。", "needs_case": False}
    save_basis(actor=world.actor("registrar"), code="at-large", **said, now=world.now)
    world.use(law="at-large", licence_id=theirs.pk)
    assert AccessEntry.objects.get().within_case is False


def test_who_sees_consents_and_looks(world: World) -> None:
    world.use(consent_id=world.grant().pk)
    consents = {"citizen": 1, "stranger": 0, "reviewer": 0, "clerk": 0, "supervisor": 0, "admin": 0, "registrar": 0}
    looks = {"citizen": 1, "stranger": 0, "reviewer": 0, "clerk": 0, "supervisor": 1, "admin": 0, "registrar": 0}
    assert {who: visible_to(world.actor(who)).count() for who in consents} == consents
    assert {who: looks_visible_to(world.actor(who)).count() for who in looks} == looks


def test_granting_is_told_to_the_contexts_above(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    said: list[ConsentGranted] = []
    heard(ConsentGranted, said, monkeypatch)
    consent = world.grant()
    assert said == [ConsentGranted(consent.pk, CASE, (world.licence.pk,), (), world.now)]


@pytest.mark.django_db(transaction=True)
def test_eight_at_once_never_spend_more_than_was_allowed(world: World) -> None:
    consent = world.grant(uses=3)
    actor, start, outcomes = world.actor("reviewer"), Barrier(8), []

    def press() -> None:
        start.wait()
        try:
            commands.use(
                actor=actor, licence_id=world.licence.pk, consent_id=consent.pk, case_number=CASE, purpose="审查",
                now=world.now,
            )  # fmt: skip
            outcomes.append("shown")
        except Refused:
            outcomes.append("refused")
        finally:
            connection.close()

    threads = [Thread(target=press) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["refused"] * 5 + ["shown"] * 3
    consent.refresh_from_db()
    assert consent.uses_left == 0 and AccessEntry.objects.count() == 3
