"""The loaded city: complete, true to its rules, the same every time."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from typing import Any

import pytest

from tests.demo.conftest import NOW
from yitong.audit.models import Entry
from yitong.cases.models import Case, CaseEvent, CaseMaterial, Commitment, Extension, SpecialProcedure
from yitong.cases.queries.clock import replayed
from yitong.cases.rules.lights import light
from yitong.catalog.models import ItemVersion, ServiceItem
from yitong.certificates.models import CertificateRequest, CertificateType, Verification
from yitong.consents.models import LegalBasis
from yitong.documents.commands import seal_pending
from yitong.documents.models import Document
from yitong.feedback.models import Rating
from yitong.kernel import identifiers
from yitong.licences.models import Licence
from yitong.notifications.models import Message
from yitong.parties.models import (
    Absence,
    Account,
    AuthorisationLetter,
    Delegation,
    Department,
    Enterprise,
    EnterpriseHandler,
    Mandate,
    Person,
    Post,
    Region,
    StaffRole,
)
from yitong.parties.models import (
    Counter as Window,
)
from yitong.parties.queries.actors import actor_of_login
from yitong.parties.queries.authority import decide_refusal
from yitong.parties.queries.organisation import posts_without_backup
from yitong.parties.roles import Permission, Role
from yitong.site.demo import places
from yitong.site.demo.accounts import ACCOUNTS, PASSWORD
from yitong.site.demo.calendar import History
from yitong.site.demo.courses_data import COURSES
from yitong.site.demo.load import Silent, load_city

pytestmark = pytest.mark.usefixtures("loaded", "db")
TODAY = NOW.date()


def test_the_city_has_its_places() -> None:
    assert Region.objects.get(level=1).name == "示范市"
    assert Region.objects.filter(level=2).count() == 5
    assert Region.objects.filter(level=3).count() >= 15
    assert Region.objects.filter(level=4).count() >= 30
    assert Department.objects.filter(region__level=1).count() >= 12
    assert Window.objects.filter(department=None, region__level=1).count() == 3
    assert Window.objects.filter(department=None, region__level=2).count() == 5


def test_every_department_has_staff_for_every_role_and_every_post_a_backup() -> None:
    for role in (Role.ACCEPTER, Role.REVIEWER, Role.CHIEF, Role.HEAD):
        lacking = Department.objects.exclude(pk__in=Post.objects.filter(role=role.value).values("department_id"))
        assert not lacking.exists(), role
    assert set(StaffRole.objects.values_list("role", flat=True)) == {"supervisor", "registrar", "author", "admin"}
    assert not posts_without_backup(TODAY).exists()
    assert Absence.objects.filter(from_on__lte=TODAY, until_on__gt=TODAY).count() == 2


def test_one_chief_representative_has_an_expired_letter() -> None:
    market = Department.objects.get(code="market")
    good, expired = actor_of_login("market.chief", NOW), actor_of_login("market.chief2", NOW)
    assert decide_refusal(good.staff_id, market.pk, TODAY) is None
    assert decide_refusal(expired.staff_id, market.pk, TODAY).code == "letter_expired"
    assert Role.CHIEF in expired.roles
    assert AuthorisationLetter.objects.filter(valid_until__gt=TODAY).count() >= 2 * Department.objects.count()


def test_items_are_delegated_to_towns_and_some_have_a_second_version() -> None:
    assert len(set(Delegation.objects.values_list("item_code", flat=True))) >= 4
    assert ServiceItem.objects.filter(state="published").count() >= 25
    assert ItemVersion.objects.filter(number=2, state="published").count() >= 1
    assert Case.objects.filter(department__region__level=3).exists(), "no case was exercised by a town"


def test_people_act_for_enterprises_and_for_others() -> None:
    assert EnterpriseHandler.objects.exists() and Mandate.objects.exists()
    agent = Account.objects.get(phone="19900000004").person
    assert Case.objects.filter(agent_person=agent, applicant_person__name="王建国").exists()


def test_every_identifier_is_valid() -> None:
    for number in Person.objects.values_list("idcard", flat=True):
        identifiers.check("idcard", number)
    for number in [
        *Enterprise.objects.values_list("uscc", flat=True),
        *Department.objects.values_list("uscc", flat=True),
    ]:
        identifiers.check("uscc", number)
    for case_number in Case.objects.exclude(number=None).values_list("number", flat=True):
        identifiers.check("case", str(case_number))
    for identifier in Licence.objects.values_list("identifier", flat=True):
        identifiers.check("licence", identifier)
    for code in ServiceItem.objects.values_list("implementation_code", flat=True):
        identifiers.check("item-implementation", code)
    assert Account.objects.filter(kind="citizen").exclude(phone__startswith="1990000").count() == 0


def test_the_accounts_list_is_true() -> None:
    for account in ACCOUNTS:
        if account.password == PASSWORD:
            row = Account.objects.get(username=account.login)
            assert row.staff.name == account.name and row.check_password(PASSWORD)
        else:
            assert Account.objects.get(phone=account.login).person.name == account.name


def test_cases_are_in_all_states_outcomes_and_lights() -> None:
    states = set(Case.objects.values_list("state", flat=True))
    assert states == {"draft", "submitted", "correcting", "accepted", "deciding", "delivering", "closed"}
    outcomes = Counter(Case.objects.filter(state="closed").values_list("outcome", flat=True))
    assert set(outcomes) == {"granted", "refused", "not_required", "acceptance_refused", "withdrawn", "terminated"}
    assert outcomes["granted"] > outcomes.total() * 0.6
    for what in ("suspended", "deemed_accepted", "deemed_approved", "provisional_open", "committed_by_promise"):
        assert Case.objects.filter(**{what: True}).exists(), what
    shown = Counter(
        light(NOW, case.yellow_at, case.committed_due_at, case.statutory_due_at, case.suspended, case.decided_at)
        for case in Case.objects.filter(state__in=["accepted", "deciding"])
    )
    assert set(shown) == {"green", "yellow", "red", "paused"}
    assert set(Extension.objects.values_list("state", flat=True)) >= {"approved", "requested"}
    assert set(SpecialProcedure.objects.values_list("state", flat=True)) == {"open", "ended"}
    assert Commitment.objects.filter(state="passed").exists()
    assert set(Case.objects.values_list("channel", flat=True)) >= {"web", "mobile", "window"}


def test_there_are_as_many_cases_as_planned() -> None:
    renewals = 1  # of a licence that ends soon, see `library_states`
    assert Case.objects.count() == sum(max(1, round(count * 0.05)) for count in COURSES.values()) + renewals


def test_every_stored_clock_is_what_its_events_give() -> None:
    accepted = Case.objects.filter(accepted_at__isnull=False)
    assert accepted.count() > 80
    for case in accepted:
        found = replayed(case)
        running = not case.suspended and case.outcome not in ("withdrawn", "terminated")
        assert found is not None
        if running:
            stored = (case.statutory_due_at, case.committed_due_at, case.yellow_at, case.provisional_clock)
            assert (found.statutory_due_at, found.committed_due_at, found.yellow_at, found.provisional_clock) == stored


def test_events_of_a_case_never_run_backwards_and_nothing_lies_in_the_future() -> None:
    last: dict[int, Any] = {}
    for case_id, at in CaseEvent.objects.order_by("case_id", "seq").values_list("case_id", "at"):
        assert at >= last.get(case_id, at)
        last[case_id] = at
    midnight = NOW.replace(hour=0, minute=0)
    assert max(last.values()) < midnight
    assert Entry.objects.filter(at__gte=midnight).exclude(at=NOW).count() == 0


def test_officials_act_on_working_days_in_office_hours() -> None:
    for at, kind in CaseEvent.objects.filter(kind__in=["accepted", "decided", "step_completed"]).values_list(
        "at", "kind"
    ):
        local = at.astimezone(NOW.tzinfo)
        if local.hour == 0:
            continue  # acceptance by silence, found at midnight
        assert 9 <= local.hour < 21, (kind, local)
        assert History(local.date() + timedelta(days=1)).last == local.date(), (kind, local)


def test_licences_belong_to_their_applicants_and_ratings_to_closed_cases() -> None:
    granted = Case.objects.filter(licence__isnull=False).select_related("licence")
    assert granted.count() > 60
    for case in granted:
        holder = (case.licence.holder_person_id, case.licence.holder_enterprise_id)
        assert holder == (case.applicant_person_id, case.applicant_enterprise_id)
        assert case.licence.case_number == case.number
    closed = Case.objects.filter(state="closed")
    share = Rating.objects.count() / closed.exclude(outcome__in=["withdrawn", "terminated"]).count()
    assert 0.4 < share < 0.8
    assert Rating.objects.filter(level=1).count() > Rating.objects.count() / 2
    assert CaseMaterial.objects.filter(source="file").exists() and CaseMaterial.objects.filter(source="paper").exists()


def test_every_certificate_has_somebody_who_may_revoke_it() -> None:
    codes = set(CertificateType.objects.exclude(way="verified").values_list("department__code", flat=True))
    assert "service" in codes, "the data sheets"
    for code in codes:
        officer = actor_of_login(f"{code}.review1", NOW)
        assert officer.may(Permission.CERTIFICATE_REVIEW) or f"{code}.review1" in places.AWAY_NOW, code
    assert CertificateRequest.objects.filter(state="revoked", document__revoked_at__isnull=False).exists()
    assert CertificateRequest.objects.filter(state="issued", mandate__isnull=False).exists()
    assert (
        not Verification.objects.filter(case_number="").exclude(law__in=LegalBasis.objects.values("citation")).exists()
    )


def test_the_worker_has_nothing_to_do_with_the_past() -> None:
    assert not Message.objects.exclude(state="delivered").exists()
    assert all(message.text for message in Message.objects.all()[:50])
    waiting = Document.objects.filter(state="pending").count()
    assert waiting > 300
    assert seal_pending(now=NOW + timedelta(days=1)) == 0


def test_a_second_load_changes_nothing() -> None:
    before = Entry.objects.count()
    assert load_city(NOW + timedelta(days=3), Silent(), processes=0) is False
    assert Entry.objects.count() == before
