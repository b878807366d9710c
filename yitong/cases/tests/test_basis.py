"""A ground falls away while a case relies on it: marked, told, asked for anew by a notice of its own, replaced or settled."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from yitong.archive import commands as archive
from yitong.audit.models import Entry
from yitong.cases import commands
from yitong.cases.commands import Choice, basis
from yitong.cases.commands.contents import open_contents
from yitong.cases.models import BasisNotice, Case, CaseEvent, CaseMaterial, MaterialReuse
from yitong.cases.queries.lists import InboxFilters, inbox
from yitong.cases.rules.basis import LOSSES, WORDS
from yitong.cases.tests.reuse_fixtures import (  # noqa: F401
    DIPLOMA,
    ID_CARD,
    begin_fixture,
    hold_fixture,
    reuse_item_fixture,
    reused_fixture,
)
from yitong.consents.commands import revoke
from yitong.consents.models import HolderConsent
from yitong.documents import queries as documents
from yitong.documents.models import Document
from yitong.kernel.reasons import NotAllowed, Refused
from yitong.licences.commands import cancel, report_lost
from yitong.licences.commands import revoke as revoke_licence
from yitong.licences.holders import holder_of_person
from yitong.licences.models import Licence
from yitong.notifications.models import Message

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def at_commit(monkeypatch):
    """What waits for the commit runs at once: these tests never commit."""
    monkeypatch.setattr("django.db.transaction.on_commit", lambda act, using=None, robust=False: act())


def end_card(office, how=cancel, reason="持证人户口注销"):
    office.later(minutes=1)
    card = Licence.objects.get(type__code=ID_CARD, status="valid")
    how(licence_id=card.pk, reason=reason, actor=office.actor("chief"), now=office.now)
    return card


def fresh(case):
    return Case.objects.get(pk=case.pk)


def codes(refusal):
    return [reason.code for reason in refusal.value.reasons]


def deciding(office, reused):
    case = office.do(commands.accept, "accepter", reused())
    step = office.step(case, "review").pk
    return office.do(commands.complete_step, "reviewer", case, step_id=step, opinion="agree", text="")


def ask(office, case, who="chief", day=3, **more):
    items = [{"material": "id_card", "remedy": "提交现行有效的身份证件"}]
    by = (office.now + timedelta(days=day)).date()
    return office.do(commands.ask_basis, who, case, items=items, supply_by_on=by, **more)


def test_every_loss_has_its_words():
    assert LOSSES.keys() == WORDS.keys()


def test_a_licence_that_ends_reaches_every_pending_case_and_tells_everybody(office, reused):
    case, other = reused(), reused()
    office.do(commands.claim, "accepter", case)
    end_card(office)
    for each in (case, other):
        assert fresh(each).basis_lost
        row = CaseMaterial.objects.get(case=each, code="id_card")
        assert (row.standing, row.standing_reason) == ("cancelled", "持证人户口注销")
        assert CaseMaterial.objects.get(case=each, code="diploma").standing == ""
    event = CaseEvent.objects.get(case=case, kind="basis_lost")
    assert [each["code"] for each in event.data["materials"]] == ["id_card"] and "第七十条" in event.data["law"]
    told = Message.objects.filter(template="case_basis_lost", subject=f"case:{case.pk}")
    assert told.filter(channel="sms").count() == 1
    staff = Message.objects.filter(template="staff_basis_lost", subject=f"case:{case.pk}")
    assert [each.staff_id for each in staff] == [office.cast.staff_member("accepter").pk]
    assert Entry.objects.filter(tag="cases:basis:lost").count() == 2


def test_it_is_told_once(office, reused):
    case = reused()
    card = end_card(office)
    assert basis.licence_ended(licence_id=card.pk, status="cancelled", reason="", now=office.now) == 0
    assert CaseEvent.objects.filter(case=case, kind="basis_lost").count() == 1


def test_a_closed_case_and_somebody_elses_are_left_alone(office, reused):
    case = office.do(commands.withdraw, "citizen", reused(), reason="不办了")
    end_card(office)
    assert not fresh(case).basis_lost and CaseMaterial.objects.filter(case=case).exclude(standing="").count() == 0


def test_a_draft_asks_for_it_again_at_submission(office, reused):
    case = reused(submit=False)
    end_card(office, report_lost, "遗失")
    with pytest.raises(Refused) as refusal:
        commands.submit(actor=office.actor("citizen"), case_id=case.pk, now=office.now)
    assert [(reason.code, reason.field) for reason in refusal.value.reasons] == [("material_missing", "id_card")]
    upload = office.upload("citizen")
    place = {"actor": office.actor("citizen"), "case_id": case.pk, "now": office.now}
    commands.attach_material(material_code="id_card", stored_file_id=upload, **place)
    assert not fresh(case).basis_lost and commands.submit(**place).state == "submitted"


def test_before_acceptance_the_one_correction_notice_is_the_way(office, reused):
    case = reused()
    end_card(office)
    with pytest.raises(Refused) as refusal:
        commands.accept(actor=office.actor("accepter"), case_id=case.pk, now=office.now)
    assert codes(refusal) == ["basis_lost"]
    with pytest.raises(Refused) as refusal:
        ask(office, case, who="accepter")
    assert codes(refusal) == ["correction_is_free"]
    items = [{"material": "id_card", "problem": "证照已注销", "remedy": "提交有效证件"}]
    case = office.do(commands.request_correction, "accepter", fresh(case), items=items)
    upload = office.upload("citizen")
    place = {"actor": office.actor("citizen"), "case_id": case.pk, "now": office.now}
    commands.attach_material(material_code="id_card", stored_file_id=upload, **place)
    case = office.do(commands.supply_correction, "citizen", fresh(case))
    assert not case.basis_lost and office.do(commands.accept, "accepter", case).state == "accepted"


def test_after_acceptance_a_notice_of_its_own_asks_and_no_second_correction(office, reused):
    case = deciding(office, reused)
    due = case.statutory_due_at
    end_card(office)
    with pytest.raises(Refused) as refusal:
        items = [{"material": "id_card", "problem": "失效", "remedy": "重交"}]
        commands.request_correction(actor=office.actor("accepter"), case_id=case.pk, items=items, now=office.now)
    assert codes(refusal) == ["correction_after_acceptance"]
    case = ask(office, fresh(case))
    assert (case.state, case.correction_given, case.statutory_due_at) == ("deciding", False, due)
    notice = BasisNotice.objects.get(case=case)
    assert notice.items[0]["problem"] == "证照已注销（持证人户口注销）"
    issued = Document.objects.get(kind="basis_notice", subject=f"case:{case.pk}")
    assert issued.context["basis"] == "《行政许可法》第六十九条、第七十条"
    assert Message.objects.filter(template="basis_asked", subject=f"case:{case.pk}", channel="sms").count() == 1


def test_the_notice_names_only_what_was_lost_within_the_limit(office, reused):
    case = deciding(office, reused)
    end_card(office)
    items = [{"material": "diploma", "remedy": ""}]
    with pytest.raises(Refused) as refusal:
        ask(office, fresh(case), day=60)
    assert codes(refusal) == ["supply_by_late"]
    with pytest.raises(Refused) as refusal:
        by = office.now.date()
        commands.ask_basis(actor=office.actor("chief"), case_id=case.pk, items=items, supply_by_on=by, now=office.now)
    assert codes(refusal) == ["ground_stands", "empty", "supply_by"]


def test_nobody_grants_on_a_lost_ground_but_may_refuse(office, reused):
    case = deciding(office, reused)
    end_card(office)
    with pytest.raises(Refused) as refusal:
        commands.decide(actor=office.actor("chief"), case_id=case.pk, outcome="granted", now=office.now)
    assert codes(refusal) == ["basis_lost"]
    ask(office, fresh(case))
    case = office.do(
        commands.decide, "chief", fresh(case), outcome="refused", reasons="身份证件失效", remedies=commands.REMEDIES
    )
    assert case.outcome == "refused" and BasisNotice.objects.get(case=case).state == "lapsed"


def test_the_applicant_replaces_it_at_once_and_the_office_is_told(office, reused):
    case = deciding(office, reused)
    office.do(commands.claim, "chief", case)
    end_card(office)
    case = ask(office, fresh(case))
    with pytest.raises(Refused) as refusal:
        place = {"actor": office.actor("citizen"), "case_id": case.pk, "now": office.now}
        commands.attach_material(material_code="diploma", stored_file_id=office.upload("citizen"), **place)
    assert codes(refusal) == ["wrong_state"]
    upload = office.upload("citizen", "临时身份证.png")
    case = office.do(commands.attach_material, "citizen", case, material_code="id_card", stored_file_id=upload)
    assert not case.basis_lost and BasisNotice.objects.get(case=case).state == "supplied"
    kinds = list(CaseEvent.objects.filter(case=case).order_by("seq").values_list("kind", flat=True))
    assert kinds[-3:] == ["basis_asked", "material_added", "basis_restored"]
    assert Message.objects.filter(template="staff_basis_restored").count() == 1
    assert office.do(commands.decide, "chief", case, outcome="granted").outcome == "granted"


def test_a_new_licence_can_take_its_place_with_a_new_consent(office, reused, hold):
    case = deciding(office, reused)
    end_card(office)
    card = hold(ID_CARD)
    office.later(minutes=1)
    choices = [Choice("id_card", "licence", str(card.pk))]
    commands.agree(actor=office.actor("citizen"), case_id=case.pk, choices=choices, sensitive=True, now=office.now)
    consent = HolderConsent.objects.latest("id")
    assert not fresh(case).basis_lost and consent.case_number == case.number


def test_an_officer_may_record_why_it_still_counts(office, reused):
    case = deciding(office, reused)
    end_card(office)
    for who in ("stranger", "outsider", "head", "clerk", "supervisor"):
        with pytest.raises(NotAllowed):
            commands.settle_basis(
                actor=office.actor(who), case_id=case.pk, material="id_card", reason="x", now=office.now
            )
    case = office.do(commands.settle_basis, "chief", fresh(case), material="id_card", reason="注销前已核验身份")
    row = CaseMaterial.objects.get(case=case, code="id_card")
    assert not case.basis_lost and (row.standing, row.settled_note) == ("cancelled", "注销前已核验身份")
    with pytest.raises(Refused) as refusal:
        commands.settle_basis(
            actor=office.actor("chief"), case_id=case.pk, material="id_card", reason="x", now=office.now
        )
    assert codes(refusal) == ["basis_stands"]


def test_a_consent_taken_back_closes_the_contents_at_once(office, reused):
    case = deciding(office, reused)
    row = CaseMaterial.objects.get(case=case, code="id_card")
    open_contents(actor=office.actor("chief"), case_id=case.pk, material_id=row.pk, now=office.now)
    office.later(minutes=1)
    consent = HolderConsent.objects.get()
    revoke(actor=office.actor("citizen"), consent_id=consent.pk, now=office.now)
    assert fresh(case).basis_lost
    lost = CaseMaterial.objects.filter(case=case, standing="consent_revoked").values_list("code", flat=True)
    assert sorted(lost) == ["diploma", "id_card"]
    with pytest.raises(Refused) as refusal:
        open_contents(actor=office.actor("chief"), case_id=case.pk, material_id=row.pk, now=office.now)
    assert codes(refusal) == ["consent_revoked"]
    # What was read before stays lawful: the officer answers for it.
    case = office.do(commands.settle_basis, "chief", fresh(case), material="id_card", reason="撤回授权前已核验")
    assert case.basis_lost, "the diploma is still open"


def test_the_daily_sweep_finds_what_expired(office, reused, hold):
    hold(ID_CARD, years=1, days_old=362)
    case = reused()
    assert basis.expire(now=office.now) == 0
    office.later(days=4)
    assert basis.expire(now=office.now) == 1 and basis.expire(now=office.now) == 0
    assert fresh(case).basis_lost and CaseMaterial.objects.get(case=case, code="id_card").standing == "expired"


def test_an_end_that_went_unnoticed_is_found_by_the_daily_round(office, reused, monkeypatch):
    case = reused()
    monkeypatch.setattr("django.db.transaction.on_commit", lambda act, using=None, robust=False: None)
    end_card(office)
    assert not fresh(case).basis_lost
    assert basis.reconcile(now=office.now) == 1 and basis.reconcile(now=office.now) == 0
    assert CaseMaterial.objects.get(case=case, code="id_card").standing == "cancelled"


@pytest.fixture
def kept_paper(office, hold, begin):
    """``kept_paper()``: a submitted case whose diploma is the PDF of 李梅's that ``who`` kept in the archive; the licence behind
    it, and the paper."""

    def make(who="citizen", **more):
        diploma = hold(DIPLOMA, **more)
        actor, holder = office.actor(who), holder_of_person(office.cast.person(who))
        pdf = SimpleUploadedFile("证.pdf", documents.pdf(diploma.document, office.now))
        kept = {"kind": "education", "paper": "diploma", "name": ""}
        paper = archive.upload(actor=actor, holder=holder, upload=pdf, now=office.now, **kept)
        case = begin(who)
        choices = [
            Choice("diploma", "archive", str(paper.pk)),
            Choice("id_card", "licence", str(hold(ID_CARD, who).pk)),
        ]
        commands.agree(actor=actor, case_id=case.pk, choices=choices, sensitive=True, now=office.now)
        place = {"actor": actor, "case_id": case.pk, "now": office.now}
        commands.attach_material(material_code="photo", stored_file_id=office.upload(who), **place)
        return office.do(commands.submit, who, case), diploma, paper

    return make


def test_a_licence_kept_in_the_archive_reaches_the_pending_case_when_it_is_revoked(office, kept_paper):
    case, diploma, paper = kept_paper()
    assert paper.trust == "issued"
    over = office.do(commands.withdraw, "citizen", kept_paper()[0], reason="不办了")
    end = {"licence_id": diploma.pk, "reason": "学历系伪造", "actor": office.actor("chief")}
    revoke_licence(now=office.later(minutes=1), **end)
    assert fresh(case).basis_lost and not fresh(over).basis_lost
    row = CaseMaterial.objects.get(case=case, code="diploma")
    assert (row.source, row.standing, row.standing_reason) == ("archive", "revoked", "学历系伪造")
    assert CaseMaterial.objects.get(case=case, code="id_card").standing == ""
    assert Message.objects.filter(template="staff_basis_lost", subject=f"case:{case.pk}").exists()
    assert basis.reconcile(now=office.now) == 0, "told once"


def test_what_ended_behind_a_kept_paper_unnoticed_or_by_its_day_is_found_by_the_daily_round(
    office, kept_paper, monkeypatch
):
    case, diploma, _ = kept_paper()
    dated, _, paper = kept_paper(years=1, days_old=362)
    assert basis.reconcile(now=office.now) == 0
    monkeypatch.setattr("django.db.transaction.on_commit", lambda act, using=None, robust=False: None)
    cancel(licence_id=diploma.pk, reason="注销", actor=office.actor("chief"), now=office.later(minutes=1))
    assert basis.reconcile(now=office.now) == 1 and not fresh(dated).basis_lost
    office.later(days=4)
    assert paper.read_until is None and basis.expire(now=office.now) == 0, "nobody has read the paper"
    assert basis.reconcile(now=office.now) == 1 and basis.reconcile(now=office.now) == 0
    found = CaseMaterial.objects.filter(code="diploma", case__in=[case, dated]).order_by("case_id")
    assert [row.standing for row in found] == ["cancelled", "expired"]


def test_the_same_paper_in_somebody_elses_case_tells_him_nothing(office, kept_paper):
    case, diploma, paper = kept_paper(who="stranger")
    assert paper.trust == "uploaded"
    cancel(licence_id=diploma.pk, reason="注销", actor=office.actor("chief"), now=office.later(minutes=1))
    assert basis.reconcile(now=office.now) == 0 and not fresh(case).basis_lost


def test_the_inbox_filters_lost_grounds(office, reused):
    case, other = reused(), office.submitted()
    end_card(office)
    found = inbox(office.actor("accepter"), InboxFilters(lost=True), 1, office.now).cases
    assert [each.pk for each in found] == [case.pk] and other.pk not in [each.pk for each in found]
    assert inbox(office.actor("outsider"), InboxFilters(lost=True), 1, office.now).cases == []


def test_a_department_that_does_not_confirm_takes_the_ground_away(office, reused):
    from yitong.certificates.commands import answer
    from yitong.certificates.models import Verification

    case = reused(submit=False)
    actor = office.actor("citizen")
    commands.agree(
        actor=actor,
        case_id=case.pk,
        choices=[Choice("layout", "verification", "health")],
        sensitive=False,
        now=office.now,
    )
    case = office.do(commands.submit, "citizen", fresh(case))
    asked = Verification.objects.get()
    office.later(minutes=1)
    answer(actor=office.actor("outsider"), verification_id=asked.pk, outcome="denied", text="不一致", now=office.now)
    row = CaseMaterial.objects.get(case=case, code="layout")
    assert (row.standing, fresh(case).basis_lost) == ("denied", True)


@pytest.mark.parametrize(("outcome", "standing"), [("denied", "denied"), ("not_ours", "denied"), ("confirmed", "")])
def test_an_answer_that_went_unnoticed_is_found_by_the_daily_round(office, reused, monkeypatch, outcome, standing):
    from yitong.certificates.commands import answer
    from yitong.certificates.models import Verification

    case = reused(submit=False)
    choices = [Choice("layout", "verification", "health")]
    commands.agree(actor=office.actor("citizen"), case_id=case.pk, choices=choices, sensitive=False, now=office.now)
    case = office.do(commands.submit, "citizen", fresh(case))
    asked = Verification.objects.get()
    monkeypatch.setattr("django.db.transaction.on_commit", lambda act, using=None, robust=False: None)
    asker, now = office.actor("outsider"), office.later(minutes=1)
    answer(actor=asker, verification_id=asked.pk, outcome=outcome, text="说明", now=now)
    assert not fresh(case).basis_lost
    assert basis.reconcile(now=now) == bool(standing) and basis.reconcile(now=now) == 0
    assert CaseMaterial.objects.get(case=case, code="layout").standing == standing


def test_a_confirmed_answer_stands_in_the_timeline(office, reused):
    from yitong.certificates.commands import answer
    from yitong.certificates.models import Verification

    case = reused(submit=False)
    actor = office.actor("citizen")
    commands.agree(
        actor=actor,
        case_id=case.pk,
        choices=[Choice("layout", "verification", "health")],
        sensitive=False,
        now=office.now,
    )
    case = office.do(commands.submit, "citizen", fresh(case))
    office.later(minutes=1)
    pk = Verification.objects.get().pk
    answer(actor=office.actor("outsider"), verification_id=pk, outcome="confirmed", text="", now=office.now)
    event = CaseEvent.objects.get(case=case, kind="verification_answered")
    assert event.data == {"code": "layout", "name": "经营场所平面图", "outcome": "confirmed"}
    assert not fresh(case).basis_lost and MaterialReuse.objects.filter(case=case).count() == 3
