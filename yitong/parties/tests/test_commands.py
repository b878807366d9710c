"""Entering and changing who is who: works, refuses strangers, names the field, writes one entry."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction

from tests.cast import NOW, PASSWORD, Cast
from yitong.kernel.identifiers import idcard, uscc
from yitong.kernel.reasons import Conflict, NotAllowed, Refused
from yitong.parties.actors import system
from yitong.parties.commands import accounts, authority, bulk, delegations, organisation, people, posts, representation
from yitong.parties.models import (
    Account,
    Person,
    PostHolding,
    Region,
)

TODAY = NOW.date()
NUMBER = idcard.compose("439902", date(1988, 8, 8), 12)


def why(act, **values) -> tuple[str, str]:
    """(code, field) of the first reason."""
    with pytest.raises(Refused) as caught:
        act(now=NOW, **values)
    reason = caught.value.reasons[0]
    return reason.code, reason.field


def test_a_clerk_registers_a_person_once(cast: Cast, tags) -> None:
    values = {
        "actor": cast.actor("王强"),
        "name": " 钱多 ",
        "idcard": f"{NUMBER[:6]} {NUMBER[6:]}",
        "phone": "13700000001",
    }
    person = people.register_person(now=NOW, **values)
    assert (person.name, person.idcard, person.sex, person.birth_on) == ("钱多", NUMBER, "female", date(1988, 8, 8))
    assert people.register_person(now=NOW, **values) == person
    assert tags() == ["parties:person:registered"]
    assert why(people.register_person, **values | {"name": "孙多"}) == ("person_other_name", "name")


def test_registering_names_the_field_that_is_wrong(cast: Cast) -> None:
    good = {"actor": cast.actor("王强"), "name": "钱多", "idcard": NUMBER, "phone": ""}
    for change, field in (
        ({"name": " "}, "name"),
        ({"name": "钱\x00多"}, "name"),
        ({"name": "长" * 101}, "name"),
        ({"idcard": NUMBER[:-1] + ("0" if NUMBER[-1] != "0" else "1")}, "idcard"),
        ({"idcard": idcard.compose("439902", date(2027, 1, 1), 12)}, "idcard"),
        ({"phone": "12345"}, "phone"),
        ({"region_id": 999_999}, "region"),
    ):
        assert why(people.register_person, **good | change)[1] == field
    assert not Person.objects.filter(idcard=NUMBER).exists()


def test_a_citizen_registers_nobody_and_an_enterprise_needs_a_clerk(cast: Cast) -> None:
    with pytest.raises(NotAllowed):
        people.register_person(actor=cast.actor("李梅"), name="钱多", idcard=NUMBER, now=NOW)
    values = {
        "name": "示范市新风有限公司",
        "uscc": uscc.compose("9", "1", "439902", "MA000009"),
        "legal_representative_id": cast.person("外人").pk,
    }
    with pytest.raises(NotAllowed):
        people.register_enterprise(actor=cast.actor("外人"), now=NOW, **values)
    row = people.register_enterprise(actor=cast.actor("王强"), now=NOW, **values)
    assert cast.actor("外人").enterprise_ids == {row.pk}
    assert why(people.register_enterprise, actor=cast.actor("王强"), **values | {"name": "别名公司"})[1] == "name"
    bad = values | {"uscc": values["uscc"][:-1] + ("A" if values["uscc"][-1] != "A" else "B")}
    assert why(people.register_enterprise, actor=cast.actor("王强"), **bad)[1] == "uscc"
    missing = values | {"uscc": uscc.compose("9", "1", "439902", "MA000010"), "legal_representative_id": 0}
    assert why(people.register_enterprise, actor=cast.actor("王强"), **missing)[1] == "legal_representative"


def test_a_citizen_changes_only_how_to_reach_him(cast: Cast, tags) -> None:
    values = {"actor": cast.actor("李梅"), "phone": "13700000009", "address": "新址", "region_id": None}
    person = people.change_profile(now=NOW, **values)
    assert (person.phone, person.address, person.name) == ("13700000009", "新址", "李梅")
    people.change_profile(now=NOW, **values)
    assert tags() == ["parties:person:changed"], "nothing changed, nothing logged"
    with pytest.raises(NotAllowed):
        people.change_profile(actor=cast.actor("王强"), phone="", address="", region_id=None, now=NOW)


def handler(cast: Cast, **more) -> dict:
    stranger = cast.person("外人")
    return {
        "actor": cast.actor("李梅"),
        "enterprise_id": cast.enterprise().pk,
        "name": stranger.name,
        "idcard": stranger.idcard,
        "valid_from": TODAY,
    } | more


def test_the_legal_representative_names_and_ends_a_handler(cast: Cast, tags) -> None:
    row = representation.name_handler(now=NOW, **handler(cast))
    assert cast.actor("外人").enterprise_ids == {cast.enterprise().pk}
    assert why(representation.name_handler, **handler(cast))[0] == "handler_overlap"
    assert why(representation.name_handler, **handler(cast, name="别人"))[0] == "person_unknown"
    with pytest.raises(NotAllowed):
        representation.name_handler(now=NOW, **handler(cast, actor=cast.actor("外人")))
    representation.end_handler(actor=cast.actor("李梅"), handler_id=row.pk, now=NOW)
    assert not cast.actor("外人").enterprise_ids
    with pytest.raises(Conflict):
        representation.end_handler(actor=cast.actor("李梅"), handler_id=row.pk, now=NOW)
    assert tags() == ["parties:handler:named", "parties:handler:ended"]


def mandate(cast: Cast, **more) -> dict:
    agent = cast.person("外人")
    return {
        "actor": cast.actor("李梅"),
        "agent_name": agent.name,
        "agent_idcard": agent.idcard,
        "valid_from": TODAY,
        "valid_until": TODAY + timedelta(30),
    } | more


def test_a_mandate_is_given_and_revoked_by_either_side(cast: Cast, tags) -> None:
    row = representation.give_mandate(now=NOW, **mandate(cast))
    assert cast.actor("外人").mandate_person_ids == {cast.person("李梅").pk}
    with pytest.raises(NotAllowed):
        representation.revoke_mandate(actor=cast.actor("陈静"), mandate_id=row.pk, asked_by="agent", now=NOW)
    assert why(representation.revoke_mandate, actor=cast.actor("王强"), mandate_id=row.pk)[1] == "asked_by"
    representation.revoke_mandate(actor=cast.actor("外人"), mandate_id=row.pk, now=NOW)
    assert not cast.actor("外人").mandate_person_ids
    with pytest.raises(Conflict):
        representation.revoke_mandate(actor=cast.actor("李梅"), mandate_id=row.pk, now=NOW)
    assert tags() == ["parties:mandate:given", "parties:mandate:revoked"]


def test_a_mandate_refuses_wrong_periods_people_and_items(cast: Cast) -> None:
    own = cast.person("李梅")
    give = representation.give_mandate
    assert why(give, **mandate(cast, valid_until=TODAY)) == ("period_backwards", "valid_until")
    assert why(give, **mandate(cast, valid_until=TODAY + timedelta(3 * 366 + 1)))[0] == "mandate_long"
    past = {"valid_from": TODAY - timedelta(9), "valid_until": TODAY}
    assert why(give, **mandate(cast, **past))[0] == "mandate_past"
    assert why(give, **mandate(cast, agent_name=own.name, agent_idcard=own.idcard))[0] == "mandate_to_oneself"
    assert why(give, **mandate(cast, agent_name="别人")) == ("person_unknown", "agent_idcard")
    assert why(give, **mandate(cast, item_codes=["12"]))[1] == "item_codes"
    with pytest.raises(NotAllowed):
        give(now=NOW, **mandate(cast, principal_person_id=cast.person("外人").pk))
    with pytest.raises(NotAllowed):
        give(now=NOW, **mandate(cast, actor=cast.actor("外人"), principal_enterprise_id=cast.enterprise().pk))


def test_a_clerk_enters_a_mandate_only_with_its_paper(cast: Cast) -> None:
    values = mandate(cast, actor=cast.actor("王强"), principal_person_id=cast.person("李梅").pk)
    assert why(representation.give_mandate, **values)[0] == "mandate_paper"
    assert representation.give_mandate(now=NOW, document_ref="file:1", **values).document_ref == "file:1"


def letter(cast: Cast, **more) -> dict:
    return {
        "actor": cast.actor("admin"),
        "number": "示市监授〔2027〕1号",
        "staff_id": cast.staff_member("刘洋").pk,
        "department_id": cast.department().pk,
        "powers": ["decide"],
        "valid_from": date(2027, 1, 1),
        "valid_until": date(2028, 1, 1),
    } | more


def test_a_letter_follows_another_without_a_gap_or_overlap(cast: Cast, tags) -> None:
    issue = authority.issue_letter
    assert why(issue, **letter(cast, valid_from=date(2026, 12, 31)))[0] == "letter_overlap"
    row = issue(now=NOW, **letter(cast))
    assert row.powers == ("decide",)
    assert why(issue, **letter(cast))[0] == "letter_number_taken"
    assert why(issue, **letter(cast, number="", staff_id=cast.staff_member("周涛").pk))[1] == "number"
    assert why(issue, **letter(cast, number="x", powers=[]))[1] == "powers"
    assert why(issue, **letter(cast, number="x", powers=["rule"]))[1] == "powers"
    with pytest.raises(NotAllowed):
        issue(now=NOW, **letter(cast, actor=cast.actor("刘洋"), number="x"))
    assert tags() == ["parties:letter:issued"]


def test_a_letter_is_revoked_once_and_with_a_reason(cast: Cast, tags) -> None:
    values = {"actor": cast.actor("admin"), "letter_id": cast.letter.pk}
    assert why(authority.revoke_letter, reason=" ", **values)[1] == "reason"
    assert authority.revoke_letter(reason="岗位调整", now=NOW, **values).revoked_on == TODAY
    with pytest.raises(Conflict):
        authority.revoke_letter(reason="再次", now=NOW, **values)
    assert tags() == ["parties:letter:revoked"]
    authority.issue_letter(
        now=NOW, **letter(cast, valid_from=TODAY, valid_until=date(2027, 1, 1), number="示市监授〔2026〕2号")
    )


def delegation(cast: Cast, **more) -> dict:
    return {
        "actor": cast.actor("admin"),
        "item_code": "430121001000",
        "department_id": cast.department("market").pk,
        "region_id": cast.region("town").pk,
        "town_department_id": cast.department("town").pk,
        "valid_from": TODAY,
    } | more


def test_an_item_is_delegated_once_and_taken_back(cast: Cast, tags) -> None:
    delegate = delegations.delegate
    row = delegate(now=NOW, **delegation(cast))
    assert why(delegate, **delegation(cast, valid_from=TODAY + timedelta(9)))[0] == "delegation_overlap"
    assert why(delegate, **delegation(cast, item_code="x"))[1] == "item_code"
    elsewhere = cast.region("other_district").pk
    assert why(delegate, **delegation(cast, region_id=elsewhere))[0] == "delegation_elsewhere"
    same = cast.department("market").pk
    assert why(delegate, **delegation(cast, town_department_id=same))[0] == "delegation_town"
    with pytest.raises(NotAllowed):
        delegate(now=NOW, **delegation(cast, actor=cast.actor("田镇")))
    back = {"actor": cast.actor("admin"), "delegation_id": row.pk}
    assert why(delegations.withdraw_delegation, reason="", **back)[1] == "reason"
    delegations.withdraw_delegation(reason="承接能力不足", now=NOW, **back)
    with pytest.raises(Conflict):
        delegations.withdraw_delegation(reason="再次", now=NOW, **back)
    delegate(now=NOW, **delegation(cast))
    assert tags() == ["parties:delegation:made", "parties:delegation:withdrawn", "parties:delegation:made"]


def seat(cast: Cast, who: str, **more) -> dict:
    return {
        "actor": cast.actor("admin"),
        "post_id": cast.posts["陈静"].pk,
        "staff_id": cast.staff_member(who).pk,
        "seat": "A",
        "valid_from": TODAY,
    } | more


def test_a_successor_relieves_the_holder(cast: Cast, tags) -> None:
    posts.seat_staff(now=NOW, **seat(cast, "周涛"))
    assert cast.posts["陈静"].pk in cast.actor("周涛").post_ids
    assert not cast.actor("陈静").post_ids
    assert why(posts.seat_staff, **seat(cast, "孙丽", valid_from=TODAY + timedelta(1)))[0] == "seat_twice"
    assert why(posts.seat_staff, **seat(cast, "陈静", valid_from=TODAY - timedelta(1)))[0] == "seat_taken"
    for_a_week = seat(cast, "陈静", valid_from=TODAY + timedelta(1), valid_until=TODAY + timedelta(8))
    assert why(posts.seat_staff, **for_a_week)[0] == "seat_taken"
    assert why(posts.seat_staff, **seat(cast, "周涛", seat="C"))[1] == "seat"
    with pytest.raises(NotAllowed):
        posts.seat_staff(now=NOW, **seat(cast, "周涛", actor=cast.actor("陈静")))
    assert tags() == ["parties:post:seated"]


def test_the_database_itself_allows_one_holder_per_seat_and_day(cast: Cast) -> None:
    values = {"post": cast.posts["陈静"], "staff": cast.staff_member("周涛"), "seat": "A"}
    for period in ((TODAY, None), (date(2019, 1, 1), date(2020, 1, 2))):
        with pytest.raises(IntegrityError, match="holding_one_a_at_a_time"), transaction.atomic():
            PostHolding.objects.create(valid_from=period[0], valid_until=period[1], **values)
    PostHolding.objects.create(valid_from=date(2019, 1, 1), valid_until=date(2020, 1, 1), **values)


def test_absences_are_told_by_oneself_or_the_administrator_and_end_early(cast: Cast, tags) -> None:
    away = {"staff_id": cast.staff_member("陈静").pk, "from_on": TODAY, "until_on": TODAY + timedelta(5)}
    with pytest.raises(NotAllowed):
        posts.tell_absence(actor=cast.actor("周涛"), now=NOW, **away)
    row = posts.tell_absence(actor=cast.actor("陈静"), now=NOW, **away)
    assert why(posts.tell_absence, actor=cast.actor("admin"), **away)[0] == "absence_overlap"
    posts.end_absence(actor=cast.actor("admin"), absence_id=row.pk, now=NOW + timedelta(days=2))
    row.refresh_from_db()
    assert row.until_on == TODAY + timedelta(2)
    with pytest.raises(Conflict):
        posts.end_absence(actor=cast.actor("admin"), absence_id=row.pk, now=NOW + timedelta(days=9))
    assert tags() == ["parties:absence:told", "parties:absence:ended"]


def test_a_new_official_gets_a_number_a_role_and_a_log_in(cast: Cast, tags) -> None:
    admin = cast.actor("admin")
    values = {"department_id": cast.department().pk, "region_id": cast.region().pk}
    member = organisation.save_staff(actor=admin, number="S900", name="新人", now=NOW, **values)
    assert why(organisation.save_staff, actor=admin, number="S900", name="别人", **values) == ("taken", "number")
    organisation.set_roles(actor=admin, staff_id=member.pk, roles=["reviewer"], now=NOW)
    assert why(organisation.set_roles, actor=admin, staff_id=member.pk, roles=["king"])[1] == "roles"
    assert why(organisation.set_roles, actor=admin, staff_id=admin.staff_id, roles=[])[0] == "role_oneself"
    open_account = accounts.open_staff_account
    weak = {"actor": admin, "staff_id": member.pk, "username": "xinren", "password": "12345678"}
    assert why(open_account, **weak)[1] == "password"
    account = open_account(now=NOW, **weak | {"password": PASSWORD})
    assert account.check_password(PASSWORD)
    assert why(open_account, **weak | {"username": "xinren2", "password": PASSWORD})[0] == "account_exists"
    assert why(open_account, **weak | {"username": "王", "password": PASSWORD})[0] == "username_form"
    assert tags() == ["parties:staff:added", "parties:staff:roles_set", "parties:account:opened"]


def test_who_leaves_can_not_log_in_and_may_come_back(cast: Cast) -> None:
    admin, member = cast.actor("admin"), cast.staff_member("陈静")
    organisation.let_staff_go(actor=admin, staff_id=member.pk, now=NOW)
    assert not Account.objects.get(staff=member).is_active
    organisation.take_staff_back(actor=admin, staff_id=member.pk, now=NOW)
    assert Account.objects.get(staff=member).is_active
    assert why(organisation.let_staff_go, actor=admin, staff_id=admin.staff_id)[0] == "staff_oneself"


def test_one_changes_one_s_own_password_knowing_the_old(cast: Cast) -> None:
    actor = cast.actor("王强")
    assert why(accounts.change_own_password, actor=actor, old="x", new="Another-2026")[1] == "old"
    assert accounts.change_own_password(actor=actor, old=PASSWORD, new="Another-2026", now=NOW)
    with pytest.raises(NotAllowed):
        accounts.change_own_password(actor=cast.actor("李梅"), old="", new="Another-2026", now=NOW)


def test_regions_grow_downwards_with_fitting_codes(cast: Cast, tags) -> None:
    add, admin = organisation.add_region, cast.actor("admin")
    town = cast.region("town").pk
    assert why(add, actor=admin, code="439902001", name="错镇", parent_id=town) == ("region_parent", "code")
    assert why(add, actor=admin, code="4399", name="短码", parent_id=cast.region().pk)[1] == "code"
    row = add(actor=admin, code="439901001202", name="新村", parent_id=town, now=NOW)
    assert (row.level, row.path) == (4, "439900/439901/439901001/439901001202/")
    assert why(add, actor=admin, code="439901001202", name="又村", parent_id=town) == ("taken", "code")
    assert tags() == ["parties:region:added"]
    assert Region.objects.filter(path__startswith=cast.region("district").path).count() == 4


def test_an_administrator_of_a_district_has_no_say_in_the_city(cast: Cast) -> None:
    member = cast.staff_member("admin")
    member.region = cast.region("district")
    member.save()
    admin = cast.actor("admin")
    with pytest.raises(NotAllowed):
        authority.revoke_letter(actor=admin, letter_id=cast.letter.pk, reason="越权", now=NOW)
    with pytest.raises(NotAllowed):
        organisation.save_counter(actor=admin, code="Z1", name="窗口", region_id=cast.region().pk, now=NOW)
    values = {"actor": admin, "code": "Z1", "name": "窗口", "region_id": cast.region("town").pk, "now": NOW}
    counter = organisation.save_counter(**values)
    changed = organisation.save_counter(**values | {"counter_id": counter.pk, "name": "便民窗口"})
    assert (changed.pk, changed.name) == (counter.pk, "便民窗口")


def test_many_people_are_loaded_whole_or_not_at_all(cast: Cast, tags, django_assert_max_num_queries) -> None:
    rows = [
        bulk.PersonRow(f"居民{n}", idcard.compose("439901", date(1980, 1, 1), n), f"1360000{n:04d}", with_account=True)
        for n in range(600)
    ]
    with django_assert_max_num_queries(12):
        assert len(bulk.load_people(actor=system("demo"), rows=rows, now=NOW)) == 600
    assert Account.objects.filter(kind="citizen").count() == 602
    assert tags() == ["parties:person:loaded"]
    bad = [bulk.PersonRow("甲", NUMBER), bulk.PersonRow("乙", "123")]
    assert why(bulk.load_people, actor=system("demo"), rows=bad)[1] == "rows.2.idcard"
    assert not Person.objects.filter(idcard=NUMBER).exists()
    with pytest.raises(NotAllowed):
        bulk.load_people(actor=cast.actor("王强"), rows=rows, now=NOW)
    firms = [bulk.EnterpriseRow("示范市甲公司", uscc.compose("9", "1", "439901", "MA000077"), cast.person("外人").pk)]
    assert bulk.load_enterprises(actor=system("demo"), rows=firms, now=NOW)[0].pk
