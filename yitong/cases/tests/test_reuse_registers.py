"""A register's answer in a case: asked for by agreement, kept as far as it goes, read by consent, and taken back at once."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client

from yitong.cases import commands
from yitong.cases.commands import Applicant, Choice, basis
from yitong.cases.commands import reuse as reusing
from yitong.cases.commands.contents import open_contents
from yitong.cases.models import Case, CaseMaterial, MaterialReuse
from yitong.cases.tests.items import item
from yitong.cases.tests.reuse_fixtures import REUSE_ITEM
from yitong.consents.commands import codes, revoke
from yitong.consents.models import AccessEntry, HolderConsent
from yitong.exchange.commands.connectors import ensure_connectors
from yitong.exchange.rules.answers import LookUp, Outcome
from yitong.kernel.reasons import NotAllowed, Refused
from yitong.licences import sealing
from yitong.parties.models import Mandate

pytestmark = pytest.mark.django_db
DEGREE = Choice("degree", "connector", "degree")
ITEM = "000131008000"


@pytest.fixture(autouse=True)
def register(office, monkeypatch):
    """The register of degrees, which knows 李梅."""
    ensure_connectors(office.now)
    data = {"name": "李梅", "idcard": office.cast.person("citizen").idcard, "school": "示范大学", "unknown": "其他"}

    def answer(**asked):
        return LookUp(Outcome.FOUND, data, asked["now"], False, "学信网", asked["connector_code"], 77)

    monkeypatch.setattr(reusing.exchange, "look_up", answer)


@pytest.fixture
def begin(office):
    materials = [
        {
            "code": "degree", "name": "学历信息", "basis": "办法第三条", "connector": "degree",
            "fills": {"address": "idcard", "shop": "school"},
        },
        {"code": "photo", "name": "近期免冠照片", "basis": "办法第三条", "accept": ["png"]},
    ]  # fmt: skip
    record = {**REUSE_ITEM, "name": "学历备案", "materials": materials}
    published = item(office.cast.department("market").pk, office.now, basic_code=ITEM, **record)

    def make(who="citizen"):
        applicant = Applicant(person_id=office.cast.person("citizen").pk)
        case = commands.start_draft(
            actor=office.actor(who),
            item_code=published.implementation_code,
            applicant=applicant,
            channel="window" if who == "clerk" else "web",
            now=office.now,
        )
        return Case.objects.get(pk=case.pk)

    return make


def agree(office, case, who="citizen", **more):
    office.later(seconds=1)
    commands.agree(actor=office.actor(who), case_id=case.pk, choices=[DEGREE], now=office.now, **more)
    return CaseMaterial.objects.select_related("reuse").get(case=case)


def submitted(office, case):
    form = {"shop": "李梅小吃店", "phone": "13800000001", "address": "春风路8号"}
    commands.save_form(actor=office.actor("citizen"), case_id=case.pk, form=form, now=office.now)
    photo = {"material_code": "photo", "stored_file_id": office.upload("citizen", "照片.png")}
    commands.attach_material(actor=office.actor("citizen"), case_id=case.pk, now=office.now, **photo)
    return office.do(commands.submit, "citizen", case)


def opened(office, row):
    office.later(minutes=1)
    return open_contents(actor=office.actor("accepter"), case_id=row.case_id, material_id=row.pk, now=office.now)


def kept(row):
    return sealing.unseal(row.reuse.sealed, row.reuse.sealed_key, row.reuse.reference)


@pytest.mark.parametrize("sensitive", [True, False])
def test_sensitive_data_go_along_only_when_agreed_to_separately(office, begin, sensitive):
    case = begin()
    row = agree(office, case, sensitive=sensitive)
    number = office.cast.person("citizen").idcard
    assert kept(row) == {"name": "李梅", "school": "示范大学", **({"idcard": number} if sensitive else {})}
    assert (number in str(Case.objects.get(pk=case.pk).form)) == sensitive
    shown = opened(office, CaseMaterial.objects.get(case=submitted(office, case), code="degree"))
    assert (number in str(shown.fields)) == sensitive and "示范大学" in str(shown.fields)


def test_an_answer_is_read_by_consent_and_the_holder_sees_who_did(office, begin):
    case = begin()
    row = agree(office, case, sensitive=False)
    consent = HolderConsent.objects.get()
    assert row.reuse.consent_id == consent.pk and not AccessEntry.objects.exists(), "the holder reads his own"
    assert (consent.registers, consent.licence_ids, consent.case_number) == (["degree"], [], f"draft:{case.pk}")
    case = submitted(office, case)
    shown = opened(office, row)
    look = AccessEntry.objects.get()
    assert (look.register, look.case_number, look.within_case) == ("degree", case.number, True)
    assert shown.uses_left == consent.uses_granted - 1
    MaterialReuse.objects.update(consent=None)
    with pytest.raises(Refused) as refusal:
        opened(office, row)
    assert [each.code for each in refusal.value.reasons] == ["no_consent"]


def test_taking_the_consent_back_closes_the_answer_and_marks_the_case(
    office, begin, django_capture_on_commit_callbacks
):
    case = begin()
    row = agree(office, case, sensitive=True)
    case = submitted(office, case)
    with django_capture_on_commit_callbacks(execute=True):
        revoke(actor=office.actor("citizen"), consent_id=HolderConsent.objects.get().pk, now=office.later(minutes=1))
    assert Case.objects.get(pk=case.pk).basis_lost
    with pytest.raises(Refused) as refusal:
        opened(office, row)
    assert [each.code for each in refusal.value.reasons] == ["consent_revoked"]


def test_the_page_decides_from_what_was_found_and_not_from_what_is_posted(office, begin):
    case, client = begin(), Client()
    client.force_login(office.cast.account("citizen"))
    url = f"/apply/drafts/{case.pk}/materials/"
    assert "请勾选" not in client.get(url).content.decode()
    posted = {"act": "agree", "found": "degree|connector:degree", "has_sensitive": "no"}
    refused = client.post(url, posted)
    assert refused.status_code == 422 and "请勾选同意提供敏感个人信息" in refused.content.decode()
    assert not CaseMaterial.objects.exists()
    assert client.post(url, {**posted, "sensitive": "yes"}).status_code == 302
    assert "idcard" in kept(CaseMaterial.objects.select_related("reuse").get())


def scanned(office, case, purpose="hall", reference=None, **offered):
    token = codes.issue_code(actor=office.actor("citizen"), purpose=purpose, now=office.now, **offered).token
    number = f"draft:{case.pk}" if reference is None else reference or None
    return codes.spend(actor=office.actor("clerk"), token=token, purpose=purpose, case_number=number, now=office.now)


@pytest.mark.parametrize("sensitive", [True, False])
def test_at_the_counter_the_code_says_how_far_the_agreement_goes(office, begin, sensitive):
    case = begin("clerk")
    seen = scanned(office, case, sensitive=sensitive)
    row = agree(office, case, "clerk", sensitive=True, code_id=seen.code_id)
    assert ("idcard" in kept(row)) == sensitive and row.reuse.consent.way == "code"
    assert ("idcard" in row.reuse.consent.fields) == sensitive
    look = AccessEntry.objects.get()
    assert look.actor_name == office.actor("clerk").name, "what fills the form is read by the clerk"
    assert ("idcard" in str(look.fields)) == sensitive


def test_a_code_for_another_purpose_or_another_case_takes_nothing(office, begin):
    case = begin("clerk")
    for seen in (
        scanned(office, case, "netcafe", ""),
        scanned(office, case, "netcafe"),
        scanned(office, case, reference=""),
    ):
        with pytest.raises(NotAllowed):
            agree(office, case, "clerk", sensitive=True, code_id=seen.code_id)
        office.later(minutes=2)
    other = commands.start_draft(
        actor=office.actor("clerk"),
        item_code=ITEM,
        applicant=Applicant(person_id=office.cast.person("citizen").pk),
        channel="window",
        now=office.now,
    )
    seen = scanned(office, other)
    with pytest.raises(NotAllowed):
        agree(office, case, "clerk", sensitive=True, code_id=seen.code_id)
    assert not CaseMaterial.objects.exists() and not HolderConsent.objects.exists()


def mandate(office, *items):
    today = office.now.date()
    return Mandate.objects.create(
        agent=office.cast.person("stranger"),
        principal_person=office.cast.person("citizen"),
        scope="listed" if items else "all",
        item_codes=list(items),
        valid_from=today - timedelta(days=1),
        valid_until=today + timedelta(days=9),
        given_at=office.now,
        document_ref="file:1",
    )


def test_an_agent_agrees_in_the_case_his_mandate_covers_and_the_log_names_him(office, begin):
    mandate(office, ITEM)
    case = begin("stranger")
    row = agree(office, case, "stranger", sensitive=True)
    consent, look = HolderConsent.objects.get(), AccessEntry.objects.get()
    agent = office.cast.person("stranger").name
    assert (consent.granted_by_name, consent.holder_name, row.reuse.consent_id) == (agent, "李梅", consent.pk)
    assert (look.actor_name, look.holder_name, look.case_number) == (agent, "李梅", f"draft:{case.pk}")
    page = Client()
    page.force_login(office.cast.account("citizen"))
    assert agent in page.get("/my/consents/").content.decode()
    assert agent in page.get("/my/looks/").content.decode()


def test_an_agent_gets_into_no_case_his_mandate_does_not_cover(office, begin):
    given = mandate(office, "000131007000")
    case = begin()
    with pytest.raises(NotAllowed):
        agree(office, case, "stranger", sensitive=True)
    given.item_codes = ["000131007000", ITEM]
    given.save()
    agree(office, case, "stranger", sensitive=False)
    given.revoked_at = office.now
    given.save()
    with pytest.raises(NotAllowed):
        agree(office, case, "stranger", sensitive=True)


def test_a_withdrawal_nobody_heard_of_is_found_by_the_daily_round(office, begin, monkeypatch):
    case = begin()
    row = agree(office, case, sensitive=True)
    submitted(office, case)
    monkeypatch.setattr("django.db.transaction.on_commit", lambda act, using=None, robust=False: None)
    revoke(actor=office.actor("citizen"), consent_id=HolderConsent.objects.get().pk, now=office.later(minutes=1))
    assert not Case.objects.get(pk=case.pk).basis_lost
    assert basis.reconcile(now=office.now, limit=1) == 1 and basis.reconcile(now=office.now, limit=1) == 0
    assert CaseMaterial.objects.get(pk=row.pk).standing == "consent_revoked"
