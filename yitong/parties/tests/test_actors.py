"""Who somebody is when he acts: roles, posts with their A and B seats, regions, principals."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from tests.cast import NOW, Cast
from yitong.parties.actors import ANONYMOUS
from yitong.parties.models import (
    Absence,
    Delegation,
    EnterpriseHandler,
    Mandate,
    PostHolding,
)
from yitong.parties.queries import actors, authority, delegations, organisation, people
from yitong.parties.roles import Permission, Role

TODAY = NOW.date()


def away(cast: Cast, name: str, days: int = 1) -> None:
    Absence.objects.create(staff=cast.staff_member(name), from_on=TODAY, until_on=TODAY + timedelta(days))


def test_a_citizen_acts_for_himself_and_the_enterprise_he_represents(cast: Cast) -> None:
    actor = cast.actor("李梅")
    assert (actor.ref, actor.roles) == (f"person:{cast.person('李梅').pk}", {Role.CITIZEN})
    assert actor.enterprise_ids == {cast.enterprise().pk}
    assert not cast.actor("外人").enterprise_ids


def test_a_handler_acts_only_within_his_period(cast: Cast) -> None:
    EnterpriseHandler.objects.create(
        enterprise=cast.enterprise(),
        person=cast.person("外人"),
        valid_from=TODAY,
        valid_until=TODAY + timedelta(2),
        named_at=NOW,
    )
    assert cast.actor("外人").enterprise_ids == {cast.enterprise().pk}
    assert not cast.actor("外人", NOW + timedelta(days=2)).enterprise_ids
    assert not cast.actor("外人", NOW - timedelta(days=1)).enterprise_ids


def test_a_mandate_counts_until_its_end_and_names_its_items(cast: Cast) -> None:
    mandate = Mandate.objects.create(
        agent=cast.person("外人"),
        principal_person=cast.person("李梅"),
        scope="listed",
        item_codes=["430121001000"],
        valid_from=TODAY,
        valid_until=TODAY + timedelta(1),
        given_at=NOW,
    )
    principal = cast.person("李梅").pk
    assert cast.actor("外人").mandate_person_ids == {principal}
    assert not cast.actor("外人", NOW + timedelta(days=1)).mandate_person_ids
    agent = cast.person("外人").pk
    ask = {"on": TODAY, "principal_person_id": principal}
    assert people.mandate_refusal(agent, item_code="430121001000", **ask) is None
    assert people.mandate_refusal(agent, item_code="430121002000", **ask).code == "mandate_scope"
    mandate.revoked_at = NOW
    mandate.save()
    assert people.mandate_refusal(agent, item_code="430121001000", **ask).code == "mandate_missing"
    assert not cast.actor("外人").mandate_person_ids


@pytest.mark.parametrize(
    ("name", "statements"), [("李梅", actors.STATEMENTS_CITIZEN), ("陈静", actors.STATEMENTS_STAFF)]
)
def test_building_an_actor_takes_a_fixed_number_of_statements(
    cast: Cast, django_assert_num_queries, name: str, statements: int
) -> None:
    account = actors.account_by_id(cast.account(name).pk)
    with django_assert_num_queries(statements):
        actors.actor_of(account, NOW)


def test_b_has_the_work_while_a_is_away_and_only_then(cast: Cast) -> None:
    post = cast.posts["陈静"].pk
    assert post in cast.actor("陈静").post_ids
    assert post not in cast.actor("孙丽").post_ids
    away(cast, "陈静")
    backup = cast.actor("孙丽")
    assert post in backup.post_ids
    assert backup.roles == {Role.ACCEPTER, Role.REVIEWER}
    assert backup.may(Permission.CASE_REVIEW)
    assert post not in cast.actor("陈静").post_ids
    assert post in cast.actor("陈静", NOW + timedelta(days=1)).post_ids


def test_the_work_stays_with_a_when_b_is_away_as_well(cast: Cast) -> None:
    away(cast, "陈静")
    away(cast, "孙丽")
    assert cast.posts["陈静"].pk in cast.actor("陈静").post_ids
    assert cast.posts["陈静"].pk not in cast.actor("孙丽").post_ids


def test_b_has_the_work_while_the_a_seat_is_empty(cast: Cast) -> None:
    PostHolding.objects.filter(post=cast.posts["陈静"], seat="A").update(valid_until=TODAY)
    assert cast.posts["陈静"].pk in cast.actor("孙丽").post_ids


def test_b_has_the_work_of_an_a_who_left(cast: Cast) -> None:
    staff = cast.staff_member("陈静")
    staff.state = "left"
    staff.save()
    assert cast.actor("陈静") == ANONYMOUS
    assert cast.posts["陈静"].pk in cast.actor("孙丽").post_ids


def test_holders_follow_absences(cast: Cast) -> None:
    market = cast.department().pk

    def reviewers() -> list[str]:
        return [s.name for s in organisation.holders(market, Role.REVIEWER, TODAY)]

    assert reviewers() == ["陈静", "周涛"]
    away(cast, "陈静")
    assert reviewers() == ["孙丽", "周涛"]


def test_a_supervisor_sees_his_region_and_everything_below(cast: Cast) -> None:
    assert cast.actor("赵监察").region_ids == {region.pk for region in cast.regions.values()}
    assert cast.actor("田镇").region_ids == {cast.region("town").pk, cast.region("village").pk}


def test_a_disabled_account_is_nobody(cast: Cast) -> None:
    account = cast.account("王强")
    account.state = "disabled"
    account.save()
    assert cast.actor("王强") == ANONYMOUS
    assert actors.actor_of(None, NOW) == ANONYMOUS


def test_a_delegated_item_is_exercised_by_the_town_within_the_period(cast: Cast) -> None:
    Delegation.objects.create(
        item_code="430121001000",
        department=cast.department("market"),
        region=cast.region("town"),
        town_department=cast.department("town"),
        valid_from=TODAY,
        valid_until=TODAY + timedelta(5),
    )
    market, town = cast.department("market").pk, cast.department("town").pk

    def organ(code: str, region: str, on: date) -> int:
        return delegations.exercising_department(code, market, cast.region(region).pk, on)

    assert organ("430121001000", "town", TODAY) == town
    assert organ("430121001000", "village", TODAY) == town
    assert organ("430121001000", "other_district", TODAY) == market
    assert organ("430121002000", "town", TODAY) == market
    assert organ("430121001000", "town", TODAY + timedelta(5)) == market
    assert cast.actor("田镇").department_ids == {town}  # the case carries the town


def test_a_letter_counts_from_its_first_day_to_before_its_last(cast: Cast) -> None:
    chief, market = cast.staff_member("刘洋").pk, cast.department().pk

    def code(on: date) -> str | None:
        reason = authority.decide_refusal(chief, market, on)
        return reason.code if reason else None

    assert code(date(2025, 12, 31)) == "letter_early"
    assert code(date(2026, 1, 1)) is None
    assert code(date(2026, 12, 31)) is None
    assert code(date(2027, 1, 1)) == "letter_expired"
    expired = authority.decide_refusal(chief, market, date(2027, 1, 1))
    assert expired is not None and "示市监授〔2026〕1号" in str(expired) and "2027-01-01" in str(expired)
    assert authority.decide_refusal(cast.staff_member("陈静").pk, market, TODAY).code == "letter_missing"
    assert authority.decide_refusal(chief, cast.department("health").pk, TODAY).code == "letter_missing"


def test_a_letter_without_the_power_or_revoked_does_not_let_decide(cast: Cast) -> None:
    chief, market = cast.staff_member("刘洋").pk, cast.department().pk
    cast.letter.power_decide = False
    cast.letter.save()
    assert authority.decide_refusal(chief, market, TODAY).code == "letter_power"
    assert authority.power_refusal(chief, market, "review", TODAY) is None
    cast.letter.power_decide = True
    cast.letter.revoked_on, cast.letter.revoked_reason = TODAY, "岗位调整"
    cast.letter.save()
    assert authority.decide_refusal(chief, market, TODAY - timedelta(1)) is None
    assert authority.decide_refusal(chief, market, TODAY).code == "letter_revoked"
