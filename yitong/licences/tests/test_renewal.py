"""Renewal: reminders, applications, grants, and what silence does (行政许可法 第五十条)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from tests.cast import NOW, Cast
from yitong.audit.models import Entry
from yitong.kernel.identifiers import licence as identifiers
from yitong.kernel.reasons import NotAllowed, Refused
from yitong.licences.commands import (
    applied,
    deem_renewed,
    intend,
    issue,
    not_granted,
    remind_renewals,
    renew,
    report_lost,
    revoke,
)
from yitong.licences.commands.terms import forget_intentions
from yitong.licences.models import Licence, Renewal, RenewalNotice
from yitong.licences.queries import library
from yitong.licences.rules import renewal as rules
from yitong.licences.rules.status import last_day
from yitong.licences.types_data import BY_NAME
from yitong.notifications.models import Message
from yitong.parties.actors import system

Grant = Callable[..., Licence]
FOOD = BY_NAME["食品经营许可证"].code


def before_end(licence: Licence, days: int) -> datetime:
    """The morning ``days`` days before the last day of validity."""
    assert licence.valid_until is not None
    return NOW.replace(year=licence.valid_until.year, month=licence.valid_until.month, day=licence.valid_until.day) - (
        timedelta(days=days)
    )


@dataclass
class Applied:
    """A renewal that was applied for."""

    licence: Licence
    cast: Cast

    def file(self, days: int, case: str = "case-r") -> Renewal | None:
        """The holder chooses and submits ``days`` before the end."""
        at = before_end(self.licence, days)
        intend(licence_id=self.licence.pk, actor=self.cast.actor("citizen", at), now=at)
        person = self.cast.person("citizen").pk
        department = self.cast.department("market").pk
        return applied(
            case_number=case, type_code=FOOD, person_id=person, enterprise_id=None, department_id=department, now=at
        )


@pytest.fixture
def renewal(granted: Grant, cast: Cast) -> Applied:
    return Applied(granted(), cast)


# --- the rule ----------------------------------------------------------------------------------------------------------
@given(st.dates(date(2020, 1, 1), date(2090, 1, 1)), st.integers(0, 200), st.integers(1, 180))
def test_an_application_is_in_time_up_to_thirty_days_before_the_end(until: date, before: int, notice: int) -> None:
    day = until - timedelta(days=before)
    assert rules.in_time(day, until) == (before >= 30)
    stage = rules.stage_on(day, until, notice)
    assert stage == ("last" if before <= 30 else "early" if before <= 30 + notice else "")
    assert rules.renewable_on(day, until - timedelta(days=3650), until, notice) == (before <= 30 + notice)


@given(st.dates(date(2020, 1, 1), date(2090, 1, 1)), st.integers(1, 20), st.integers(-100, 100))
def test_a_renewed_term_goes_on_without_gap_or_loss(until: date, years: int, offset: int) -> None:
    on = until + timedelta(days=offset)
    end = rules.renewed_until(until, years, on)
    assert end is not None
    if offset <= 0:
        assert end == last_day(until + timedelta(days=1), years), "applying early costs no day"
    else:
        assert end == last_day(on, years)
    assert rules.renewed_until(until, None, on) is None


@given(st.integers(-400, 400), st.booleans(), st.booleans())
def test_silence_renews_only_what_was_applied_for_in_time(after: int, timely: bool, decided: bool) -> None:
    until = date(2027, 6, 1)
    lapsed = rules.lapsed_undecided(until + timedelta(days=after), until, applied_in_time=timely, decided=decided)
    assert lapsed == (after > 0 and timely and not decided)


# --- reminders -----------------------------------------------------------------------------------------------------------
def test_the_holder_is_reminded_twice_and_never_again(granted: Grant, cast: Cast) -> None:
    licence = granted()
    granted(case_number="2", type_code=BY_NAME["老年人优待证"].code, valid_years=5, data={})  # not renewable
    assert remind_renewals(now=before_end(licence, 61)) == 0
    assert remind_renewals(now=before_end(licence, 60)) == 1
    assert remind_renewals(now=before_end(licence, 59)) == remind_renewals(now=before_end(licence, 31)) == 0
    assert remind_renewals(now=before_end(licence, 30)) == 1
    assert remind_renewals(now=before_end(licence, 1)) == remind_renewals(now=before_end(licence, -1)) == 0
    assert set(RenewalNotice.objects.values_list("stage", flat=True)) == {"early", "last"}
    sent = Message.objects.filter(template="licence_renewal_due", channel="inapp")
    assert sent.count() == 2 and all(message.context["licence_number"] == licence.number for message in sent)


def test_a_licence_that_ended_or_is_being_renewed_needs_no_reminder(granted: Grant, cast: Cast) -> None:
    ended, filed = granted(), granted(case_number="2")
    revoke(licence_id=ended.pk, reason="歇业", actor=cast.actor("chief"), now=NOW)
    Applied(filed, cast).file(50)
    assert remind_renewals(now=before_end(filed, 30)) == 0


def test_reminders_come_in_batches_until_all_are_told(granted: Grant) -> None:
    rows = [granted(case_number=f"c{number}") for number in range(5)]
    at = before_end(rows[0], 40)
    assert [remind_renewals(now=at, limit=2) for _ in range(4)] == [2, 2, 1, 0]


# --- applying --------------------------------------------------------------------------------------------------------------
def test_only_the_holder_chooses_and_only_when_it_is_time(renewal: Applied, cast: Cast) -> None:
    licence = renewal.licence
    with pytest.raises(Refused, match="from 2031-07-25 on"):
        intend(licence_id=licence.pk, actor=cast.actor("citizen"), now=NOW)
    at = before_end(licence, 40)
    for name in ("stranger", "chief", "clerk"):
        with pytest.raises(NotAllowed):
            intend(licence_id=licence.pk, actor=cast.actor(name), now=at)
    chosen = intend(licence_id=licence.pk, actor=cast.actor("citizen"), now=at)
    assert intend(licence_id=licence.pk, actor=cast.actor("citizen"), now=at) == chosen
    with pytest.raises(Refused, match="no longer in force"):
        other = Licence.objects.get(pk=licence.pk)
        report_lost(licence_id=other.pk, reason="遗失", actor=cast.actor("citizen"), now=at)
        Renewal.objects.all().delete()
        intend(licence_id=licence.pk, actor=cast.actor("citizen"), now=at)


def test_a_case_binds_the_choice_of_its_own_holder_type_and_department(renewal: Applied, cast: Cast) -> None:
    at = before_end(renewal.licence, 40)
    intend(licence_id=renewal.licence.pk, actor=cast.actor("citizen"), now=at)
    mine = {
        "person_id": cast.person("citizen").pk,
        "enterprise_id": None,
        "department_id": cast.department("market").pk,
    }
    for change in (
        {"person_id": cast.person("stranger").pk},
        {"department_id": cast.department("health").pk},
        {"type_code": BY_NAME["居住证"].code},
    ):
        assert applied(**{"case_number": "x", "type_code": FOOD, "now": at, **mine, **change}) is None
    bound = applied(case_number="x", type_code=FOOD, now=at, **mine)
    assert bound is not None and bound.in_time and bound.case_number == "x"
    assert applied(case_number="y", type_code=FOOD, now=at, **mine) is None, "one case carries it"


def test_what_ended_between_choice_and_application_is_not_renewed(renewal: Applied, cast: Cast) -> None:
    chosen, late = before_end(renewal.licence, 5), before_end(renewal.licence, -1)
    mine = {
        "person_id": cast.person("citizen").pk,
        "enterprise_id": None,
        "department_id": cast.department("market").pk,
    }
    intend(licence_id=renewal.licence.pk, actor=cast.actor("citizen", chosen), now=chosen)
    assert applied(case_number="x", type_code=FOOD, now=late, **mine) is None, "a new one is applied for"
    assert Renewal.objects.get().state == "withdrawn"
    assert Entry.objects.filter(tag="licences:renewal:withdrawn").count() == 1


def lapse(at: datetime) -> Licence | None:
    """What the sweep of the cases asks of the library for ``case-r``."""
    return deem_renewed(case_number="case-r", actor=system("tests"), now=at)


def grant(cast: Cast, at: datetime, case: str = "case-r") -> Licence:
    """The chief representative grants the case."""
    person = cast.person("citizen")
    return issue(
        type_code=FOOD,
        holder_person_id=person.pk,
        holder_enterprise_id=None,
        holder_name=person.name,
        data={"address": "朝晖区和平路1号", "scope": "散装食品销售"},
        issuer_department_id=cast.department("market").pk,
        region_id=cast.region().pk,
        case_number=case,
        valid_years=5,
        actor=cast.actor("chief"),
        now=at,
    )


def test_a_granted_renewal_is_the_next_version_with_the_term_gone_on(renewal: Applied, cast: Cast) -> None:
    old = renewal.licence
    renewal.file(40)
    new = grant(cast, before_end(old, 20))
    old.refresh_from_db()
    assert old.status == "superseded" and old.valid_until is not None
    assert (new.previous_id, new.version, new.number) == (old.pk, 2, old.number)
    assert new.valid_until == last_day(old.valid_until + timedelta(days=1), 5)
    assert new.data["scope"] == "散装食品销售"
    bound = Renewal.objects.get()
    assert (bound.state, bound.result_id) == ("granted", new.pk)
    assert [event.what for event in new.events.all()] == ["renewed"]
    assert grant(cast, before_end(old, 10)) == new, "granting twice gives the same"
    assert lapse(before_end(old, -1)) is None
    assert library.valid_of(holder_of(cast), None, before_end(old, 5).date()) == [new]


def holder_of(cast: Cast) -> Any:
    from yitong.licences.holders import holder_of_person

    return holder_of_person(cast.person("citizen"))


def test_silence_past_the_end_renews_and_the_late_grant_finds_it(renewal: Applied, cast: Cast) -> None:
    old = renewal.licence
    renewal.file(30)
    assert lapse(before_end(old, 0)) is None, "the last day still belongs to the organ"
    new = lapse(before_end(old, -1))
    assert new is not None and old.valid_until is not None
    assert lapse(before_end(old, -1)) == new == library.following(old), "asking again gives the same"
    (event,) = new.events.all()
    assert event.what == "deemed_renewed" and "第五十条" in event.law and "case-r" in event.reason
    assert new.valid_until == last_day(old.valid_until + timedelta(days=1), 5)
    assert grant(cast, before_end(old, -3)) == new
    not_granted(case_number="case-r", state="refused", now=before_end(old, -3))
    assert Renewal.objects.get().state == "deemed", "a refusal after the end comes too late"


@pytest.mark.parametrize(("days", "state"), [(29, ""), (40, "refused"), (40, "withdrawn")])
def test_silence_renews_nothing_late_refused_or_withdrawn(renewal: Applied, days: int, state: str) -> None:
    renewal.file(days)
    if state:
        not_granted(case_number="case-r", state=state, now=before_end(renewal.licence, 10))
    assert lapse(before_end(renewal.licence, -1)) is None
    assert library.following(renewal.licence) is None


def test_silence_renews_a_licence_that_arrived_from_the_departments_own_register(renewal: Applied, cast: Cast) -> None:
    """Nobody here issued its first version; the law makes no difference."""
    old = renewal.licence
    identifier = identifiers.compose(FOOD, old.issuer_uscc, "A0000001", 1)
    values = {
        name: getattr(old, name) for name in ("type", "holder_kind", "holder_key", "holder_person", "holder_name")
    }
    dates = {"issued_on": old.issued_on, "valid_from": old.valid_from, "valid_until": old.valid_until}
    arrived = Licence.objects.create(
        **values, **dates, identifier=identifier, number="OLD-1",
        data={"scope": "散装食品销售"}, issuer_department=old.issuer_department, issuer_uscc=old.issuer_uscc,
        issuer_name=old.issuer_name, region=old.region, source_code="market", source_id="1", created_at=NOW, updated_at=NOW,
    )  # fmt: skip
    Applied(arrived, cast).file(40)
    new = lapse(before_end(arrived, -1))
    assert new is not None and (new.previous_id, new.number, new.data["scope"]) == (arrived.pk, "OLD-1", "散装食品销售")
    assert new.document_id is not None and new.source_code == ""


def test_a_licence_revoked_meanwhile_is_not_renewed(renewal: Applied, cast: Cast) -> None:
    renewal.file(40)
    revoke(licence_id=renewal.licence.pk, reason="查实", actor=cast.actor("chief"), now=before_end(renewal.licence, 10))
    assert lapse(before_end(renewal.licence, -1)) is None
    assert Renewal.objects.get().state == "withdrawn"


def test_what_is_granted_after_a_revocation_is_a_new_licence(renewal: Applied, cast: Cast) -> None:
    renewal.file(40)
    at = before_end(renewal.licence, 10)
    revoke(licence_id=renewal.licence.pk, reason="查实", actor=cast.actor("chief"), now=at)
    new = grant(cast, at)
    assert new.previous_id is None and new.version == 1 and new.number != renewal.licence.number


def test_a_choice_nobody_followed_is_forgotten(renewal: Applied, cast: Cast) -> None:
    at = before_end(renewal.licence, 60)
    intend(licence_id=renewal.licence.pk, actor=cast.actor("citizen"), now=at)
    assert forget_intentions(now=at + timedelta(days=59)) == 0
    assert forget_intentions(now=at + timedelta(days=61)) == 1


def test_the_keeper_renews_without_a_case(renewal: Applied, cast: Cast) -> None:
    with pytest.raises(NotAllowed):
        renew(licence_id=renewal.licence.pk, years=5, reason="x", actor=cast.actor("citizen"), now=NOW)
    new = renew(licence_id=renewal.licence.pk, years=5, reason="依职权延续", actor=cast.actor("chief"), now=NOW)
    assert new.previous_id == renewal.licence.pk and new.valid_until == date(2036, 9, 23)


def test_the_holders_page_offers_renewal_in_time(renewal: Applied, cast: Cast, client: Client, settings: Any) -> None:
    licence = renewal.licence
    client.force_login(cast.account("citizen"))
    button = f"/my/licences/{licence.pk}/renew/"
    assert button not in client.get("/my/licences/").content.decode()
    assert client.post(button).status_code == 302, "no item renews it here: said on the licence's page"
    soon = renewal.licence.type
    assert soon.renewable
