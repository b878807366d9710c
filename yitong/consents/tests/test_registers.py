"""What a register answered about somebody is shown as a licence is: by his consent, field by field, and on the record."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from yitong.audit.models import Entry
from yitong.consents import commands
from yitong.consents.commands import codes
from yitong.consents.models import AccessEntry, HolderConsent
from yitong.consents.queries import log_of, looks, revoked_among, untouched
from yitong.consents.queries.checking import check
from yitong.consents.queries.looks import LookFilters
from yitong.consents.rules.registers import Register
from yitong.consents.tests.conftest import CASE, World
from yitong.kernel.reasons import NotAllowed, Refused

pytestmark = pytest.mark.django_db
DEGREES = Register("degree", "学历学位查询", (("school", "毕业院校", False), ("idcard", "公民身份号码", True)))
ANSWER = {"school": "示范大学", "idcard": "439901199005200022"}


def agreed(world: World, who: str = "citizen", **changes: Any) -> HolderConsent:
    return world.grant(who, **{"licence_ids": [], "registers": [DEGREES], **changes})


def read(world: World, consent: HolderConsent, who: str = "reviewer", **changes: Any) -> commands.AnswerView:
    values = {"register": DEGREES, "answer": ANSWER, "case_number": CASE, "purpose": "审查申请材料", "now": world.now}
    return commands.use_answer(actor=world.actor(who), consent_id=consent.pk, **{**values, **changes})


def refusal(world: World, consent: HolderConsent, **changes: Any) -> str:
    with pytest.raises(Refused) as refused:
        read(world, consent, **changes)
    return refused.value.reasons[0].code


def test_sensitive_fields_of_an_answer_are_shown_only_when_named(world: World) -> None:
    plain, whole = agreed(world), agreed(world, fields=["school", "idcard"])
    assert [field.value for field in read(world, plain).fields] == ["示范大学"]
    assert [field.name for field in read(world, whole).fields] == ["school", "idcard"]
    assert plain.about == "学历学位查询" and plain.registers == ["degree"]


def test_one_consent_may_be_about_licences_and_registers_and_never_about_types_and_registers(world: World) -> None:
    both = agreed(world, licence_ids=[world.card.pk], fields=["idcard", "school"])
    assert both.about == "居民身份证、学历学位查询"
    assert world.use(licence_id=world.card.pk, consent_id=both.pk).value("idcard")
    assert read(world, both).uses_left == 1
    with pytest.raises(Refused):
        agreed(world, type_codes=[world.card.type.code])
    with pytest.raises(Refused):
        agreed(world, fields=["nonsense"])


def test_the_look_is_in_the_holders_log_and_in_the_audit_log(world: World) -> None:
    read(world, agreed(world))
    look = log_of(world.actor("citizen")).get()
    assert (look.licence_name, look.register, look.licence_id) == ("学历学位查询", "degree", None)
    assert (look.actor_name, look.case_number, look.within_case) == ("陈静", CASE, True)
    assert look.fields == [{"name": "school", "label": "毕业院校"}] and untouched(look)
    assert Entry.objects.get(subject=f"look:{look.pk}").detail["register"] == "degree"
    found = check()
    assert (found.looks, found.changed, found.unlogged) == (1, [], [])
    look.register = "marriage"
    assert not untouched(look)


def test_a_look_is_at_a_licence_or_at_a_register(world: World) -> None:
    read(world, agreed(world))
    look = AccessEntry.objects.get()
    look.pk, look.register = None, ""
    with pytest.raises(IntegrityError, match="look_is_at_one_thing"), transaction.atomic():
        look.save()


def test_a_consent_is_spent_ends_and_covers_one_register_of_one_case(world: World) -> None:
    once = agreed(world, uses=1)
    read(world, once)
    assert refusal(world, once) == "consent_used_up"
    other = Register("marriage", "婚姻登记", ())
    assert refusal(world, agreed(world), register=other) == "outside_scope"
    assert refusal(world, agreed(world, case_number="439900202609249999")) == "other_case"
    back = agreed(world)
    commands.revoke(actor=world.actor("citizen"), consent_id=back.pk, now=world.now)
    assert refusal(world, back) == "consent_revoked" and revoked_among([once.pk, back.pk]) == [back.pk]
    assert looks(world.actor("citizen"), LookFilters()).count() == 1


@pytest.mark.parametrize("who", ["stranger", "supervisor", "admin", "outsider", "citizen"])
def test_nobody_without_the_case_reads_an_answer(world: World, who: str) -> None:
    with pytest.raises(NotAllowed):
        read(world, agreed(world), who)
    with pytest.raises(NotAllowed):
        agreed(world, "stranger")
    assert not AccessEntry.objects.exists()


def scanned(world: World, purpose: str = "hall", case: str | None = CASE, **offered: Any) -> codes.Presented:
    issued = codes.issue_code(actor=world.actor("citizen"), purpose=purpose, now=world.now, **offered)
    return codes.spend(actor=world.actor("clerk"), token=issued.token, purpose=purpose, case_number=case, now=world.now)


def by_code(world: World, seen: codes.Presented, who: str = "clerk", minutes: int = 1) -> HolderConsent:
    return codes.agree_to_registers(
        actor=world.actor(who),
        code_id=seen.code_id,
        registers=[DEGREES],
        case_number=CASE,
        now=world.now + timedelta(minutes=minutes),
    )


@pytest.mark.parametrize("sensitive", [True, False])
def test_a_code_shown_for_the_case_is_the_consent_as_far_as_it_goes(world: World, sensitive: bool) -> None:
    consent = by_code(world, scanned(world, sensitive=sensitive))
    assert (consent.way, consent.case_number, consent.registers) == ("code", CASE, ["degree"])
    assert consent.fields == (["idcard", "school"] if sensitive else [])


def test_a_code_shown_elsewhere_for_nothing_or_long_ago_is_no_consent(world: World) -> None:
    for seen in (scanned(world, "netcafe", None), scanned(world, "netcafe"), scanned(world, case=None)):
        with pytest.raises(NotAllowed):
            by_code(world, seen)
    seen = scanned(world)
    for who, minutes in (("accepter", 1), ("clerk", 15)):
        with pytest.raises(NotAllowed):
            by_code(world, seen, who, minutes)
    assert not HolderConsent.objects.exists()
